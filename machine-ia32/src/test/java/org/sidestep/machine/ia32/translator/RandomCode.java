package org.sidestep.machine.ia32.translator;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/** A loop of random instructions as bytes, mostly on integers: all operand forms and sizes, with branches over one of them. */
final class RandomCode {
    static final int CODE = 0x10000;
    static final int DATA = 0x100000;
    private static final int COUNTER = 0x90000;
    private static final int LENGTH = 24;

    /** First opcode bytes of instructions with a modrm byte and no immediate. */
    private static final int[] MODRM = {
        0x00, 0x01, 0x02, 0x03, 0x08, 0x09, 0x0A, 0x0B, 0x10, 0x11, 0x12, 0x13, 0x18, 0x19, 0x1A, 0x1B, 0x20, 0x21,
                0x22,
        0x23, 0x28, 0x29, 0x2A, 0x2B, 0x30, 0x31, 0x32, 0x33, 0x38, 0x39, 0x3A, 0x3B, 0x84, 0x85, 0x86, 0x87, 0x88,
                0x89,
        0x8A, 0x8B, 0x8D, 0xD0, 0xD1, 0xD2, 0xD3, 0xFE
    };

    /** Second bytes of two-byte opcodes with a modrm byte and no immediate. */
    private static final int[] TWO_BYTES = {
        0x40, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4C, 0x4D, 0x4E, 0x4F, 0x90, 0x92, 0x93, 0x94,
                0x95,
        0x96, 0x97, 0x98, 0x99, 0x9A, 0x9C, 0x9D, 0x9E, 0x9F, 0xA3, 0xA5, 0xAB, 0xAD, 0xAF, 0xB0, 0xB1, 0xB3, 0xB6,
                0xB7,
        0xBB, 0xBC, 0xBD, 0xBE, 0xBF, 0xC0, 0xC1
    };

    /** Opcodes without operands. */
    private static final int[] ALONE = {
        0x40, 0x43, 0x46, 0x48, 0x4F, 0x50, 0x51, 0x53, 0x54, 0x56, 0x58, 0x5A, 0x5F, 0x90, 0x91, 0x97, 0x98, 0x99,
        0x9E, 0x9F, 0xF5, 0xF8, 0xF9, 0xFC, 0xAA, 0xAB, 0xA4, 0xAC, 0xC9, 0x9C, 0xFD
    };

    private final SplittableRandom random;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();

    private RandomCode(SplittableRandom random) {
        this.random = random;
    }

    /** An endless loop; sometimes it ends in an exception all the same. */
    static byte[] of(SplittableRandom random) {
        return new RandomCode(random).assemble();
    }

    private byte[] assemble() {
        for (int register = 0; register < 8; register++) {
            code.write(0xB8 + register);
            boolean pointer = register == 4 || random.nextInt(3) != 0;
            dword(pointer ? DATA + random.nextInt(0x4000) * 4 : random.nextInt());
        }
        for (int i = 0; i < LENGTH; i++) {
            byte[] next = instruction();
            if (random.nextInt(5) == 0) {
                code.write(0x70 + random.nextInt(16));
                code.write(next.length);
            }
            code.writeBytes(next);
        }
        code.write(0xFF);
        code.write(0x05);
        dword(COUNTER);
        code.write(0xE9);
        dword(-code.size() - 4);
        return code.toByteArray();
    }

    private void dword(int value) {
        for (int i = 0; i < 4; i++) code.write(value >> 8 * i);
    }

    private byte[] instruction() {
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        if (random.nextInt(8) == 0) outer.write(0x66);
        int size = outer.size() == 0 ? 4 : 2;
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> modrm(outer, pick(MODRM), -1, 0);
            case 4, 5 -> {
                outer.write(0x0F);
                modrm(outer, pick(TWO_BYTES), -1, 0);
            }
            case 6 -> modrm(outer, random.nextBoolean() ? 0x80 : 0x83, -1, 1);
            case 7 -> modrm(outer, 0x81, -1, size);
            case 8 -> modrm(outer, random.nextBoolean() ? 0xC1 : 0xC0, -1, 1);
            case 9 -> modrm(outer, random.nextBoolean() ? 0xF7 : 0xF6, 2 + random.nextInt(4), 0);
            case 10 -> other(outer, size);
            default -> outer.write(pick(ALONE));
        }
        return outer.toByteArray();
    }

    private void other(ByteArrayOutputStream outer, int size) {
        switch (random.nextInt(6)) {
            case 0 -> modrm(outer, 0x69, -1, size);
            case 1 -> modrm(outer, 0x6B, -1, 1);
            case 2 -> modrm(outer, 0xC7, 0, size);
            case 3 -> modrm(outer, 0xF7, 6 + random.nextInt(2), 0);
            case 4 -> modrm(outer, 0xFF, random.nextBoolean() ? 6 : random.nextInt(2), 0);
            default -> {
                outer.write(0x0F);
                modrm(outer, random.nextBoolean() ? 0xA4 : 0xBA, -1, 1);
            }
        }
    }

    /** An opcode, its modrm byte with whatever belongs to it, and an immediate. */
    private void modrm(ByteArrayOutputStream out, int opcode, int digit, int immediate) {
        int mod = random.nextInt(4);
        int reg = digit >= 0 ? digit : random.nextInt(8);
        int rm = random.nextInt(8);
        out.write(opcode);
        out.write(mod << 6 | reg << 3 | rm);
        boolean sib = mod != 3 && rm == 4;
        int base = sib ? random.nextInt(8) : rm;
        if (sib) out.write(base | 4 << 3);
        boolean absolute = mod == 0 && (rm == 5 || sib && base == 5);
        if (mod == 1) out.write(random.nextInt(256));
        if (mod == 2 || absolute) {
            int address = absolute ? DATA + random.nextInt(0x1000) : random.nextInt(0x1000);
            for (int i = 0; i < 4; i++) out.write(address >> 8 * i);
        }
        for (int i = 0; i < immediate; i++) out.write(random.nextInt(256));
    }

    private int pick(int[] from) {
        return from[random.nextInt(from.length)];
    }
}
