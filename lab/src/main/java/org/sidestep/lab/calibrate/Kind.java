package org.sidestep.lab.calibrate;

/** What a measured row exercises. */
public enum Kind {
    INTEGER("integer and control"),
    X87("x87"),
    MMX("MMX"),
    SSE("SSE"),
    SSE2("SSE2");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** @param set the instruction set that the figures name; FCMOV is listed with CMOV */
    static Kind of(String row, String set) {
        return switch (set) {
            case "X87" -> X87;
            case "MMX" -> MMX;
            case "SSE" -> SSE;
            case "SSE2" -> SSE2;
            default -> row.startsWith("F") ? X87 : INTEGER;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
