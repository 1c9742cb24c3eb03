package org.sidestep.lab.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.sidestep.isa.Features;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Kind;

/** Random integer code for the host's processor from the rows of the instruction table, with registers and memory. */
final class IntegerVectors {
    private static final HexFormat HEX = HexFormat.of();

    // spotless:off
    /** What depends on the host's operating system, or leaves the fragment for it. */
    private static final Set<String> HOST_BOUND = Set.of(
        "int", "iret", "retf", "sysenter", "sysexit", "cpuid", "rdtsc", "rdpmc", "clflush", "sldt", "str", "sgdt", "sidt",
        "smsw", "lar", "lsl", "verr", "verw", "les", "lds", "lss", "lfs", "lgs");

    private static final int[] SPECIAL = {
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, -2, -1,
        0x55555555, 0xAAAAAAAA
    };
    // spotless:on

    private static final int LONGEST = 6;
    private static final int POINTER = Ring3.DATA + 0x100;
    private static final int MEMORY = Ring3.DATA + 0x80;
    private static final int STACK_TOP = Ring3.STACK + 0x8000;
    private static final int ESI = 6;
    private static final int EDI = 7;

    private static final List<InstructionForm> ROWS =
            InstructionTable.rows().stream().filter(IntegerVectors::isTested).toList();

    private final SplittableRandom random;

    private final int features;

    private IntegerVectors(SplittableRandom random, int features) {
        this.random = random;
        this.features = features;
    }

    /** Whether a fragment can contain the row on any host. */
    static boolean isTested(InstructionForm row) {
        if (FloatVectors.isFloat(row) || HOST_BOUND.contains(row.mnemonic())) return false;
        boolean far = row.operands().stream().anyMatch(o -> o.kind() == Kind.A || o.size() == OperandForm.Size.P);
        boolean loadsSegment = row.operands().stream().anyMatch(IntegerVectors::isSegmentDestination);
        boolean threadSegment =
                row.operands().stream().anyMatch(o -> "fs".equals(o.register()) || "gs".equals(o.register()));
        return !far && !loadsSegment && !threadSegment;
    }

    private static boolean isSegmentDestination(OperandForm operand) {
        boolean segment = operand.kind() == Kind.S
                || operand.kind() == Kind.FIXED
                        && Set.of("es", "cs", "ss", "ds").contains(operand.register());
        return segment && operand.access() != OperandForm.Access.READ;
    }

    /** The fragment that a campaign's seed has at {@code number}, for a processor with such features. */
    static String line(long seed, int features, int number) {
        return String.format(
                Locale.ROOT, "id=i%d %s", number, new IntegerVectors(Seeds.at(seed, number), features).vector());
    }

    private String vector() {
        ByteBuffer code = ByteBuffer.allocate(128);
        int length = chance(3) ? 2 + random.nextInt(LONGEST - 1) : 1;
        boolean strings = false;
        int undefined = 0;
        for (int i = 1; i <= length; i++) {
            InstructionForm row = row(i == length, undefined);
            byte[] instruction = instruction(row);
            strings |= isString(row);
            undefined |= UndefinedFlags.after(instruction);
            code.put(instruction);
        }
        String text = HEX.formatHex(Arrays.copyOf(code.array(), code.position()));
        return String.format(Locale.ROOT, "code=%s eflags=%x %s%s", text, flags(), registers(strings), memory());
    }

    /** Control flow ends with the last instruction at the latest, and no flag that is undefined is used. */
    private InstructionForm row(boolean last, int undefined) {
        while (true) {
            InstructionForm row = ROWS.get(random.nextInt(ROWS.size()));
            boolean defined = Features.include(features, row) && (row.flagsRead() & undefined) == 0;
            if (defined && (last || !row.endsBlock())) return row;
        }
    }

    private static boolean isString(InstructionForm row) {
        return row.operands().stream().anyMatch(o -> o.kind() == Kind.X || o.kind() == Kind.Y);
    }

    private byte[] instruction(InstructionForm row) {
        ByteBuffer code = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        boolean narrow = chance(4) && row.prefix() != InstructionForm.NO_PREFIX;
        boolean shortAddress = chance(25);
        if (narrow) code.put((byte) 0x66);
        if (shortAddress) code.put((byte) 0x67);
        if (row.prefix() > 0) code.put((byte) row.prefix());
        if (isString(row) && chance(2)) code.put((byte) (chance(2) ? 0xF2 : 0xF3));
        else if (chance(60) && row.prefix() == InstructionForm.ANY_PREFIX && row.map() == 0 && !row.endsBlock()) {
            code.put((byte) (chance(2) ? 0xF2 : 0xF3));
        }
        if (chance(15))
            code.put((byte)
                    List.of(0x26, 0x2E, 0x36, 0x3E).get(random.nextInt(4)).intValue());
        if (chance(row.lockable() ? 6 : 40)) code.put((byte) 0xF0);
        if (row.map() != 0) code.put((byte) row.map());
        code.put((byte) row.opcode());
        if (row.hasModrm()) modrm(code, row, shortAddress);
        for (OperandForm operand : row.operands()) immediate(code, operand, narrow, shortAddress);
        return Arrays.copyOf(code.array(), code.position());
    }

    private void modrm(ByteBuffer code, InstructionForm row, boolean shortAddress) {
        int reg = row.digit() >= 0 ? row.digit() : register(row);
        Boolean memory = null;
        for (OperandForm operand : row.operands()) {
            if (operand.kind() == Kind.M) memory = true;
            if (operand.kind().isRegisterInRm()) memory = false;
        }
        if (row.rm() >= 0) {
            code.put((byte) (0xC0 | reg << 3 | row.rm()));
        } else if (memory != null ? !memory : random.nextInt(100) < 50) {
            code.put((byte) (0xC0 | reg << 3 | random.nextInt(8)));
        } else if (shortAddress) {
            code.put((byte) (0x40 | reg << 3 | random.nextInt(8))).put((byte) random.nextInt());
        } else {
            address(code, reg);
        }
    }

    /** A register field; segment registers are the four of the flat model and what does not exist. */
    private int register(InstructionForm row) {
        for (OperandForm operand : row.operands()) {
            if (operand.kind() == Kind.S) return chance(10) ? 6 + random.nextInt(2) : random.nextInt(4);
            if (operand.kind() == Kind.C) return List.of(0, 2, 3, 4).get(random.nextInt(4));
            if (operand.kind() == Kind.D) return List.of(0, 1, 2, 3, 6, 7).get(random.nextInt(6));
        }
        return random.nextInt(8);
    }

    private void address(ByteBuffer code, int reg) {
        int kind = random.nextInt(100);
        if (kind < 20) {
            code.put((byte) (reg << 3 | 5)).putInt(POINTER + random.nextInt(-8, 9));
        } else if (kind < 60) {
            code.put((byte) (0x40 | reg << 3 | ESI + random.nextInt(2))).put((byte) random.nextInt());
        } else if (kind < 92) {
            int index = List.of(1, 1, 2, 4, 4, 0).get(random.nextInt(6));
            code.put((byte) (0x44 | reg << 3));
            code.put((byte) (random.nextInt(4) << 6 | index << 3 | ESI + random.nextInt(2)))
                    .put((byte) random.nextInt());
        } else if (kind < 96) {
            code.put((byte) (0x44 | reg << 3)).put((byte) (0x24)).put((byte) random.nextInt());
        } else {
            code.put((byte) (0x80 | reg << 3 | List.of(0, 3, 5).get(random.nextInt(3))))
                    .putInt(value());
        }
    }

    private void immediate(ByteBuffer code, OperandForm operand, boolean narrow, boolean shortAddress) {
        if (operand.kind() == Kind.O) {
            if (shortAddress) code.putShort((short) value());
            else code.putInt(POINTER + random.nextInt(-8, 9));
        } else if (operand.kind() == Kind.J) {
            displacement(code, operand.size() == OperandForm.Size.B, narrow);
        } else if (operand.kind() == Kind.I) {
            switch (operand.size()) {
                case B, BS -> code.put((byte) value());
                case W -> code.putShort((short) value());
                default -> {
                    if (narrow) code.putShort((short) value());
                    else code.putInt(value());
                }
            }
        }
    }

    /** Never back into the fragment, where it could go round for ever. */
    private void displacement(ByteBuffer code, boolean octet, boolean narrow) {
        if (octet) code.put((byte) (chance(6) ? -128 + random.nextInt(16) : random.nextInt(128)));
        else if (narrow) code.putShort((short) (chance(6) ? -1000 : random.nextInt(1000)));
        else code.putInt(chance(6) ? value() & 0x7FFFFFFF : random.nextInt(2000));
    }

    private int flags() {
        return 0x202 | random.nextInt() & 0x8D5 | (chance(7) ? 0x400 : 0);
    }

    private String registers(boolean strings) {
        int ecx = strings ? value() & 0x1F : chance(3) ? value() & 0x3F : value();
        int edx = chance(2) ? (chance(2) ? 0 : -1) : value();
        int ebx = chance(6) ? POINTER + random.nextInt(32) : value();
        int ebp = chance(4) ? STACK_TOP - random.nextInt(64) : value();
        return String.format(
                Locale.ROOT,
                "eax=%x ebx=%x ecx=%x edx=%x ebp=%x esi=%x edi=%x",
                value(),
                ebx,
                ecx,
                edx,
                ebp,
                pointer(0),
                pointer(0x80));
    }

    /** Near the middle of the memory, or at the end of what is mapped or writable. */
    private int pointer(int offset) {
        if (chance(40)) return Ring3.DATA + Ring3.REGION - random.nextInt(16);
        if (chance(40)) return Ring3.READ_ONLY + random.nextInt(64);
        return POINTER + offset + random.nextInt(-4, 5);
    }

    private String memory() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, " mem=%x:", MEMORY));
        for (int i = 0; i < 0x60; i++) text.append(String.format(Locale.ROOT, "%08x", value()));
        text.append(String.format(Locale.ROOT, " mem=%x:", STACK_TOP));
        for (int i = 0; i < 12; i++) text.append(String.format(Locale.ROOT, "%08x", value()));
        return text.toString();
    }

    private int value() {
        int kind = random.nextInt(100);
        if (kind < 45) return SPECIAL[random.nextInt(SPECIAL.length)];
        return kind < 90 ? random.nextInt() : 1 << random.nextInt(32);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
