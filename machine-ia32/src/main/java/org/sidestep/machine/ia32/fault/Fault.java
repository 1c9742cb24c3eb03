package org.sidestep.machine.ia32.fault;

import java.util.Locale;

/**
 * An exception that the current instruction raises. It leaves the instruction before anything architectural has changed,
 * so that the instruction can be restarted; it carries no stack trace, because guests raise it by the million.
 */
public final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int vector;
    private final int errorCode;

    /** What else the exception tells: CR2 of a page fault, bits of DR6 of a debug exception. */
    private final int detail;

    private Fault(int vector, int errorCode, int detail) {
        super(null, null, false, false);
        this.vector = vector;
        this.errorCode = errorCode;
        this.detail = detail;
    }

    /** Divide error. */
    public static Fault de() {
        return new Fault(Vector.DE, 0, 0);
    }

    /** Debug exception before an instruction, with the bits of DR6 that say why. */
    public static Fault db(int reasons) {
        return new Fault(Vector.DB, 0, reasons);
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

    /** Alignment check. */
    public static Fault ac() {
        return new Fault(Vector.AC, 0, 0);
    }

    public int vector() {
        return vector;
    }

    public int errorCode() {
        return errorCode;
    }

    /** Whether delivery pushes an error code. */
    public boolean hasErrorCode() {
        return vector == Vector.DF || vector >= Vector.TS && vector <= Vector.PF || vector == Vector.AC;
    }

    /** The linear address that faulted, of a page fault. */
    public int address() {
        return detail;
    }

    /** The bits of DR6 that a debug exception sets. */
    public int reasons() {
        return detail;
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
        if (vector == Vector.PF)
            return String.format(Locale.ROOT, "%s at %08x, error code %x", text, detail, errorCode);
        return hasErrorCode() ? String.format(Locale.ROOT, "%s, error code %x", text, errorCode) : text;
    }
}
