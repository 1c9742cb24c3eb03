package org.sidestep.machine.ia32.engine;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One test captured from a real processor: registers and memory before, what changed after. Lines are as the data's
 * README describes them.
 *
 * @param opcode the file it came from: {@code D1.4}
 * @param exception vector, or -1
 * @param flagsAddress where an exception has pushed FLAGS, or -1
 */
record CapturedTest(
        String opcode,
        String text,
        byte[] code,
        Map<String, Integer> registers,
        Map<Integer, byte[]> memory,
        Map<String, Integer> changed,
        Map<Integer, byte[]> written,
        int exception,
        int flagsAddress,
        String hash) {

    /** Whether it comes from a processor with 32-bit registers. */
    boolean wide() {
        return registers.containsKey("eip");
    }

    /** The data's name of a register: {@code eax} or {@code ax}. */
    String named(String register) {
        return wide() ? "e" + register : register;
    }

    static CapturedTest parse(String line) {
        int number = line.indexOf(" # ");
        String[] part = line.substring(number < 0 ? 0 : number + 3).split(" \\| ?", -1);
        String exception = part.length > 7 ? part[6] : "";
        return new CapturedTest(
                number < 0 ? "00" : line.substring(0, number),
                part[0],
                HexFormat.of().parseHex(part[1]),
                numbers(part[2]),
                bytes(part[3]),
                numbers(part[4]),
                bytes(part[5]),
                exception.isEmpty() ? -1 : Integer.parseInt(exception.split(" ")[1]),
                exception.isEmpty() ? -1 : HexFormat.fromHexDigits(exception.split("flagaddr=")[1].strip()),
                part[part.length - 1]);
    }

    private static Map<String, Integer> numbers(String text) {
        Map<String, Integer> result = new LinkedHashMap<>();
        for (String word : text.strip().split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) result.put(word.substring(0, equals), HexFormat.fromHexDigits(word.substring(equals + 1)));
        }
        return result;
    }

    private static Map<Integer, byte[]> bytes(String text) {
        Map<Integer, byte[]> result = new LinkedHashMap<>();
        for (String word : text.strip().split("[ ,]")) {
            int colon = word.indexOf(':');
            if (colon < 0) continue;
            result.put(
                    HexFormat.fromHexDigits(word.substring(0, colon)),
                    HexFormat.of().parseHex(word.substring(colon + 1)));
        }
        return result;
    }
}
