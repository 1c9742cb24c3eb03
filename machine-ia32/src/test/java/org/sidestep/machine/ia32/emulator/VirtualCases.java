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
        "A1 00 80", "A3 00 88", "67 8B 03", "66 67 8B 03", "F0 90", "0F 0B",
        // Stacks: 16 bits wide, operands of both sizes.
        "60", "66 60", "61", "66 61", "50", "66 50", "54", "66 54", "5C 90", "66 58", "68 34 12", "6A 80",
        "66 68 78 56 34 12", "66 6A 80",
        "FF 37", "66 FF 37", "8F 07", "66 8F 07", "66 1E", "66 07", "0F A0", "66 0F A1", "66 17 90", "0F B2 07 90",
        "C8 10 00 00", "C8 10 00 03", "66 C8 10 00 02", "BD 00 8A C9", "66 BD 00 8A 00 00 66 C9",
        "BD 00 8A C8 04 00 02",
        // Near and far transfers, loops.
        "66 E8 00 00 00 00", "C2 04 00", "66 C3", "CA 04 00", "66 CB", "66 EA 00 60 00 00 00 00",
        "66 9A 00 60 00 00 00 00",
        "E2 00", "67 E2 00", "E0 00", "E1 00", "E3 00", "67 E3 00", "B9 01 00 E2 00", "66 0F 84 00 00 00 00", "EB 00",
        "66 E9 00 00 00 00",
        "E9 00 00",
        // Strings, with addresses of both sizes.
        "BE 00 8A BF 40 8E B9 03 00 F3 A4", "BE 00 8A BF 40 8E B9 03 00 FD F3 66 A5",
        "66 BE 00 8A 00 00 66 BF 40 8E 00 00 66 B9 02 00 00 00 67 F3 A5",
        "BF 40 8E B9 02 00 F3 AB", "BF 40 8E 66 AB", "BE 00 8A AC", "BE 00 8A 66 AD", "BF 00 8A B9 04 00 F2 AE",
        "BE 00 8A BF 10 8A B9 05 00 F3 A6",
        // Pointers, tables, addresses.
        "D7", "67 D7", "C4 07", "C5 07", "66 C4 07", "0F B4 07", "0F 01 07", "0F 01 0F", "66 0F 01 07", "8C 07",
        "8E 1F", "26 8B 07", "3E 89 07",
        "67 66 89 43 04", "67 8D 04 9B", "66 8D 47 10", "8D 47 F0", "66 67 8D 84 0B 00 00 01 00", "66 A1 00 8A",
        "67 A1 00 8A 00 00", "62 07",
        // Sizes of results; what does nothing and what does not exist.
        "98", "66 98", "99", "66 99", "66 F7 E3", "F6 F3", "0F B7 D8", "66 0F B6 DC", "66 0F BE DC",
        "0F 18 07", "0F 1F 07", "0F 1F C0", "D6", "0F AA", "0F 05", "0F 34", "0F 35", "0F FF", "8E C8", "8E F8",
        "F0 01 C0", "F0 01 07"
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
                                    Layout.STACK_0 - 16,
                                    0x8000,
                                    0x8E40));
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
