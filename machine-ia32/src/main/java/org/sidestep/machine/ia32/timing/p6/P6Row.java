package org.sidestep.machine.ia32.timing.p6;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of the {@link P6Clocks}.
 *
 * @param port0 micro-ops for port 0; likewise port1, either (of both), loads (port 2) and stores (ports 3 and 4)
 * @param others micro-ops that need no port
 * @param divides cycles for which the divider is busy, or 0
 * @param latency cycles from the operands, loaded ones included, to the result
 * @param decode cycles for which decoding is held up; 0 if that follows from the number of micro-ops
 * @param serial cycles from the completion of everything before, for instructions that serialise; else -1
 * @param reads implicit sources; likewise writes, addresses, and steps (address registers that are stepped)
 */
public record P6Row(
        int port0,
        int port1,
        int either,
        int loads,
        int stores,
        int others,
        int divides,
        int latency,
        int decode,
        int serial,
        List<Integer> reads,
        List<Integer> writes,
        List<Integer> addresses,
        List<Integer> steps) {

    private static final List<String> REGISTERS = List.of("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi");

    /**
     * Reads the columns of the table.
     *
     * @param microOps for example {@code 2*p0:37 p01}: two micro-ops for port 0, the divider behind it busy for 37 cycles,
     *     and one for either port; {@code p34} is a store, {@code -} a micro-op that needs no port
     * @param implicit {@code eax} read, {@code >eax} written, {@code @esi} address, {@code +esp} stepped, {@code @+esp} both
     */
    static P6Row parse(String microOps, int latency, int decode, int serial, String implicit) {
        String[] used = microOps.split(" ");
        return new P6Row(
                count(used, "p0"),
                count(used, "p1"),
                count(used, "p01"),
                count(used, "p2"),
                count(used, "p34"),
                count(used, "-"),
                divides(microOps),
                latency,
                decode,
                serial,
                registers(implicit, ""),
                registers(implicit, ">"),
                registers(implicit, "@"),
                registers(implicit, "+"));
    }

    private static int count(String[] microOps, String port) {
        for (String item : microOps) {
            String[] factor = item.replaceAll(":.*", "").split("\\*");
            if (factor[factor.length - 1].equals(port)) return factor.length == 1 ? 1 : Integer.parseInt(factor[0]);
        }
        return 0;
    }

    private static int divides(String microOps) {
        return microOps.contains(":") ? Integer.parseInt(microOps.replaceAll(".*:(\\d+).*", "$1")) : 0;
    }

    /** The registers that carry a mark, or those without any. */
    private static List<Integer> registers(String implicit, String mark) {
        List<Integer> numbers = new ArrayList<>();
        for (String item : implicit.split(" ")) {
            String name = item.replaceAll("[>@+]", "");
            boolean carries = mark.isEmpty() ? item.equals(name) : item.contains(mark);
            if (!name.isEmpty() && carries) numbers.add(REGISTERS.indexOf(name));
        }
        return List.copyOf(numbers);
    }

    /** The same micro-ops with other figures. */
    P6Row with(int newLatency, int newDecode, int newSerial) {
        return new P6Row(
                port0,
                port1,
                either,
                loads,
                stores,
                others,
                divides,
                newLatency,
                newDecode,
                newSerial,
                reads,
                writes,
                addresses,
                steps);
    }

    int microOps() {
        return port0 + port1 + either + loads + 2 * stores + others + steps.size();
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
                divides,
                latency,
                decode,
                serial,
                reads,
                writes,
                addresses,
                steps);
    }
}
