package org.sidestep.lab.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.sidestep.isa.Features;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.OperandForm;

/** Random vectors for the oracle from the floating-point rows of the instruction table: code, unit state and memory. */
final class FloatVectors {
    private static final HexFormat HEX = HexFormat.of();
    private static final int MEMORY = Ring3.DATA + 0x80;
    private static final int POINTER = Ring3.DATA + 0x100;
    private static final int EDGE = 4;

    private static final List<InstructionForm> ROWS = InstructionTable.rows().stream()
            .filter(row -> isFloat(row) && !HostDifferences.isNeverAlike(row))
            .toList();

    private static final int[] FAULTING = {0x2001_0000, Ring3.READ_ONLY + 0x800, 0x8000};

    private final SplittableRandom random;

    private final int features;

    private FloatVectors(SplittableRandom random, int features) {
        this.random = random;
        this.features = features;
    }

    /** Whether a row works on floating-point, MMX or SSE registers. */
    static boolean isFloat(InstructionForm row) {
        return row.timing().matches("fwait|emms|mov[dq]|(fp|mmx|sse2?)\\..*|maskmovq|..mxcsr");
    }

    /** The fragment that a campaign's seed has at {@code number}, for a processor with such features. */
    static String line(long seed, int features, int number) {
        return String.format(
                Locale.ROOT, "id=f%d %s", number, new FloatVectors(Seeds.at(~seed, number), features).vector());
    }

    private InstructionForm row() {
        while (true) {
            InstructionForm row = ROWS.get(random.nextInt(ROWS.size()));
            if (Features.include(features, row)) return row;
        }
    }

    private boolean hasDoubles() {
        return (features & Features.SSE2) != 0;
    }

    private String vector() {
        StringBuilder line = new StringBuilder("code=");
        int instructions = chance(4) ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < instructions; i++) line.append(HEX.formatHex(instruction(row())));
        if (chance(2)) line.append("9b");
        int control = control();
        int flags = chance(4) ? random.nextInt() & 0x3F : 0;
        int top = random.nextInt(8);
        int codes = random.nextInt() & 0x4700;
        int summary = (flags & ~control) != 0 ? 0x8080 : 0;
        if (summary != 0 && !chance(8)) {
            flags = 0;
            summary = 0;
        }
        line.append(String.format(
                Locale.ROOT, " fcw=%x fsw=%x ftw=%x", control, flags | summary | top << 11 | codes, tags()));
        for (int i = 0; i < 8; i++) line.append(" st").append(i).append('=').append(extended());
        line.append(String.format(Locale.ROOT, " mxcsr=%x", mxcsr()));
        for (int i = 0; i < 8; i++) line.append(" xmm").append(i).append('=').append(packed());
        line.append(String.format(Locale.ROOT, " esi=%x edi=%x", pointer(POINTER), pointer(POINTER + 0x40)));
        line.append(String.format(Locale.ROOT, " eax=%x ecx=%x edx=%x ebx=%x", any(), any(), any(), any()));
        line.append(String.format(Locale.ROOT, " eflags=%x", 0x202 | random.nextInt() & 0x8D5));
        line.append(String.format(Locale.ROOT, " mem=%x:", MEMORY));
        for (int i = 0; i < 0x140 / 16; i++) line.append(HEX.formatHex(memory()));
        return line.toString();
    }

    /** Where operands are, or, seldom, not: around the end of a region, in one that cannot be written, nowhere. */
    private int pointer(int usual) {
        return chance(16) ? FAULTING[random.nextInt(FAULTING.length)] : usual;
    }

    private byte[] instruction(InstructionForm row) {
        byte[] code = new byte[8];
        int n = 0;
        if (row.prefix() > 0) code[n++] = (byte) row.prefix();
        if (row.map() != 0) code[n++] = (byte) row.map();
        code[n++] = (byte) row.opcode();
        if (row.hasModrm()) {
            int reg = row.digit() >= 0 ? row.digit() : random.nextInt(8);
            int rm = row.rm() >= 0 ? row.rm() : random.nextInt(8);
            if (takesMemory(row)) {
                code[n++] = (byte) (0x46 | reg << 3 | random.nextInt(2));
                boolean wide = row.operands().stream().anyMatch(o -> o.size() == OperandForm.Size.X);
                int displacement = random.nextInt(-64, 48);
                code[n++] = (byte) (wide && !chance(8) ? displacement & ~15 : displacement);
            } else {
                code[n++] = (byte) (0xC0 | reg << 3 | rm);
            }
        }
        if (row.operands().stream().anyMatch(o -> o.kind() == OperandForm.Kind.I))
            code[n++] = (byte) random.nextInt(chance(2) ? 8 : 256);
        return Arrays.copyOf(code, n);
    }

    private boolean takesMemory(InstructionForm row) {
        if (row.rm() >= 0) return false;
        for (OperandForm operand : row.operands()) {
            if (operand.kind() == OperandForm.Kind.M) return true;
            if (operand.kind().isRegisterOrMemory()) return chance(2);
        }
        return false;
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private int control() {
        int masks = chance(3) ? random.nextInt() & 0x3F : 0x3F;
        int precision = chance(2) ? 3 : chance(2) ? 2 : 0;
        return masks | precision << 8 | random.nextInt(4) << 10;
    }

    private int mxcsr() {
        int masks = chance(3) ? random.nextInt() & 0x1F80 : 0x1F80;
        int flags = chance(4) ? random.nextInt() & 0x3F : 0;
        return masks
                | flags
                | random.nextInt(4) << 13
                | (chance(4) ? 0x8000 : 0)
                | (hasDoubles() && chance(4) ? 0x40 : 0);
    }

    private int tags() {
        int tags = 0;
        boolean often = chance(4);
        for (int i = 0; i < 8; i++) if (often ? chance(2) : chance(8)) tags |= 3 << 2 * i;
        return chance(3) ? 0 : tags;
    }

    private int any() {
        return chance(2) ? random.nextInt(-20, 20) : random.nextInt();
    }

    /** A number in hexadecimal as the oracle writes st registers. */
    private String extended() {
        int sign = random.nextInt(2) << 15;
        int exponent = pick(
                () -> 0x3FFF + random.nextInt(-3, 4),
                () -> 0x3FFF + random.nextInt(-3, 4),
                () -> 0x3FFF + random.nextInt(-70, 70),
                () -> 0x3FFF + random.nextInt(-160, 160),
                () -> 0x3FFF + random.nextInt(-1100, 1100),
                () -> random.nextInt(0x8000),
                () -> 0,
                () -> random.nextInt(80),
                () -> 0x7FFE - random.nextInt(80),
                () -> 0x7FFF);
        long significand = significand();
        if (exponent != 0 || chance(8)) significand |= Long.MIN_VALUE;
        if (exponent == 0 && chance(2)) significand = 0;
        if (chance(40)) significand &= Long.MAX_VALUE;
        return String.format(Locale.ROOT, "%04x%016x", sign | exponent, significand);
    }

    private long significand() {
        return switch (random.nextInt(7)) {
            case 0 -> 0;
            case 1 -> -1L << random.nextInt(64);
            case 2 -> -1L >>> random.nextInt(64);
            case 3 -> (long) random.nextInt(256) << 56;
            case 4 -> random.nextLong() & -1L << random.nextInt(64);
            case 5 -> 1L << random.nextInt(64);
            default -> random.nextLong();
        };
    }

    private int pick(IntSupplier... choices) {
        return choices[random.nextInt(choices.length)].getAsInt();
    }

    private int single() {
        int sign = random.nextInt() & 0x80000000;
        int exponent = pick(
                () -> 127 + random.nextInt(-3, 4),
                () -> 127 + random.nextInt(-3, 4),
                () -> 127 + random.nextInt(-30, 30),
                () -> random.nextInt(256),
                () -> 0,
                () -> random.nextInt(EDGE),
                () -> 255 - random.nextInt(EDGE),
                () -> chance(2) ? 255 : 0);
        int fraction = (int) (significand() << 1 >>> 41);
        return sign | exponent << 23 | fraction;
    }

    /** What is in an XMM register. */
    private String packed() {
        if (hasDoubles() && chance(2)) return String.format(Locale.ROOT, "%016x%016x", doubleBits(), doubleBits());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) text.append(String.format(Locale.ROOT, "%08x", single()));
        return text.toString();
    }

    /** Sixteen bytes that are something in one of the memory formats. */
    private byte[] memory() {
        byte[] bytes = new byte[16];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(5)) {
            case 0 -> {
                for (int i = 0; i < 4; i++) buffer.putInt(single());
            }
            case 1 -> {
                for (int i = 0; i < 2; i++) buffer.putLong(doubleBits());
            }
            case 2 -> {
                String text = extended();
                buffer.putLong(Long.parseUnsignedLong(text.substring(4), 16));
                buffer.putShort((short) Integer.parseInt(text.substring(0, 4), 16));
            }
            case 3 -> {
                for (int i = 0; i < 10; i++) buffer.put((byte) (random.nextInt(10) << 4 | random.nextInt(10)));
            }
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    private long doubleBits() {
        int exponent = pick(
                () -> 1023 + random.nextInt(-3, 4),
                () -> 1023 + random.nextInt(-70, 70),
                () -> random.nextInt(2048),
                () -> 0,
                () -> 2047);
        return (long) random.nextInt(2) << 63 | (long) exponent << 52 | significand() << 1 >>> 12;
    }
}
