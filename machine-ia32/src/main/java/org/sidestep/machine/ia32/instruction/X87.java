package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Decimal80;
import org.sidestep.machine.ia32.fpu.Float80;
import org.sidestep.machine.ia32.fpu.Fpu;

/** Floating-point instructions on the register stack. What changes the unit as a whole is in {@link X87State}. */
final class X87 {
    private static final int FLAGS = Eflags.ARITH;

    private X87() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        arithmetic(set, "add",  Fpu.ADD);
        arithmetic(set, "mul",  Fpu.MUL);
        arithmetic(set, "sub",  Fpu.SUB);
        arithmetic(set, "subr", Fpu.SUBR);
        arithmetic(set, "div",  Fpu.DIV);
        arithmetic(set, "divr", Fpu.DIVR);
        set.put("fcom",    i -> compare(i, 0));
        set.put("fcomp",   i -> compare(i, 1));
        set.put("ficom",   i -> compareInteger(i, 0));
        set.put("ficomp",  i -> compareInteger(i, 1));
        set.put("fcompp",  always((fpu, op) -> { fpu.compare(1, false); pop(fpu, 2); }));
        set.put("fucom",   always((fpu, op) -> fpu.compare(op.src, true)));
        set.put("fucomp",  always((fpu, op) -> { fpu.compare(op.src, true); fpu.pop(); }));
        set.put("fucompp", always((fpu, op) -> { fpu.compare(1, true); pop(fpu, 2); }));
        set.put("fcomi",   Binder.always(waiting((cpu, op) -> compareForFlags(cpu, op, false))));
        set.put("fucomi",  Binder.always(waiting((cpu, op) -> compareForFlags(cpu, op, true))));
        set.put("fcomip",  Binder.always(waiting((cpu, op) -> { compareForFlags(cpu, op, false); cpu.fpu.pop(); })));
        set.put("fucomip", Binder.always(waiting((cpu, op) -> { compareForFlags(cpu, op, true); cpu.fpu.pop(); })));
        set.put("ftst",    always((fpu, op) -> fpu.test()));
        set.put("fxam",    always((fpu, op) -> fpu.examine()));
        set.put("fld",     X87::load);
        set.put("fild",    i -> integer(i, (fpu, value) -> fpu.push(Float80.of(value))));
        set.put("fbld",    Binder.always(waiting(X87::loadDecimal)));
        set.put("fst",     i -> store(i, false));
        set.put("fstp",    i -> store(i, true));
        set.put("fist",    i -> storeInteger(i, false));
        set.put("fistp",   i -> storeInteger(i, true));
        set.put("fbstp",   Binder.always(waiting(X87::storeDecimal)));
        set.put("fxch",    always((fpu, op) -> fpu.exchange(op.src)));
        set.put("fchs",    always((fpu, op) -> fpu.apply(Fpu.CHS)));
        set.put("fabs",    always((fpu, op) -> fpu.apply(Fpu.ABS)));
        set.put("fsqrt",   always((fpu, op) -> fpu.apply(Fpu.SQRT)));
        set.put("frndint", always((fpu, op) -> fpu.apply(Fpu.RNDINT)));
        set.put("f2xm1",   always((fpu, op) -> fpu.apply(Fpu.F2XM1)));
        set.put("fsin",    always((fpu, op) -> fpu.trigonometric(Fpu.SIN)));
        set.put("fcos",    always((fpu, op) -> fpu.trigonometric(Fpu.COS)));
        set.put("fsincos", always((fpu, op) -> fpu.sineAndCosine()));
        set.put("fptan",   always((fpu, op) -> fpu.tangent()));
        set.put("fpatan",  always((fpu, op) -> fpu.applyAndPop(Fpu.ATAN)));
        set.put("fyl2x",   always((fpu, op) -> fpu.applyAndPop(Fpu.YL2X)));
        set.put("fyl2xp1", always((fpu, op) -> fpu.applyAndPop(Fpu.YL2XP1)));
        set.put("fscale",  always((fpu, op) -> fpu.arithmetic(Fpu.SCALE, 0, 1)));
        set.put("fxtract", always((fpu, op) -> fpu.extract()));
        set.put("fprem",   always((fpu, op) -> fpu.remainder(false)));
        set.put("fprem1",  always((fpu, op) -> fpu.remainder(true)));
        set.put("fld1",    always((fpu, op) -> fpu.push(Float80.ONE)));
        set.put("fldz",    always((fpu, op) -> fpu.push(Float80.ZERO)));
        set.put("fldl2t",  always((fpu, op) -> fpu.push(Fpu.Constant.LOG2_10)));
        set.put("fldl2e",  always((fpu, op) -> fpu.push(Fpu.Constant.LOG2_E)));
        set.put("fldpi",   always((fpu, op) -> fpu.push(Fpu.Constant.PI)));
        set.put("fldlg2",  always((fpu, op) -> fpu.push(Fpu.Constant.LOG10_2)));
        set.put("fldln2",  always((fpu, op) -> fpu.push(Fpu.Constant.LN_2)));
        set.put("fdecstp", always((fpu, op) -> fpu.rotate(-1)));
        set.put("fincstp", always((fpu, op) -> fpu.rotate(1)));
        set.put("ffree",   Binder.always(waiting((cpu, op) -> cpu.fpu.free(op.src))));
        set.put("ffreep",  Binder.always(waiting((cpu, op) -> cpu.fpu.freeAndPop(op.src))));
        // spotless:on
        for (Condition condition : Condition.values()) {
            set.put("fcmov" + condition.name, always(condition));
        }
    }

    /** The conditions of FCMOVcc, of which the unit has its own names. */
    private enum Condition {
        BELOW("b", 2),
        EQUAL("e", 4),
        BELOW_OR_EQUAL("be", 6),
        UNORDERED("u", 10),
        NOT_BELOW("nb", 3),
        NOT_EQUAL("ne", 5),
        NOT_BELOW_OR_EQUAL("nbe", 7),
        ORDERED("nu", 11);

        private final String name;
        private final int code;

        Condition(String name, int code) {
            this.name = name;
            this.code = code;
        }
    }

    private static Binder always(Condition condition) {
        return Binder.always(waiting((cpu, op) -> cpu.fpu.move(op.src, cpu.flags.test(condition.code))));
    }

    /** What an instruction does that needs nothing but the unit. */
    @FunctionalInterface
    private interface Operation {
        void execute(Fpu fpu, Op op);
    }

    private static Binder always(Operation operation) {
        return Binder.always(waiting((cpu, op) -> operation.execute(cpu.fpu, op)));
    }

    /** An instruction that reports pending exceptions first, may raise its own, and is remembered as the last one. */
    private static Semantics waiting(Semantics body) {
        return (cpu, op) -> {
            if (!isReady(cpu)) return;
            cpu.fpu.begin();
            body.execute(cpu, op);
            cpu.fpu.end();
            remember(cpu, op);
            Timing.Operands operands = cpu.fpu.takeOperands();
            if (operands == null) return;
            report(cpu, operands);
            report(cpu, cpu.fpu.precisionAskedFor());
        };
    }

    static void report(Cpu cpu, Timing.Operands operands) {
        if (operands != null && operands != Timing.Operands.FULL) cpu.timing.operands(operands);
    }

    /** Raises #NM if the unit is switched off. */
    static void requireUnit(Cpu cpu) {
        if ((cpu.control.cr0 & (ControlRegisters.EM | ControlRegisters.TS)) != 0) throw Fault.nm();
    }

    /**
     * Whether a waiting instruction can execute. A pending exception is #MF, or (CR0.NE clear) an interrupt request as
     * on the PC/AT; until it is answered, the instruction waits (SDM vol. 1, section 8.7).
     */
    static boolean isReady(Cpu cpu) {
        requireUnit(cpu);
        return isErrorFree(cpu);
    }

    static boolean isErrorFree(Cpu cpu) {
        if (!cpu.fpu.isPending()) return true;
        if ((cpu.control.cr0 & ControlRegisters.NE) != 0) throw Fault.mf();
        if (cpu.board.ignoresCoprocessorError()) return true;
        cpu.next = cpu.eip;
        cpu.attention();
        return false;
    }

    /** After an instruction that may have cleared or masked a pending exception. */
    static void settle(Cpu cpu) {
        if (!cpu.fpu.isPending()) cpu.board.coprocessorErrorSettled();
    }

    private static void remember(Cpu cpu, Op op) {
        Instruction instruction = op.instruction;
        cpu.fpu.pointers.instruction = cpu.eip;
        cpu.fpu.pointers.codeSelector = cpu.segments[Cpu.CS].selector;
        cpu.fpu.pointers.opcode = (instruction.form.opcode() & 7) << 8 | instruction.modrm;
        if (instruction.isRegisterForm()) return;
        cpu.fpu.pointers.data = cpu.address(op);
        cpu.fpu.pointers.dataSelector = cpu.segments[op.segment].selector;
    }

    private static void pop(Fpu fpu, int times) {
        for (int i = 0; i < times; i++) fpu.pop();
    }

    /** A real from memory. */
    @FunctionalInterface
    private interface RealOperation {
        void execute(Fpu fpu, Float80 value, boolean denormal);
    }

    private static Semantics real(Instruction i, RealOperation operation) {
        if (i.form.operands().get(0).size() == Size.D) {
            return waiting((cpu, op) -> {
                int bits = cpu.load32(op);
                boolean denormal = (bits & 0x7F800000) == 0 && (bits & 0x7FFFFF) != 0;
                operation.execute(cpu.fpu, Float80.ofSingle(bits), denormal);
            });
        }
        return waiting((cpu, op) -> {
            long bits = cpu.load64(op);
            boolean denormal = (bits >>> 52 & 0x7FF) == 0 && (bits & 0xFFFFFFFFFFFFFL) != 0;
            operation.execute(cpu.fpu, Float80.ofDouble(bits), denormal);
        });
    }

    /** An integer from memory. */
    @FunctionalInterface
    private interface IntegerOperation {
        void execute(Fpu fpu, long value);
    }

    private static Semantics integer(Instruction i, IntegerOperation operation) {
        return switch (i.form.operands().get(0).size()) {
            case W -> waiting((cpu, op) -> operation.execute(cpu.fpu, (short) cpu.load16(op)));
            case D -> waiting((cpu, op) -> operation.execute(cpu.fpu, cpu.load32(op)));
            default -> waiting((cpu, op) -> operation.execute(cpu.fpu, cpu.load64(op)));
        };
    }

    private static void arithmetic(Map<String, Binder> set, String name, Fpu.Binary operation) {
        set.put(
                "f" + name,
                i -> Operands.isMemory(i, 0)
                        ? real(i, (fpu, value, denormal) -> fpu.arithmetic(operation, value, denormal))
                        : waiting((cpu, op) -> cpu.fpu.arithmetic(operation, op.dst, op.src)));
        set.put("fi" + name, i -> integer(i, (fpu, value) -> fpu.arithmetic(operation, Float80.of(value), false)));
        set.put("f" + name + "p", Binder.always(waiting((cpu, op) -> {
            cpu.fpu.arithmetic(operation, op.dst, op.src);
            cpu.fpu.pop();
        })));
    }

    private static Semantics compare(Instruction i, int pops) {
        if (Operands.isMemory(i, 0)) {
            return real(i, (fpu, value, denormal) -> {
                fpu.compare(value, denormal);
                pop(fpu, pops);
            });
        }
        return waiting((cpu, op) -> {
            cpu.fpu.compare(op.src, false);
            pop(cpu.fpu, pops);
        });
    }

    private static Semantics compareInteger(Instruction i, int pops) {
        return integer(i, (fpu, value) -> {
            fpu.compare(Float80.of(value), false);
            pop(fpu, pops);
        });
    }

    private static void compareForFlags(Cpu cpu, Op op, boolean quiet) {
        cpu.flags.replace(cpu.fpu.compareForFlags(op.src, quiet), FLAGS);
    }

    private static Semantics load(Instruction i) {
        if (i.isRegisterForm()) return waiting((cpu, op) -> cpu.fpu.load(op.src));
        if (i.form.operands().get(0).size() == Size.T) return waiting((cpu, op) -> cpu.fpu.push(cpu.load80(op)));
        return real(i, Fpu::loadReal);
    }

    private static void loadDecimal(Cpu cpu, Op op) {
        Float80 image = cpu.load80(op);
        cpu.fpu.push(new Decimal80(image.significand(), image.signExponent()).real());
    }

    private static Semantics store(Instruction i, boolean pops) {
        if (i.isRegisterForm() && i.form.opcode() == 0xD9) {
            return waiting((cpu, op) -> cpu.fpu.storeUnlessEmpty(op.dst));
        }
        if (i.isRegisterForm()) {
            return waiting((cpu, op) -> {
                cpu.fpu.store(op.dst);
                if (pops) cpu.fpu.pop();
            });
        }
        return switch (i.form.operands().get(0).size()) {
            case D ->
                waiting((cpu, op) -> {
                    int bits = cpu.fpu.single();
                    if (prepareStore(cpu, op, 4)) cpu.store32(op, bits);
                    popStored(cpu, pops);
                });
            case Q ->
                waiting((cpu, op) -> {
                    long bits = cpu.fpu.doubleBits();
                    if (prepareStore(cpu, op, 8)) cpu.store64(op, bits);
                    popStored(cpu, pops);
                });
            default -> waiting((cpu, op) -> storeWide(cpu, op, cpu.fpu.extended(), pops));
        };
    }

    /** Whether the result is to be stored; if not, nothing looks at the address either. */
    private static boolean prepareStore(Cpu cpu, Op op, int bytes) {
        if (cpu.fpu.isStoreStopped()) return false;
        cpu.probeStore(op, bytes);
        return true;
    }

    private static void popStored(Cpu cpu, boolean pops) {
        if (pops && !cpu.fpu.isStoreStopped()) cpu.fpu.pop();
    }

    private static Semantics storeInteger(Instruction i, boolean pops) {
        int bytes = switch (i.form.operands().get(0).size()) {
            case W -> 2;
            case D -> 4;
            default -> 8;
        };
        return waiting((cpu, op) -> {
            long value = cpu.fpu.integer(8 * bytes);
            if (prepareStore(cpu, op, bytes)) {
                if (bytes == 8) cpu.store64(op, value);
                else Operands.store(cpu, op, bytes, (int) value);
            }
            popStored(cpu, pops);
        });
    }

    private static void storeDecimal(Cpu cpu, Op op) {
        Decimal80 value = cpu.fpu.decimal();
        storeWide(cpu, op, new Float80(value.top(), value.digits()), true);
    }

    /** Ten bytes are not looked at before they are stored. */
    private static void storeWide(Cpu cpu, Op op, Float80 value, boolean pops) {
        if (!cpu.fpu.isStoreStopped()) cpu.store80(op, value);
        popStored(cpu, pops);
    }
}
