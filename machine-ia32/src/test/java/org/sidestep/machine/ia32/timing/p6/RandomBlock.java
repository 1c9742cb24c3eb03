package org.sidestep.machine.ia32.timing.p6;

import static org.sidestep.isa.Imm.imm;

import java.util.SplittableRandom;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.St;

/** A loop around random instructions of one flavour. EBX and EBP point to data, ECX counts the rounds. */
final class RandomBlock {

    static final int CODE = 0x10000;
    static final int DATA = 0x100000;
    static final int STACK = 0x80000;

    enum Flavour {
        STRAIGHT,
        MEMORY,
        DISTANT,
        PARTIAL,
        MULTIPLY,
        FLOATING,
        BRANCHES,
        MIXED
    }

    private static final String[] ARITHMETIC = {"add", "adc", "sub", "xor", "and", "cmp", "mov", "test", "or", "sbb"};
    private static final String[] CONDITIONS = {"jc", "jnz", "js", "jo", "jnp"};
    private static final Reg32[] VALUES = {Reg32.EAX, Reg32.EDX, Reg32.EDI, Reg32.ESI};

    private final SplittableRandom random;
    private final Assembler asm = new Assembler();
    private final Label routine;

    private RandomBlock(SplittableRandom random) {
        this.random = random;
        asm.section("code", CODE, CODE);
        routine = asm.fresh("routine");
    }

    static byte[] of(Flavour flavour, int length, int rounds, SplittableRandom random) {
        return new RandomBlock(random).assemble(flavour, length, rounds);
    }

    private byte[] assemble(Flavour flavour, int length, int rounds) {
        asm.emit("fninit");
        for (int i = 0; i < 5; i++) asm.emit("fld1");
        asm.emit("mov", Reg32.ECX, imm(rounds));
        Label top = asm.bind(asm.fresh("top"));
        for (int i = 0; i < length; i++) one(flavour == Flavour.MIXED ? pick(Flavour.values()) : flavour);
        asm.emit("dec", Reg32.ECX);
        asm.emit("jnz", top);
        asm.emit("hlt");
        asm.bind(routine);
        asm.emit("push", Reg32.EAX);
        asm.emit("add", Reg32.EDX, imm(1));
        asm.emit("pop", Reg32.EAX);
        asm.emit("ret");
        return asm.link().segments().get(0).bytes();
    }

    private void one(Flavour flavour) {
        switch (flavour) {
            case MEMORY -> memory();
            case DISTANT -> distant();
            case PARTIAL -> partial();
            case MULTIPLY -> multiply();
            case FLOATING -> floating();
            case BRANCHES -> branches();
            default -> straight();
        }
    }

    private void straight() {
        switch (random.nextInt(8)) {
            case 0 -> asm.emit("shl", value(), imm(random.nextInt(1, 31)));
            case 1 -> asm.emit("lea", value(), value().at(random.nextInt(100)));
            case 2 -> asm.emit("mov", value(), imm(random.nextInt()));
            case 3 -> asm.emit("bswap", value());
            default -> asm.emit(pick(ARITHMETIC), value(), value());
        }
    }

    private void memory() {
        Mem dword = new Mem(4, null, pick(Reg32.EBX, Reg32.EBP), null, 1, 4 * random.nextInt(24), null, null);
        switch (random.nextInt(8)) {
            case 0, 1 -> asm.emit("mov", dword, value());
            case 2, 3 -> asm.emit("mov", value(), dword);
            case 4 -> asm.emit("add", dword, value());
            case 5 -> asm.emit("add", value(), dword);
            case 6 -> {
                asm.emit("push", value());
                asm.emit("pop", value());
            }
            default -> straight();
        }
    }

    /** Now and then an access that walks through more than the caches hold. */
    private void distant() {
        if (random.nextInt(6) != 0) {
            memory();
            return;
        }
        asm.emit("add", Reg32.EDI, imm(4 * random.nextInt(1, 40)));
        asm.emit("and", Reg32.EDI, imm(0xFFFFC));
        asm.emit("add", value(), new Mem(4, null, Reg32.EDI, null, 1, DATA, null, null));
    }

    private void partial() {
        switch (random.nextInt(6)) {
            case 0 -> asm.emit("mov", pick(Reg8.AL, Reg8.DL), imm(random.nextInt(100)));
            case 1 -> asm.emit("add", pick(Reg16.AX, Reg16.SI), imm(random.nextInt(100)));
            case 2 -> asm.emit("movzx", value(), pick(Reg8.AL, Reg8.DL));
            case 3 -> asm.emit("inc", value());
            case 4 -> asm.emit("setz", pick(Reg8.AL, Reg8.DL));
            default -> straight();
        }
    }

    private void multiply() {
        switch (random.nextInt(6)) {
            case 0, 1 -> asm.emit("imul", value(), value());
            case 2 -> asm.emit("mul", value());
            case 3 -> {
                asm.emit("mov", Reg32.ESI, imm(random.nextInt(1, 1000)));
                asm.emit("xor", Reg32.EDX, Reg32.EDX);
                asm.emit("div", Reg32.ESI);
            }
            default -> straight();
        }
    }

    private void floating() {
        St other = pick(St.ST1, St.ST2, St.ST3, St.ST4);
        switch (random.nextInt(8)) {
            case 0, 1 -> asm.emit("fadd", St.ST0, other);
            case 2 -> asm.emit("fmul", other, St.ST0);
            case 3 -> asm.emit("fxch", other);
            case 4 -> {
                asm.emit("fld", other);
                asm.emit("fstp", pick(St.ST1, St.ST2, St.ST3, St.ST4));
            }
            case 5 -> {
                asm.emit("fld", new Mem(8, null, Reg32.EBX, null, 1, 128 + 8 * random.nextInt(8), null, null));
                asm.emit("faddp", St.ST1, St.ST0);
            }
            default -> straight();
        }
    }

    private void branches() {
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                Label behind = asm.fresh("behind");
                asm.emit("test", value(), imm(1 << random.nextInt(31)));
                asm.emit(pick(CONDITIONS), behind);
                for (int i = random.nextInt(3); i >= 0; i--) straight();
                asm.bind(behind);
            }
            case 2 -> asm.emit("call", routine);
            default -> straight();
        }
    }

    private Reg32 value() {
        return pick(VALUES);
    }

    @SafeVarargs
    private final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
