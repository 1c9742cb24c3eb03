package org.sidestep.lab.calibrate;

import static org.sidestep.isa.Imm.imm;

import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;

/**
 * A Multiboot image that runs an unrolled sequence over and over, flat and without paging. The time of a round is that
 * between two passes of a watched label, so the guest needs no instruction to measure it.
 */
final class Loop {

    private static final int CODE = 0x100000;
    private static final int DATA = 0x200000;
    private static final int STACK = 0x210000;
    private static final int POINTER = 0x220000;
    private static final int COUNTER = 0x230000;
    /** Pushes and pops have as much on either side. */
    private static final int HALF = 0x2000;

    private static final int MAGIC = 0x1BADB002;

    private static final int EM = 1 << 2;
    private static final int TS = 1 << 3;
    private static final int OSFXSR = 1 << 9;

    /** Rounds until caches and predictor are warm, and those that are measured. */
    private static final int WARM = 6;

    private static final int MEASURED = 6;
    private static final int LIMIT = 10_000_000;

    private final byte[] elf;
    private final int head;

    /** @param copies the sequence, copy by copy */
    Loop(String row, Kind kind, List<byte[]> copies) {
        Assembler asm = new Assembler();
        asm.section("code", CODE, CODE);
        for (int word : new int[] {MAGIC, 0, -MAGIC}) asm.word(imm(word));
        asm.bind(asm.label("entry"));
        asm.emit("mov", Mem.absolute(COUNTER).dword(), imm(WARM + MEASURED + 1));
        if (kind != Kind.INTEGER) floatingPoint(asm, kind);
        prepare(asm, row);
        asm.align(32);
        asm.bind(asm.label("round"));
        asm.emit("mov", Reg32.ESP, imm(STACK + HALF));
        asm.emit("mov", Reg32.ESI, imm(Notation.isDivision(row) ? 1 : DATA));
        asm.emit("mov", Reg32.EDI, imm(Notation.isDivision(row) ? 0 : DATA + HALF));
        for (byte[] copy : copies) asm.bytes(copy);
        asm.emit("dec", Mem.absolute(COUNTER).dword());
        asm.emit("jnz", asm.label("round"));
        asm.emit("hlt");
        data(asm, row);
        Program program = asm.link();
        elf = ElfImage.of(program, "entry");
        head = program.address("round");
    }

    /** The units are switched on, the registers of the x87 are full. */
    private static void floatingPoint(Assembler asm, Kind kind) {
        asm.emit("mov", Reg32.EAX, Cr.CR0);
        asm.emit("and", Reg32.EAX, imm(~(EM | TS)));
        asm.emit("mov", Cr.CR0, Reg32.EAX);
        if (kind == Kind.SSE) {
            asm.emit("mov", Reg32.EAX, imm(OSFXSR));
            asm.emit("mov", Cr.CR4, Reg32.EAX);
        }
        asm.emit("fninit");
        if (kind == Kind.X87) for (int i = 0; i < 8; i++) asm.emit("fld1");
    }

    private static void prepare(Assembler asm, String row) {
        asm.emit("mov", Reg32.EAX, imm(Notation.isDivision(row) ? 1 : POINTER));
        asm.emit("mov", Reg32.EBX, imm(1));
        for (Reg32 r : List.of(Reg32.ECX, Reg32.EDX, Reg32.EBP)) asm.emit("xor", r, r);
    }

    /** A chain of MOV follows a pointer to itself; arithmetic leaves its address as it is by adding nothing. */
    private static void data(Assembler asm, String row) {
        asm.section("pointer", POINTER, POINTER);
        asm.word(imm(row.startsWith("MOV") ? POINTER : 0));
        asm.zeroSection("data", DATA, DATA);
        asm.reserve(2 * HALF);
        asm.zeroSection("stack", STACK, STACK);
        asm.reserve(2 * HALF);
        asm.zeroSection("counter", COUNTER, COUNTER);
        asm.reserve(4);
    }

    /**
     * Cycles of a round, once warm.
     *
     * @throws NotExecuted if the machine does not get to the end
     */
    double cycles(Machine machine) {
        Rounds rounds = new Rounds();
        machine.load(elf);
        machine.watch(head);
        machine.observe(rounds);
        Stop stop = machine.run(Limits.cycles(LIMIT));
        if (stop.kind() != Stop.Kind.HALTED) {
            throw new NotExecuted(stop.reason().lines().findFirst().orElse(""), null);
        }
        return (double) (rounds.last - rounds.warm) / MEASURED;
    }

    private static final class Rounds implements Observer {
        private int passed;
        private long warm;
        private long last;

        @Override
        public void passed(Machine machine, int address) {
            if (passed == WARM) warm = machine.cycles();
            if (passed == WARM + MEASURED) last = machine.cycles();
            passed++;
        }
    }
}
