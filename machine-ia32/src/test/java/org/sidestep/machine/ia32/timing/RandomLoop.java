package org.sidestep.machine.ia32.timing;

import static org.sidestep.isa.Imm.imm;

import java.util.SplittableRandom;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.St;

/**
 * An endless loop of random instructions: arithmetic with partial registers, loads and stores that overlap or lie far
 * apart, branches that depend on data, calls, divisions that depend on data, and now and then something that serialises.
 */
public final class RandomLoop {

    public static final int CODE = 0x10000;
    private static final int DATA = 0x100000;
    private static final int STACK = 0x80000;
    private static final int LENGTH = 60;
    private static final String[] ARITHMETIC = {"add", "adc", "sub", "xor", "and", "cmp", "mov", "test"};
    private static final String[] CONDITIONS = {"jc", "jnz", "js", "jo", "jnp"};
    /** Registers that hold data; EBX, EBP and ESI stay within the data, ESP on the stack. */
    private static final Reg32[] VALUES = {Reg32.EAX, Reg32.ECX, Reg32.EDX, Reg32.EDI};

    private final SplittableRandom random;
    private final Assembler asm = new Assembler();

    private RandomLoop(SplittableRandom random) {
        this.random = random;
    }

    public static byte[] of(SplittableRandom random) {
        return new RandomLoop(random).assemble();
    }

    public static int start(Reg32 register) {
        return switch (register) {
            case ESP -> STACK;
            case EBX -> DATA;
            case EBP -> DATA + 64;
            case ESI -> DATA + 4096;
            default -> 0x1234_5678 * (register.number() + 1);
        };
    }

    private byte[] assemble() {
        asm.section("code", CODE, CODE);
        asm.emit("fninit");
        for (int i = 0; i < 4; i++) asm.emit("fld1");
        Label top = asm.bind(asm.fresh("top"));
        Label routine = asm.fresh("routine");
        for (int i = 0; i < LENGTH; i++) one(routine);
        asm.emit("jmp", top);
        asm.bind(routine);
        asm.emit("push", Reg32.ECX);
        memory();
        asm.emit("pop", Reg32.ECX);
        asm.emit("ret");
        return asm.link().segments().get(0).bytes();
    }

    private void one(Label routine) {
        switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4, 5, 6 -> memory();
            case 7, 8 -> skip();
            case 9 -> asm.emit("call", routine);
            case 10 -> asm.emit("mul", value());
            case 11 -> asm.emit("mov", pick(Reg8.AL, Reg8.AH, Reg8.CL, Reg8.DH), imm(random.nextInt(100)));
            case 12 -> asm.emit("imul", value(), value());
            case 13 -> asm.emit("shl", value(), imm(random.nextInt(1, 31)));
            case 14 -> stack();
            case 15 -> distant();
            case 16 -> seldom();
            case 17 -> floating();
            case 18 -> hinted();
            default -> asm.emit(pick(ARITHMETIC), value(), value());
        }
    }

    /** An access that may straddle a word or a line, near others. */
    private void memory() {
        int displacement = random.nextInt(80);
        Mem dword = new Mem(4, null, pick(Reg32.EBX, Reg32.EBP), null, 1, displacement, null, null);
        Mem octet = new Mem(1, null, pick(Reg32.EBX, Reg32.EBP), null, 1, displacement, null, null);
        switch (random.nextInt(6)) {
            case 0 -> asm.emit("mov", dword, value());
            case 1 -> asm.emit("mov", value(), dword);
            case 2 -> asm.emit("mov", octet, Reg8.CL);
            case 3 -> asm.emit("movzx", value(), octet);
            case 4 -> asm.emit("add", dword, value());
            default -> asm.emit("add", value(), dword);
        }
    }

    /** An access that walks through memory and misses the caches. */
    private void distant() {
        asm.emit("add", Reg32.ESI, imm(4 * random.nextInt(1, 40)));
        asm.emit("and", Reg32.ESI, imm(0x1FFFFF));
        asm.emit(random.nextBoolean() ? "add" : "or", new Mem(4, null, Reg32.ESI, null, 1, DATA, null, null), value());
    }

    /** What is said of future use: a line is asked for ahead of time, or stored to without being read. */
    private void hinted() {
        Mem ahead = new Mem(0, null, Reg32.ESI, null, 1, DATA + 32 * random.nextInt(12), null, null);
        switch (random.nextInt(6)) {
            case 0 -> asm.emit("prefetcht0", ahead);
            case 1 -> asm.emit("prefetcht1", ahead);
            case 2 -> asm.emit("prefetchnta", ahead);
            case 3 -> asm.emit("sfence");
            default -> {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    Mem place = new Mem(8, null, Reg32.ESI, null, 1, DATA + 8 * random.nextInt(12), null, null);
                    asm.emit("movntq", place, Mm.MM0);
                }
            }
        }
    }

    private void skip() {
        Label behind = asm.fresh("behind");
        asm.emit("test", value(), imm(1 << random.nextInt(31)));
        asm.emit(pick(CONDITIONS), behind);
        for (int i = random.nextInt(3); i >= 0; i--) asm.emit(pick(ARITHMETIC), value(), value());
        asm.bind(behind);
    }

    private void stack() {
        asm.emit("pusha");
        asm.emit("popa");
    }

    /** Divisions and roots, some of which the processor is quick with. */
    private void floating() {
        St other = pick(St.ST1, St.ST2, St.ST3);
        switch (random.nextInt(6)) {
            case 0 -> asm.emit("fdiv", St.ST0, other);
            case 1 -> asm.emit("fsqrt");
            case 2 -> asm.emit("fxch", other);
            case 3 -> asm.emit("fadd", other, St.ST0);
            case 4 -> asm.emit("fsub", St.ST0, other);
            default -> asm.emit("fmul", St.ST0, other);
        }
    }

    private void seldom() {
        switch (random.nextInt(4)) {
            case 0 -> asm.emit("cpuid");
            case 1 -> asm.emit("rdtsc");
            case 2 -> asm.emit("pushf");
            default -> asm.emit("xchg", new Mem(4, null, Reg32.EBP, null, 1, 0, null, null), value());
        }
        asm.emit("mov", Reg32.ESP, imm(STACK));
        asm.emit("mov", Reg32.EBX, imm(DATA));
        asm.emit("mov", Reg16.AX, imm(random.nextInt(1000)));
    }

    private Operand value() {
        return pick(VALUES);
    }

    @SafeVarargs
    private final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
