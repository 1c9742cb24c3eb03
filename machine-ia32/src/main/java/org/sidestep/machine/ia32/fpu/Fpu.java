package org.sidestep.machine.ia32.fpu;

import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.fpu.RealArithmetic.Order;

/** The x87 unit: what its instructions do with the registers (SDM vol. 1, section 8.3). */
public final class Fpu extends RegisterStack {

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

    /** What the operands of the last instruction say about its time, or null. To be asked for behind each instruction. */
    public Timing.Operands takeOperands() {
        return rounding.takeOperands();
    }

    /** What the precision control says about the time of a division or a root. */
    public Timing.Operands precisionAskedFor() {
        return switch (precision()) {
            case EXTENDED_24 -> Timing.Operands.SINGLE;
            case EXTENDED_53 -> Timing.Operands.DOUBLE;
            default -> Timing.Operands.FULL;
        };
    }

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
        setC1(a.isNegative());
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
        grow(isFaulty() ? Float80.INDEFINITE : register(i));
    }

    /** FLD of a single or double. The denormal exception, even if unmasked, does not keep it from the stack. */
    public void loadReal(Float80 value, boolean denormal) {
        push(isEmpty(7) ? RealArithmetic.widen(rounding, value) : value);
        if (denormal && !isFaulty()) rounding.raise(Rounding.DENORMAL);
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
        setIncomplete(out);
        return out;
    }

    /** FSINCOS, FPTAN: two results in place of one operand. */
    private void two(Float80 replaced, Float80 pushed) {
        if (isStopped()) return;
        write(0, replaced);
        grow(pushed);
    }

    /** Whether an instruction that replaces st by two numbers cannot, having raised the stack fault. */
    private boolean cannotGrow() {
        if (isEmpty(0)) fault(false);
        else if (!isEmpty(7)) fault(true);
        if (isFaulty()) two(Float80.INDEFINITE, Float80.INDEFINITE);
        return isFaulty();
    }

    public void sineAndCosine() {
        setIncomplete(false);
        if (cannotGrow() || outOfRange()) return;
        Float80 angle = register(0);
        Float80 sine = Transcendental.sine(rounding, angle);
        two(sine, sine.isNan() ? sine : Transcendental.cosine(rounding, angle));
    }

    public void tangent() {
        setIncomplete(false);
        if (cannotGrow() || outOfRange()) return;
        Float80 tangent = Transcendental.tangent(rounding, register(0));
        two(tangent, tangent.isNan() ? tangent : Float80.ONE);
    }

    /** FXTRACT: exponent and significand. */
    public void extract() {
        if (cannotGrow()) return;
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
        setIncomplete(false);
        if (underflows(0, 1)) {
            write(0, Float80.INDEFINITE);
            return;
        }
        Remainder result = Remainder.of(rounding, register(0), register(1), nearest);
        write(0, result.value());
        if (isStopped() || result.value().isNan()) return;
        setCodes(result.codes());
        setC1((result.codes() & C1) != 0);
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

    /** FFREEP. */
    public void freeAndPop(int i) {
        free(i);
        popAlways();
    }
}
