package org.sidestep.machine.ia32.timing.p6;

/**
 * What the instructions of one class are made of.
 *
 * @param port0 micro-ops for port 0; likewise port1, either (of both), loads (port 2) and stores (ports 3 and 4)
 * @param others micro-ops that need no port
 * @param rereads cycles for which decoding is held up if what is stored has retired, since several micro-ops read it
 * @param divides cycles for which the divider is busy, or 0
 * @param latency cycles from the operands, loaded ones included, to the result
 * @param decode cycles for which decoding is held up; 0 if that follows from the number of micro-ops
 * @param serial cycles from the completion of everything before, for instructions that serialise; else -1
 */
public record P6Row(
        int port0,
        int port1,
        int either,
        int loads,
        int stores,
        int others,
        int rereads,
        int divides,
        int latency,
        int decode,
        int serial) {

    /**
     * Reads the columns of the table.
     *
     * @param microOps for example {@code 2*p0:37 p01}: two micro-ops for port 0, the divider behind it busy for 37 cycles,
     *     and one for either port; {@code p34} is a store, {@code -} a micro-op that needs no port, {@code r} a cycle in
     *     which a retired operand is read again
     */
    public static P6Row parse(String microOps, int latency, int decode, int serial) {
        String[] used = microOps.split(" ");
        return new P6Row(
                count(used, "p0"),
                count(used, "p1"),
                count(used, "p01"),
                count(used, "p2"),
                count(used, "p34"),
                count(used, "-"),
                count(used, "r"),
                divides(used),
                latency,
                decode,
                serial);
    }

    private static int count(String[] microOps, String port) {
        for (String item : microOps) {
            int colon = item.indexOf(':');
            int end = colon < 0 ? item.length() : colon;
            int factor = item.indexOf('*');
            if (item.substring(factor + 1, end).equals(port))
                return factor < 0 ? 1 : Integer.parseInt(item.substring(0, factor));
        }
        return 0;
    }

    private static int divides(String[] microOps) {
        for (String item : microOps) {
            int colon = item.indexOf(':');
            if (colon >= 0) return Integer.parseInt(item.substring(colon + 1));
        }
        return 0;
    }

    /** The same micro-ops with other figures. */
    P6Row with(int newRereads, int newLatency, int newDecode, int newSerial) {
        return new P6Row(
                port0, port1, either, loads, stores, others, newRereads, divides, newLatency, newDecode, newSerial);
    }

    /** Those of address registers that are moved on come on top. */
    int microOps() {
        return port0 + port1 + either + loads + 2 * stores + others;
    }

    /** The row of the same instruction with a memory operand: one more load, store, or both (S). */
    P6Row with(Shape shape) {
        if (shape == Shape.REGISTER) return this;
        int moreLoads = shape == Shape.STORE ? 0 : 1;
        int moreStores = shape == Shape.LOAD ? 0 : 1;
        return new P6Row(
                port0,
                port1,
                either,
                loads + moreLoads,
                stores + moreStores,
                others,
                rereads,
                divides,
                latency,
                decode,
                serial);
    }
}
