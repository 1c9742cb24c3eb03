package org.sidestep.machine.ia32.fault;

/**
 * An exception that the current instruction raises. It leaves the instruction before anything architectural has changed,
 * so that the instruction can be restarted; it carries no stack trace, because guests raise it by the million.
 */
public final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int vector;
    private final int errorCode;
    private final int address;

    private Fault(int vector, int errorCode, int address) {
        super(null, null, false, false);
        this.vector = vector;
        this.errorCode = errorCode;
        this.address = address;
    }

    /** Divide error. */
    public static Fault de() {
        return new Fault(Vector.DE, 0, 0);
    }

    /** Bound range exceeded. */
    public static Fault br() {
        return new Fault(Vector.BR, 0, 0);
    }

    /** Invalid opcode. */
    public static Fault ud() {
        return new Fault(Vector.UD, 0, 0);
    }

    /** Device not available: the floating-point unit is switched off. */
    public static Fault nm() {
        return new Fault(Vector.NM, 0, 0);
    }

    /** Floating-point error of the x87. */
    public static Fault mf() {
        return new Fault(Vector.MF, 0, 0);
    }

    /** Floating-point exception of SSE. */
    public static Fault xf() {
        return new Fault(Vector.XF, 0, 0);
    }

    /** Double fault. */
    public static Fault df() {
        return new Fault(Vector.DF, 0, 0);
    }

    /** Invalid TSS. */
    public static Fault ts(int code) {
        return new Fault(Vector.TS, code, 0);
    }

    /** Segment not present. */
    public static Fault np(int code) {
        return new Fault(Vector.NP, code, 0);
    }

    /** Stack-segment fault. */
    public static Fault ss(int code) {
        return new Fault(Vector.SS, code, 0);
    }

    /** General protection. */
    public static Fault gp(int code) {
        return new Fault(Vector.GP, code, 0);
    }

    /** Page fault at a linear address. */
    public static Fault pf(int linear, int code) {
        return new Fault(Vector.PF, code, linear);
    }

    public int vector() {
        return vector;
    }

    public int errorCode() {
        return errorCode;
    }

    /** Whether delivery pushes an error code. */
    public boolean hasErrorCode() {
        return vector == Vector.DF || vector >= Vector.TS && vector <= Vector.PF;
    }

    /** The linear address that faulted, of a page fault. */
    public int address() {
        return address;
    }

    /** Whether this is of the contributory class (SDM vol. 3, table 6-4). */
    public boolean isContributory() {
        return vector == Vector.DE || vector >= Vector.TS && vector <= Vector.GP;
    }

    /**
     * What delivery of this exception becomes when it raises {@code second} (SDM vol. 3, table 6-5), or null if the
     * processor shuts down.
     */
    public Fault followedBy(Fault second) {
        if (vector == Vector.DF) return null;
        boolean bothContributory = isContributory() && second.isContributory();
        boolean afterPageFault = vector == Vector.PF && (second.isContributory() || second.vector == Vector.PF);
        return bothContributory || afterPageFault ? df() : second;
    }

    @Override
    public String getMessage() {
        String text = Vector.name(vector);
        if (vector == Vector.PF) return "%s at %08x, error code %x".formatted(text, address, errorCode);
        return hasErrorCode() ? "%s, error code %x".formatted(text, errorCode) : text;
    }
}
