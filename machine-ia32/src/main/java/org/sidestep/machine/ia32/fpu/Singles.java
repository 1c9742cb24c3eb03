package org.sidestep.machine.ia32.fpu;

import org.sidestep.machine.Timing.Operands;
import org.sidestep.machine.ia32.fpu.RealArithmetic.Order;

/**
 * The XMM registers, MXCSR, and arithmetic on singles (SDM vol. 1, chapter 10). An instruction is {@link #begin}, an
 * operation for each lane, {@link #end}; only then are registers written.
 */
public final class Singles {
    private static final int LANES = 4;
    private static final int RESET = 0x1F80;
    private static final int EXCEPTIONS = 0x3F;
    private static final int FLUSH = 1 << 15;
    private static final int INDEFINITE = 0xFFC00000;
    private static final int INFINITY = 0x7F800000;
    private static final int SIGN = 0x80000000;

    private final int[] lanes = new int[8 * LANES];
    private final Rounding rounding = new Rounding(true);
    private int mxcsr = RESET;

    /** Raised by all lanes so far, before and after rounding. */
    private int before;

    private int after;

    public int lane(int register, int lane) {
        return lanes[LANES * register + lane];
    }

    public void setLane(int register, int lane, int value) {
        lanes[LANES * register + lane] = value;
    }

    public int mxcsr() {
        return mxcsr;
    }

    /** Bits that the Pentium III does not have must be clear. */
    public void setMxcsr(int value) {
        mxcsr = value;
    }

    public void begin() {
        rounding.takeOperands();
        before = 0;
        after = 0;
    }

    private void beginLane() {
        rounding.begin(mxcsr >> 13 & 3, mxcsr >> 7 & EXCEPTIONS);
        if ((mxcsr & FLUSH) != 0) rounding.flushToZero();
    }

    private void endLane() {
        before |= rounding.raised() & Rounding.BEFORE;
        after |= rounding.raised() & ~Rounding.BEFORE;
    }

    /** What the operands of the last instruction say about its time, or null. */
    public Operands takeOperands() {
        return rounding.takeOperands();
    }

    /** Keeps what was raised in MXCSR; whether the result may be written, no unmasked exception among it. */
    public boolean end() {
        int unmasked = ~(mxcsr >> 7) & EXCEPTIONS;
        int raised = (before & unmasked) != 0 ? before : before | after;
        mxcsr |= raised;
        return (raised & unmasked) == 0;
    }

    /** An operation on two singles. */
    @FunctionalInterface
    public interface Operation {
        int apply(Singles unit, int a, int b);
    }

    // spotless:off
    public static final Operation ADD  = (unit, a, b) -> unit.arithmetic(Fpu.ADD, a, b);
    public static final Operation SUB  = (unit, a, b) -> unit.arithmetic(Fpu.SUB, a, b);
    public static final Operation MUL  = (unit, a, b) -> unit.arithmetic(Fpu.MUL, a, b);
    public static final Operation DIV  = (unit, a, b) -> unit.arithmetic(Fpu.DIV, a, b);
    public static final Operation MIN  = (unit, a, b) -> unit.select(Order.LESS, a, b);
    public static final Operation MAX  = (unit, a, b) -> unit.select(Order.GREATER, a, b);
    public static final Operation SQRT = (unit, a, b) -> unit.squareRoot(b);
    public static final Operation RCP   = (unit, a, b) -> reciprocal(b);
    public static final Operation RSQRT = (unit, a, b) -> reciprocalRoot(b);
    // spotless:on

    private static boolean isDenormal(int a) {
        return (a & INFINITY) == 0 && (a & ~SIGN) != 0;
    }

    private static boolean isNan(int a) {
        return (a & ~SIGN) > INFINITY;
    }

    private int arithmetic(Fpu.Binary operation, int first, int second) {
        beginLane();
        Float80 a = Float80.ofSingle(first);
        Float80 b = Float80.ofSingle(second);
        Float80 result = operation.apply(rounding, Format.SINGLE, a, b);
        if (isDenormal(first) || isDenormal(second)) rounding.raiseDenormal(a, b);
        endLane();
        return result.single();
    }

    private int squareRoot(int bits) {
        beginLane();
        Float80 a = Float80.ofSingle(bits);
        Float80 result = RealArithmetic.squareRoot(rounding, Format.SINGLE, a);
        if (isDenormal(bits)) rounding.raiseDenormal(a, a);
        endLane();
        return result.single();
    }

    private Order order(int first, int second, boolean quiet) {
        beginLane();
        Float80 a = Float80.ofSingle(first);
        Float80 b = Float80.ofSingle(second);
        Order order = RealArithmetic.compare(rounding, a, b, quiet);
        if (isDenormal(first) || isDenormal(second)) rounding.raiseDenormal(a, b);
        endLane();
        return order;
    }

    /** The first operand if it is so ordered, else, with NaNs and equal ones too, the second. */
    private int select(Order wanted, int a, int b) {
        return order(a, b, false) == wanted ? a : b;
    }

    /** CMPPS: all ones if the relation of this number (SDM vol. 2, CMPPS) holds. */
    public int compare(int relation, int a, int b) {
        int kind = relation & 3;
        Order order = order(a, b, kind == 0 || kind == 3);
        boolean holds = switch (kind) {
            case 0 -> order == Order.EQUAL;
            case 1 -> order == Order.LESS;
            case 2 -> order == Order.LESS || order == Order.EQUAL;
            default -> order == Order.UNORDERED;
        };
        return holds != ((relation & 4) != 0) ? -1 : 0;
    }

    /** COMISS and UCOMISS: the order as ZF in bit 6, PF in bit 2, CF in bit 0. */
    public int compareForFlags(int a, int b, boolean quiet) {
        return Fpu.flags(order(a, b, quiet));
    }

    public int ofInteger(int value) {
        beginLane();
        int single = RealArithmetic.narrow(rounding, Format.SINGLE, Float80.of(value))
                .single();
        endLane();
        return single;
    }

    public int toInteger(int bits, boolean truncating) {
        beginLane();
        if (truncating) rounding.setMode(Rounding.TO_ZERO);
        int value = (int) RealArithmetic.integer(rounding, Float80.ofSingle(bits), 32);
        endLane();
        return value;
    }

    /** An estimate to twelve bits; denormals are zero. */
    private static int reciprocal(int a) {
        int sign = a & SIGN;
        if (isNan(a)) return a | 0x400000;
        if ((a & INFINITY) == 0) return sign | INFINITY;
        return estimate(1 / (double) Float.intBitsToFloat(a), sign);
    }

    private static int reciprocalRoot(int a) {
        int sign = a & SIGN;
        if (isNan(a)) return a | 0x400000;
        if ((a & INFINITY) == 0) return sign | INFINITY;
        if (sign != 0) return INDEFINITE;
        return estimate(1 / Math.sqrt(Float.intBitsToFloat(a)), 0);
    }

    private static int estimate(double value, int sign) {
        int bits = Float.floatToRawIntBits((float) value);
        if ((bits & INFINITY) == 0) return sign;
        return bits + 0x400 & ~0x7FF;
    }

    public void copy(Singles other) {
        System.arraycopy(other.lanes, 0, lanes, 0, lanes.length);
        mxcsr = other.mxcsr;
    }
}
