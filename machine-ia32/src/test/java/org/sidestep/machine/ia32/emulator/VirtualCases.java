package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.LANDING;
import static org.sidestep.machine.ia32.emulator.Layout.LOW_CODE;
import static org.sidestep.machine.ia32.emulator.Layout.TEST;
import static org.sidestep.machine.ia32.emulator.Layout.access;
import static org.sidestep.machine.ia32.emulator.Layout.limit;

import java.util.ArrayList;
import java.util.List;

/** Virtual-8086 mode: what its programs may do, and how it is left. */
final class VirtualCases {
    private static final int ARITHMETIC = 0x8D5;

    /** Instructions by their bytes, since they are 16-bit code. */
    // spotless:off
    private static final String[] INSTRUCTIONS = {
        "90", "FA", "FB", "9C", "9D", "66 9C", "66 9D", "CD 21", "CC", "CE", "CF", "66 CF", "F1", "F4",
        "E4 80", "E6 80", "EC", "66 EF", "6E", "6C",
        "8E D8", "8E C0", "8E D0 90", "8C DB", "1E", "07", "17 90",
        "0F 06", "0F 20 C3", "0F 22 D8", "0F 21 F3", "0F 00 D0", "0F 00 D8", "0F 00 C0", "0F 00 C8", "0F 00 E0",
        "0F 02 D8", "0F 03 D8", "63 C0", "0F 01 E0", "0F 01 F0", "0F 08", "0F 09", "0F 30", "0F 32",
        "EA 00 60 00 00", "9A 00 60 00 00", "EA 00 50 00 01", "CB", "C3", "E8 00 00",
        "A1 00 80", "A3 00 88", "67 8B 03", "66 67 8B 03", "F0 90", "0F 0B"
    };
    // spotless:on

    private VirtualCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (String instruction : INSTRUCTIONS) {
            for (int iopl : new int[] {0, 3}) {
                for (int flags : new int[] {0, 0x200 | ARITHMETIC}) {
                    cases.add(virtual(instruction, iopl, flags, "")
                            .watch(
                                    Layout.CASE_STACK - 4,
                                    Layout.CASE_STACK - 8,
                                    Layout.STACK_0 - 4,
                                    Layout.STACK_0 - 16));
                }
            }
        }
        gates(cases);
        return cases;
    }

    private static Case virtual(String instruction, int iopl, int flags, String more) {
        String name = "v86: %s, IOPL %d, flags %x%s".formatted(instruction, iopl, flags, more);
        return new Case(name, "")
                .virtual(flags | iopl << 12)
                .ebx(0x8000)
                .poke(LOW_CODE, code(instruction))
                .stack(LANDING, 0, 0xAD7, 0);
    }

    /** The instruction and the end of the case behind it. */
    private static int[] code(String instruction) {
        String[] octets = (instruction + " CD %02X".formatted(Layout.END)).split(" ");
        int[] words = new int[(octets.length + 3) / 4];
        for (int i = 0; i < octets.length; i++) words[i / 4] |= Integer.parseInt(octets[i], 16) << 8 * (i & 3);
        return words;
    }

    /** Leaving through gates of each size to code of each kind. */
    private static void gates(List<Case> cases) {
        for (int gate : new int[] {0xEE, 0xEF, 0xE6, 0xE7, 0x8E, 0x6E, 0xE5}) {
            for (int octet : new int[] {0x9A, 0x9E, 0xBA, 0xFA, 0xFE, 0x92, 0x1A}) {
                int selector = gate == 0xE5 ? Layout.TASK_B : TEST;
                cases.add(virtual("CD 21", 3, 0x200, ", gate %02x, target %02x".formatted(gate, octet))
                        .gate(Layout.TEST_VECTOR, selector << 16 | LANDING, gate << 8)
                        .descriptor(TEST, limit(octet), access(octet))
                        .watch(Layout.STACK_0 - 4, Layout.STACK_0 - 36, Layout.TSS + 36));
            }
        }
    }
}
