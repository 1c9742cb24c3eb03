package org.sidestep.machine.ia32.fpu;

import org.sidestep.machine.Timing.Operands;
import org.sidestep.machine.ia32.fpu.RealArithmetic.Order;

/**
 * The XMM registers, MXCSR, and arithmetic on singles and doubles (SDM vol. 1, chapters 10 and 11). An instruction is
 * {@link #begin}, an operation for each lane, {@link #end}; only then are registers written.
 */
public final class Simd {
    private static final int REGISTERS = 8;
    private static final int RESET = 0x1F80;
    private static final int EXCEPTIONS = 0x3F;
    private static final int DENORMALS_ARE_ZEROS = 1 << 6;
    private static final int FLUSH = 1 << 15;
    private static final int INDEFINITE = 0xFFC00000;
    private static final int INFINITY = 0x7F800000;
    private static final int SIGN = 0x80000000;

    /** Two of each register, the low one first. */
    private final long[] quadwords = new long[2 * REGISTERS];

    private final Rounding rounding = new Rounding(true);
    private int mxcsr = RESET;

    /** Raised by all lanes so far, before and after rounding. */
    private int before;

    private int after;

    /** Half of a register: 0 is the low one. */
    public long quadword(int register, int half) {
        return quadwords[2 * register + half];
    }

    public void setQuadword(int register, int half, long value) {
        quadwords[2 * register + half] = value;
    }

    /** A copy of both halves of a register. */
    public long[] register(int register) {
        return new long[] {quadword(register, 0), quadword(register, 1)};
    }

    public void setRegister(int register, long low, long high) {
        setQuadword(register, 0, low);
        setQuadword(register, 1, high);
    }

    /** One of the four doublewords of a register. */
    public int doubleword(int register, int number) {
        return (int) (quadword(register, number >> 1) >>> 32 * (number & 1));
    }

    public int mxcsr() {
        return mxcsr;
    }

    /** Bits that the part does not have must be clear. */
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

    /** An operation on a lane of two registers. */
    @FunctionalInterface
    public interface Operation {
        long apply(Simd unit, Lane lane, long a, long b);
    }

    // spotless:off
    public static final Operation ADD  = (unit, lane, a, b) -> unit.arithmetic(Fpu.ADD, lane, a, b);
    public static final Operation SUB  = (unit, lane, a, b) -> unit.arithmetic(Fpu.SUB, lane, a, b);
    public static final Operation MUL  = (unit, lane, a, b) -> unit.arithmetic(Fpu.MUL, lane, a, b);
    public static final Operation DIV  = (unit, lane, a, b) -> unit.arithmetic(Fpu.DIV, lane, a, b);
    public static final Operation MIN  = (unit, lane, a, b) -> unit.select(Order.LESS, lane, a, b);
    public static final Operation MAX  = (unit, lane, a, b) -> unit.select(Order.GREATER, lane, a, b);
    public static final Operation SQRT = (unit, lane, a, b) -> unit.squareRoot(lane, b);
    /** Of singles only, like {@link #RSQRT}. */
    public static final Operation RCP   = (unit, lane, a, b) -> reciprocal((int) b);
    public static final Operation RSQRT = (unit, lane, a, b) -> reciprocalRoot((int) b);
    // spotless:on

    private static boolean isNan(int a) {
        return (a & ~SIGN) > INFINITY;
    }

    /** What an operand counts as. */
    private long seen(Lane lane, long bits) {
        return (mxcsr & DENORMALS_ARE_ZEROS) != 0 ? lane.withoutDenormals(bits) : bits;
    }

    private long arithmetic(Fpu.Binary operation, Lane lane, long first, long second) {
        beginLane();
        long a = seen(lane, first);
        long b = seen(lane, second);
        Float80 result = operation.apply(rounding, lane.format(), lane.real(a), lane.real(b));
        raiseDenormal(lane, a, b);
        endLane();
        return lane.bits(result);
    }

    private void raiseDenormal(Lane lane, long a, long b) {
        if (lane.isDenormal(a) || lane.isDenormal(b)) rounding.raiseDenormal(lane.real(a), lane.real(b));
    }

    private long squareRoot(Lane lane, long bits) {
        beginLane();
        long a = seen(lane, bits);
        Float80 result = RealArithmetic.squareRoot(rounding, lane.format(), lane.real(a));
        raiseDenormal(lane, a, a);
        endLane();
        return lane.bits(result);
    }

    private Order order(Lane lane, long first, long second, boolean quiet) {
        beginLane();
        long a = seen(lane, first);
        long b = seen(lane, second);
        Order order = RealArithmetic.compare(rounding, lane.real(a), lane.real(b), quiet);
        raiseDenormal(lane, a, b);
        endLane();
        return order;
    }

    /** The first operand if it is so ordered, else, with NaNs and equal ones too, the second. */
    private long select(Order wanted, Lane lane, long a, long b) {
        return seen(lane, order(lane, a, b, false) == wanted ? a : b);
    }

    /** CMPPS and its kin: all ones if the relation of this number (SDM vol. 2, CMPPS) holds. */
    public long compare(int relation, Lane lane, long a, long b) {
        int kind = relation & 3;
        Order order = order(lane, a, b, kind == 0 || kind == 3);
        boolean holds = switch (kind) {
            case 0 -> order == Order.EQUAL;
            case 1 -> order == Order.LESS;
            case 2 -> order == Order.LESS || order == Order.EQUAL;
            default -> order == Order.UNORDERED;
        };
        return holds != ((relation & 4) != 0) ? -1 : 0;
    }

    /** COMISS and its kin: the order as ZF in bit 6, PF in bit 2, CF in bit 0. */
    public int compareForFlags(Lane lane, long a, long b, boolean quiet) {
        return Fpu.flags(order(lane, a, b, quiet));
    }

    /** A lane as a lane of another kind. */
    public long convert(Lane from, Lane to, long bits, boolean truncating) {
        beginLane();
        long seen = seen(from, bits);
        Float80 a = from.real(seen);
        long result;
        if (to == Lane.INTEGER) {
            if (truncating) rounding.setMode(Rounding.TO_ZERO);
            result = RealArithmetic.integer(rounding, a, 32);
        } else {
            result = to.bits(RealArithmetic.narrow(rounding, to.format(), a));
            raiseDenormal(from, seen, seen);
        }
        endLane();
        return result;
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

    public void copy(Simd other) {
        System.arraycopy(other.quadwords, 0, quadwords, 0, quadwords.length);
        mxcsr = other.mxcsr;
    }
}
