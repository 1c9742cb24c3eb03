package org.sidestep.machine.ia32.fpu;

import java.util.Arrays;
import org.sidestep.machine.ia32.fpu.RealArithmetic.Order;

/**
 * The x87 register stack with its control, status and tag words (SDM vol. 1, section 8.1). An instruction is
 * {@link #begin}, one or more operations, {@link #end}; until then only registers may have changed, and those only in
 * their last operation, so that a store to memory which faults leaves no trace.
 */
public final class Fpu {
    /** In the status word. */
    public static final int C0 = 1 << 8;

    public static final int C1 = 1 << 9;
    public static final int C2 = 1 << 10;
    public static final int C3 = 1 << 14;
    private static final int STACK_FAULT = 1 << 6;
    private static final int SUMMARY = 1 << 7;
    private static final int BUSY = 1 << 15;
    private static final int EXCEPTIONS = 0x3F;
    private static final int CODES = C0 | C1 | C2 | C3;

    private static final int RESET_CONTROL = 0x37F;
    private static final int CONTROL_DEFINED = 0x1F3F;
    private static final int CONTROL_FIXED = 0x40;
    private static final Format[] PRECISIONS = {Format.EXTENDED_24, Format.EXTENDED, Format.EXTENDED_53, Format.EXTENDED
    };

    private final Float80[] registers = new Float80[8];
    private final Rounding rounding = new Rounding(false);
    private int control;

    /** Without the top of stack. */
    private int status;

    private int top;

    /** Bit n: physical register n holds something. */
    private int used;

    private boolean stackFault;
    private boolean overflow;

    /** What the instruction says about C1, if not rounding or the stack does. */
    private boolean one;

    /** Where the last instruction that was not a control instruction is, its opcode and its memory operand. */
    public final Pointers pointers = new Pointers();

    public Fpu() {
        initialize();
        Arrays.fill(registers, Float80.ZERO);
    }

    /** FNINIT. */
    public void initialize() {
        control = RESET_CONTROL;
        status = 0;
        top = 0;
        used = 0;
        pointers.clear();
    }

    public int control() {
        return control;
    }

    public void setControl(int value) {
        control = value & CONTROL_DEFINED | CONTROL_FIXED;
        summarize();
    }

    public int status() {
        return status | top << 11;
    }

    public void setStatus(int value) {
        status = value & ~(7 << 11);
        top = value >> 11 & 7;
        summarize();
    }

    /** FNCLEX. */
    public void clearExceptions() {
        status &= ~(EXCEPTIONS | STACK_FAULT | SUMMARY | BUSY);
    }

    /** Whether an unmasked exception waits to be reported. */
    public boolean isPending() {
        return (status & SUMMARY) != 0;
    }

    private void summarize() {
        boolean pending = (status & ~control & EXCEPTIONS) != 0;
        status = pending ? status | SUMMARY | BUSY : status & ~(SUMMARY | BUSY);
    }

    /** The tag word: two bits for each physical register. */
    public int tags() {
        int tags = 0;
        for (int i = 0; i < 8; i++) tags |= tag(i) << 2 * i;
        return tags;
    }

    private int tag(int physical) {
        if ((used >> physical & 1) == 0) return 3;
        Float80 value = registers[physical];
        if (value.isZero()) return 1;
        return value.exponent() == 0 || value.exponent() == Float80.LARGEST || value.isUnsupported() ? 2 : 0;
    }

    /** Of a tag word only which registers are empty counts. */
    public void setTags(int tags) {
        used = 0;
        for (int i = 0; i < 8; i++) if ((tags >> 2 * i & 3) != 3) used |= 1 << i;
    }

    /** Bit n: physical register n holds something. */
    public int used() {
        return used;
    }

    public void setUsed(int registersUsed) {
        used = registersUsed & 0xFF;
    }

    /** st(i), empty or not. */
    public Float80 register(int i) {
        return registers[top + i & 7];
    }

    public void setRegister(int i, Float80 value) {
        registers[top + i & 7] = value;
    }

    /** An MMX register: the significand of a physical register. */
    public long mmx(int number) {
        return registers[number].significand();
    }

    public void setMmx(int number, long value) {
        registers[number] = new Float80(0xFFFF, value);
    }

    /** What every MMX instruction does to the stack. */
    public void enterMmx() {
        top = 0;
        used = 0xFF;
    }

    /** EMMS. */
    public void leaveMmx() {
        top = 0;
        used = 0;
    }

    public void begin() {
        rounding.begin(control >> 10 & 3, control & EXCEPTIONS);
        stackFault = false;
        overflow = false;
        one = false;
    }

    /** Takes over what the instruction raised. C1 says which way it rounded, or which way the stack was exceeded. */
    public void end() {
        status |= rounding.raised();
        if (stackFault) status |= STACK_FAULT;
        boolean up = rounding.roundedUp() && (rounding.raised() & Rounding.PRECISION) != 0;
        boolean c1 = stackFault ? overflow : one || up;
        status = c1 ? status | C1 : status & ~C1;
        summarize();
    }

    /** Whether an unmasked exception keeps the result from being delivered to a register. */
    boolean isStopped() {
        return rounding.isStopped();
    }

    /** Whether an unmasked exception keeps the result from being stored to memory. */
    public boolean isStoreStopped() {
        int range = Rounding.OVERFLOW | Rounding.UNDERFLOW;
        return rounding.isStopped() || (rounding.raised() & ~control & range) != 0;
    }

    private void fault(boolean over) {
        stackFault = true;
        overflow = over;
        rounding.raise(Rounding.INVALID);
    }

    boolean isEmpty(int i) {
        return (used >> (top + i & 7) & 1) == 0;
    }

    /** Whether one of two registers is empty; if so, the stack fault is raised. */
    private boolean underflows(int i, int j) {
        if (!isEmpty(i) && !isEmpty(j)) return false;
        fault(false);
        return true;
    }

    private void write(int i, Float80 value) {
        if (isStopped()) return;
        setRegister(i, value);
        used |= 1 << (top + i & 7);
    }

    public void pop() {
        if (!isStopped()) popAlways();
    }

    private void popAlways() {
        used &= ~(1 << top);
        top = top + 1 & 7;
    }

    public void push(Float80 value) {
        boolean full = !isEmpty(7);
        if (full) fault(true);
        if (isStopped()) return;
        top = top - 1 & 7;
        write(0, full ? Float80.INDEFINITE : value);
    }

    /** An operation of two operands. */
    @FunctionalInterface
    public interface Binary {
        Float80 apply(Rounding rounding, Format format, Float80 a, Float80 b);
    }

    // spotless:off
    public static final Binary ADD  = RealArithmetic::add;
    public static final Binary MUL  = RealArithmetic::multiply;
    public static final Binary SUB  = RealArithmetic::subtract;
    public static final Binary SUBR = (r, format, a, b) -> RealArithmetic.subtract(r, format, b, a);
    public static final Binary DIV  = RealArithmetic::divide;
    public static final Binary DIVR = (r, format, a, b) -> RealArithmetic.divide(r, format, b, a);
    // spotless:on

    /** st(destination) := st(destination) op st(source). */
    public void arithmetic(Binary operation, int destination, int source) {
        if (underflows(destination, source)) write(destination, Float80.INDEFINITE);
        else write(destination, operation.apply(rounding, precision(), register(destination), register(source)));
    }

    /** st := st op a number from memory, converted exactly. */
    public void arithmetic(Binary operation, Float80 source, boolean denormal) {
        if (underflows(0, 0)) write(0, Float80.INDEFINITE);
        else {
            Float80 other = register(0);
            Float80 result = operation.apply(rounding, precision(), other, source);
            if (denormal) rounding.raiseDenormal(source, other);
            write(0, result);
        }
    }

    private Format precision() {
        return PRECISIONS[control >> 8 & 3];
    }

    /** FCOM and its kin: the codes for the order of st and another number. */
    public void compare(int i, boolean quiet) {
        if (underflows(0, i)) setOrder(Order.UNORDERED);
        else setOrder(RealArithmetic.compare(rounding, register(0), register(i), quiet));
    }

    public void compare(Float80 source, boolean denormal) {
        if (underflows(0, 0)) {
            setOrder(Order.UNORDERED);
        } else {
            setOrder(RealArithmetic.compare(rounding, register(0), source, false));
            if (denormal) rounding.raiseDenormal(source, register(0));
        }
    }

    /** FCOMI and its kin: as flags, ZF in bit 6, PF in bit 2, CF in bit 0. */
    public int compareForFlags(int i, boolean quiet) {
        keepC1();
        return flags(
                underflows(0, i) ? Order.UNORDERED : RealArithmetic.compare(rounding, register(0), register(i), quiet));
    }

    /** The comparisons and moves of the P6 leave C1 alone unless the stack is at fault. */
    private void keepC1() {
        one = (status & C1) != 0;
    }

    static int flags(Order order) {
        return switch (order) {
            case GREATER -> 0;
            case LESS -> 1;
            case EQUAL -> 1 << 6;
            case UNORDERED -> 1 << 6 | 1 << 2 | 1;
        };
    }

    private void setOrder(Order order) {
        setCodes(flags(order) << 8);
    }

    private void setCodes(int codes) {
        status = status & ~CODES | codes;
    }

    public void test() {
        if (underflows(0, 0)) setOrder(Order.UNORDERED);
        else setOrder(RealArithmetic.compare(rounding, register(0), Float80.ZERO, false));
    }

    /** FXAM. C1 is the sign, of an empty register too. */
    public void examine() {
        Float80 a = register(0);
        int codes = C2;
        if (isEmpty(0)) codes = C3 | C0;
        else if (a.isUnsupported()) codes = 0;
        else if (a.isNan()) codes = C0;
        else if (a.isInfinite()) codes = C2 | C0;
        else if (a.isZero()) codes = C3;
        else if (a.isDenormal()) codes = C3 | C2;
        setCodes(codes);
        one = a.isNegative();
    }

    public void exchange(int i) {
        if (underflows(0, i)) {
            if (isStopped()) return;
            if (isEmpty(0)) write(0, Float80.INDEFINITE);
            if (isEmpty(i)) write(i, Float80.INDEFINITE);
        }
        Float80 a = register(0);
        setRegister(0, register(i));
        setRegister(i, a);
    }

    /** FLD st(i). */
    public void load(int i) {
        if (isEmpty(i)) fault(false);
        else if (!isEmpty(7)) fault(true);
        Float80 value = stackFault ? Float80.INDEFINITE : register(i);
        if (isStopped()) return;
        top = top - 1 & 7;
        write(0, value);
    }

    /** FLD of a single or double. The denormal exception, even if unmasked, does not keep it from the stack. */
    public void loadReal(Float80 value, boolean denormal) {
        push(isEmpty(7) ? RealArithmetic.widen(rounding, value) : value);
        if (denormal && !stackFault) rounding.raise(Rounding.DENORMAL);
    }

    /** FST st(i). */
    public void store(int i) {
        write(i, underflows(0, 0) ? Float80.INDEFINITE : register(0));
    }

    /** The alias of FSTP at D9 D8, which takes an empty register for no error and does not store it. */
    public void storeUnlessEmpty(int i) {
        if (!isEmpty(0)) write(i, register(0));
        popAlways();
    }

    /** FCMOVcc. */
    public void move(int i, boolean condition) {
        keepC1();
        if (underflows(0, i)) write(0, Float80.INDEFINITE);
        else if (condition) write(0, register(i));
    }

    /** st as a single to store. */
    public int single() {
        return stored(Format.SINGLE).single();
    }

    /** st as a double to store. */
    public long doubleBits() {
        return stored(Format.DOUBLE).doubleBits();
    }

    private Float80 stored(Format format) {
        return underflows(0, 0) ? Float80.INDEFINITE : RealArithmetic.narrow(rounding, format, register(0));
    }

    /** st as an extended real to store. */
    public Float80 extended() {
        return underflows(0, 0) ? Float80.INDEFINITE : register(0);
    }

    /** st as an integer of {@code bits} to store. */
    public long integer(int bits) {
        if (underflows(0, 0)) return -1L << bits - 1;
        return RealArithmetic.integer(rounding, register(0), bits);
    }

    /** st as eighteen decimal digits to store. */
    public Decimal80 decimal() {
        if (underflows(0, 0)) return Decimal80.INDEFINITE;
        Float80 a = register(0);
        long value = RealArithmetic.integer(rounding, a, 64);
        if ((rounding.raised() & Rounding.INVALID) == 0 && value < Decimal80.LIMIT && value > -Decimal80.LIMIT) {
            return Decimal80.of(value, a.isNegative());
        }
        rounding.withdraw(Rounding.PRECISION);
        rounding.setRoundedUp(false);
        rounding.raise(Rounding.INVALID);
        return Decimal80.INDEFINITE;
    }

    /** An operation of one operand. */
    @FunctionalInterface
    public interface Unary {
        Float80 apply(Rounding rounding, Format format, Float80 a);
    }

    // spotless:off
    public static final Unary CHS    = (r, format, a) -> a.negated();
    public static final Unary ABS    = (r, format, a) -> a.absolute();
    public static final Unary SQRT   = RealArithmetic::squareRoot;
    public static final Unary RNDINT = (r, format, a) -> RealArithmetic.toInteger(r, a);
    public static final Unary F2XM1  = (r, format, a) -> Transcendental.power(r, a);
    public static final Unary SIN    = (r, format, a) -> Transcendental.sine(r, a);
    public static final Unary COS    = (r, format, a) -> Transcendental.cosine(r, a);

    public static final Binary SCALE   = (r, format, a, b) -> RealArithmetic.scale(r, a, b);
    public static final Binary YL2X    = (r, format, y, x) -> Transcendental.logarithm(r, y, x);
    public static final Binary YL2XP1  = (r, format, y, x) -> Transcendental.logarithmOf1Plus(r, y, x);
    public static final Binary ATAN    = (r, format, y, x) -> Transcendental.arcTangent(r, y, x);
    // spotless:on

    /** st := op st. */
    public void apply(Unary operation) {
        if (underflows(0, 0)) write(0, Float80.INDEFINITE);
        else write(0, operation.apply(rounding, precision(), register(0)));
    }

    /** st(1) := st(1) op st, and pop. */
    public void applyAndPop(Binary operation) {
        arithmetic(operation, 1, 0);
        pop();
    }

    /** FSIN, FCOS. */
    public void trigonometric(Unary operation) {
        if (outOfRange()) return;
        apply(operation);
    }

    /** Clears C2, or sets it if st is too large to be an angle. */
    private boolean outOfRange() {
        boolean out = !isEmpty(0) && Transcendental.isOutOfRange(register(0));
        status = out ? status | C2 : status & ~C2;
        return out;
    }

    /** FSINCOS, FPTAN: two results in place of one operand. */
    private void two(Float80 replaced, Float80 pushed) {
        if (isStopped()) return;
        write(0, replaced);
        top = top - 1 & 7;
        write(0, pushed);
    }

    /** Whether an instruction that replaces st by two numbers cannot, having raised the stack fault. */
    private boolean cannotGrow() {
        status &= ~C2;
        if (isEmpty(0)) fault(false);
        else if (!isEmpty(7)) fault(true);
        if (stackFault) two(Float80.INDEFINITE, Float80.INDEFINITE);
        return stackFault;
    }

    public void sineAndCosine() {
        if (cannotGrow() || outOfRange()) return;
        Float80 angle = register(0);
        Float80 sine = Transcendental.sine(rounding, angle);
        two(sine, sine.isNan() ? sine : Transcendental.cosine(rounding, angle));
    }

    public void tangent() {
        if (cannotGrow() || outOfRange()) return;
        Float80 tangent = Transcendental.tangent(rounding, register(0));
        two(tangent, tangent.isNan() ? tangent : Float80.ONE);
    }

    /** FXTRACT: exponent and significand. */
    public void extract() {
        int codes = status & CODES;
        boolean fault = cannotGrow();
        setCodes(codes);
        if (fault) return;
        Float80 a = register(0);
        if (Rounding.isSpecial(a, a)) {
            Float80 nan = rounding.nan(a, a);
            two(nan, nan);
        } else if (a.isInfinite()) {
            two(a.absolute(), a);
        } else if (a.isZero()) {
            rounding.raise(Rounding.ZERO_DIVIDE);
            two(Float80.infinity(true), a);
        } else {
            rounding.checkDenormal(a, a);
            int sign = a.isNegative() ? Float80.SIGN : 0;
            two(Float80.of(a.normalExponent() - Float80.BIAS), new Float80(sign | Float80.BIAS, a.normalSignificand()));
        }
    }

    /** FPREM, FPREM1: the remainder of st and st(1), and the last bits of the quotient. */
    public void remainder(boolean nearest) {
        status &= ~C2;
        if (underflows(0, 1)) {
            write(0, Float80.INDEFINITE);
            return;
        }
        Remainder result = Remainder.of(rounding, register(0), register(1), nearest);
        write(0, result.value());
        if (isStopped() || result.value().isNan()) return;
        setCodes(result.codes());
        one = (result.codes() & C1) != 0;
    }

    /** FLDPI and its kin. */
    public enum Constant {
        LOG2_10(Series.LOG2_10),
        LOG2_E(Series.LOG2_E),
        PI(Series.PI),
        LOG10_2(Series.LOG10_2),
        LN_2(Series.LN2);

        private final Precise value;

        Constant(Precise value) {
            this.value = value;
        }
    }

    public void push(Constant constant) {
        push(Transcendental.constant(rounding, constant.value));
    }

    public void rotate(int by) {
        top = top + by & 7;
        status &= ~C1;
    }

    public void free(int i) {
        used &= ~(1 << (top + i & 7));
    }

    /** FFREEP. */
    public void freeAndPop(int i) {
        free(i);
        popAlways();
    }

    public void copy(Fpu other) {
        System.arraycopy(other.registers, 0, registers, 0, registers.length);
        control = other.control;
        status = other.status;
        top = other.top;
        used = other.used;
        pointers.copy(other.pointers);
    }
}
