package org.sidestep.lab.conformance;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** One line of the oracle's input or output: {@code key=value} words, {@code mem} being repeatable. */
record Words(Map<String, String> values, Map<Integer, byte[]> memory) {

    static Words parse(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        Map<Integer, byte[]> memory = new LinkedHashMap<>();
        for (String word : line.trim().split(" ")) {
            int equals = word.indexOf('=');
            String key = word.substring(0, equals);
            String value = word.substring(equals + 1);
            if (key.equals("mem")) {
                int colon = value.indexOf(':');
                int address = Integer.parseUnsignedInt(value.substring(0, colon), 16);
                memory.put(address, HexFormat.of().parseHex(value.substring(colon + 1)));
            } else {
                values.put(key, value);
            }
        }
        return new Words(values, memory);
    }

    int hex(String key, int absent) {
        String value = values.get(key);
        return value == null ? absent : Integer.parseUnsignedInt(value, 16);
    }

    byte[] code() {
        return HexFormat.of().parseHex(values.get("code"));
    }
}
