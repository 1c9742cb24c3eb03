package org.sidestep.machine.ia32.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sidestep.machine.ia32.device.Board;

/** Where the captured processors, a 286 and a 386, differ from a Pentium III: each with its reason. Everything else must agree. */
final class CapturedDifferences {
    /** The 286 cannot set IOPL and NT in real mode and clears them, whatever was asked for. */
    static final int FLAGS_286 = 0x0FFF;

    /**
     * The 286 takes LOCK before any instruction; a Pentium III raises #UD before most. The prefix is replaced by a NOP in
     * front, so that the test counts otherwise.
     */
    static final int LOCK = 0xF0;

    private static final Map<String, Integer> UNDEFINED = new LinkedHashMap<>();

    private static final Map<String, String> EXCLUDED = new LinkedHashMap<>();

    static {
        // spotless:off
        undefined("2F", 0x800); // DAS: OF
        undefined("3F", 0x8C4); // AAS: OF, SF, ZF, PF
        undefined("D5", 0x811); // AAD: OF, AF, CF
        undefined("D0.5 D0.7 D1.5 D1.7 D2.5 D2.7 D3.5 D3.7 C0.4 C0.6 C1.4 C1.6", 0x010); // shifts: AF
        undefined("F6.4 F7.4", 0x0D4); // MUL: SF, ZF, AF, PF
        undefined("F6.6 F7.6", 0x8D5); // DIV: all six

        exclude("f5c8f1014f6d85dd", "more than 10 bytes: the 286 raises #GP, later processors allow 15");
        exclude("025d2b0f5f65a5eb", "more than 10 bytes");
        exclude("715e261e3bcd9ddb", "more than 10 bytes");
        exclude("03547cec47614f7c", "more than 10 bytes");
        exclude("15650fd19e3fda75", "MOV FS: the 286 has no FS");
        // spotless:on
    }

    private CapturedDifferences() {}

    private static void undefined(String opcodes, int mask) {
        for (String opcode : opcodes.split(" ")) UNDEFINED.put(opcode, mask);
    }

    private static void exclude(String hash, String reason) {
        EXCLUDED.put(hash, reason);
    }

    /** The flags that the manuals leave undefined after an instruction, and that the 286 sets otherwise. */
    static int undefined(CapturedTest test) {
        return UNDEFINED.getOrDefault(test.opcode(), 0);
    }

    /** The captured processors had no devices around them: every port reads as all ones. */
    static boolean readsDevice(CapturedTest test, Board board) {
        return switch (test.opcode()) {
            case "E4" -> board.knows(test.code()[test.code().length - 2] & 0xFF);
            case "EC", "6C" -> board.knows(test.registers().get("dx"));
            default -> false;
        };
    }

    static boolean isExcluded(CapturedTest test) {
        return EXCLUDED.containsKey(test.hash());
    }
}
