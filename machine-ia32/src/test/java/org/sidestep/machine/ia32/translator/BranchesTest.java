package org.sidestep.machine.ia32.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.machine.CpuModel;

/**
 * Branches as a predictor finds them easy and hard: jumps and calls through a table, to the same place for long and then to another,
 * conditional ones that are never taken, always, or by chance, and more of them in a set of the target buffer than it holds.
 */
class BranchesTest {
    private static final int CODE = 0x10000;
    private static final int TABLE = 0x4000;
    private static final int STACK = 0x8000;
    private static final int PLACES = 4;
    /** So far apart are branches that share a set of the target buffer, whatever its size. */
    private static final int SET = 1 << 13;

    private static final int CROWD = 6;

    private final Assembler asm = new Assembler();

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.sidestep.machine.ia32.translator.Lockstep#models")
    void theyArePredictedTheSame(String id, CpuModel model) {
        asm.section("code", CODE, CODE);
        program();
        Lockstep machines = new Lockstep(model, 2, 3);
        machines.begin(CODE, asm.link().segments().get(0).bytes());
        machines.runOn(11, 60, id);
        assertThat(machines.translatedPart()).as("part that was translated").isGreaterThan(0.3);
    }

    private void program() {
        List<Label> jumps = fresh("jump");
        List<Label> calls = fresh("call");
        List<Label> crowd =
                Stream.generate(() -> asm.fresh("crowd")).limit(CROWD).toList();
        Label behind = asm.fresh("behind");
        Label never = asm.fresh("never");
        asm.emit("mov", ESP, imm(STACK));
        table(0, jumps);
        table(PLACES, calls);
        Label loop = asm.bind(asm.fresh("loop"));
        asm.emit("imul", EAX, EAX, imm(1103515245));
        asm.emit("add", EAX, imm(12345));
        asm.emit("inc", EBX);
        asm.emit("cmp", ESP, imm(0));
        asm.emit("je", never);
        chooseOne();
        asm.emit("jmp", Mem.index(ECX, 4, TABLE).dword());
        for (Label jump : jumps) {
            asm.bind(jump);
            asm.emit("inc", EDX);
            asm.emit("jmp", behind);
        }
        asm.bind(behind);
        chooseOne();
        asm.emit("call", Mem.index(ECX, 4, TABLE + 4 * PLACES).dword());
        for (Label member : crowd) asm.emit("call", member);
        asm.emit("jmp", loop);
        for (Label call : calls) {
            asm.bind(call);
            asm.emit("add", EDX, imm(3));
            asm.emit("ret");
        }
        asm.bind(never);
        asm.emit("hlt");
        for (Label member : crowd) {
            asm.align(SET);
            asm.bind(member);
            byChance();
        }
    }

    private List<Label> fresh(String name) {
        return Stream.generate(() -> asm.fresh(name)).limit(PLACES).toList();
    }

    private void table(int from, List<Label> places) {
        for (int i = 0; i < PLACES; i++) {
            asm.emit("mov", ECX, places.get(i));
            asm.emit("mov", Mem.absolute(TABLE + 4 * (from + i)).dword(), ECX);
        }
    }

    /** For 64 rounds the same one, then by chance for as long. */
    private void chooseOne() {
        Label same = asm.fresh("same");
        asm.emit("mov", ECX, EBX);
        asm.emit("shr", ECX, imm(7));
        asm.emit("test", EBX, imm(64));
        asm.emit("je", same);
        asm.emit("mov", ECX, EAX);
        asm.emit("shr", ECX, imm(20));
        asm.bind(same);
        asm.emit("and", ECX, imm(PLACES - 1));
    }

    private void byChance() {
        Label odd = asm.fresh("odd");
        asm.emit("shr", ECX, imm(1));
        asm.emit("test", EAX, imm(1 << 16));
        asm.emit("jne", odd);
        asm.emit("inc", EDX);
        asm.bind(odd);
        asm.emit("ret");
    }
}
