package org.sidestep.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/** The state of x87, MMX and SSE as an image of 512 bytes that FXSAVE stores (SDM vol. 2, FXSAVE). Immutable. */
public final class FloatingPoint {
    public static final int BYTES = 512;

    private static final int STATUS = 2;
    private static final int TAGS = 4;
    private static final int MXCSR = 24;
    private static final int REGISTERS = 32;
    private static final int XMM = 160;

    private final byte[] image;

    /** @throws IllegalArgumentException if the image does not have 512 bytes */
    public FloatingPoint(byte[] image) {
        if (image.length != BYTES) throw new IllegalArgumentException("an FXSAVE image has 512 bytes");
        this.image = image.clone();
    }

    public byte[] image() {
        return image.clone();
    }

    public int control() {
        return buffer().getShort(0) & 0xFFFF;
    }

    /** The status word, with the top of stack. */
    public int status() {
        return buffer().getShort(STATUS) & 0xFFFF;
    }

    /** Bit n: physical register n holds something. */
    public int used() {
        return image[TAGS] & 0xFF;
    }

    public int mxcsr() {
        return buffer().getInt(MXCSR);
    }

    /** Sign and exponent of st(i). */
    public int signExponent(int i) {
        return buffer().getShort(REGISTERS + 16 * i + 8) & 0xFFFF;
    }

    public long significand(int i) {
        return buffer().getLong(REGISTERS + 16 * i);
    }

    /** The MMX register {@code n}, which is the significand of physical register n. */
    public long mmx(int n) {
        return significand(stackIndex(n));
    }

    /** 32 bits of an XMM register, lane 0 the lowest. */
    public int xmm(int register, int lane) {
        return buffer().getInt(XMM + 16 * register + 4 * lane);
    }

    public FloatingPoint withControl(int value) {
        return with(b -> b.putShort(0, (short) value));
    }

    public FloatingPoint withStatus(int value) {
        return with(b -> b.putShort(STATUS, (short) value));
    }

    public FloatingPoint withUsed(int registers) {
        return with(b -> b.put(TAGS, (byte) registers));
    }

    public FloatingPoint withMxcsr(int value) {
        return with(b -> b.putInt(MXCSR, value));
    }

    /** With another st(i). */
    public FloatingPoint withRegister(int i, int signExponent, long significand) {
        int at = REGISTERS + 16 * i;
        return with(b -> b.putLong(at, significand).putShort(at + 8, (short) signExponent));
    }

    /** As an MMX instruction writes a register, exponent included. */
    public FloatingPoint withMmx(int n, long value) {
        return withRegister(stackIndex(n), 0xFFFF, value);
    }

    public FloatingPoint withXmm(int register, int lane, int value) {
        return with(b -> b.putInt(XMM + 16 * register + 4 * lane, value));
    }

    /** Images hold registers from the top of stack on. */
    private int stackIndex(int physical) {
        return physical - (status() >> 11) & 7;
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    private FloatingPoint with(Consumer<ByteBuffer> change) {
        FloatingPoint changed = new FloatingPoint(image);
        change.accept(changed.buffer());
        return changed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatingPoint && Arrays.equals(image, ((FloatingPoint) other).image);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(image);
    }
}
