package org.sidestep.machine.ia32.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Physical memory, little endian, from address zero. Beyond its end nothing answers, as on a PC's bus: reads give all
 * ones, writes are dropped. Accesses may be unaligned, and may straddle the end.
 */
public final class Ram {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;

    public Ram(int size) {
        bytes = new byte[size];
    }

    public int size() {
        return bytes.length;
    }

    /** The byte at {@code address}, 0..255. */
    public int read8(int address) {
        return contains(address, 1) ? bytes[address] & 0xFF : 0xFF;
    }

    /** The word at {@code address}, 0..65535. */
    public int read16(int address) {
        if (contains(address, 2)) return (short) SHORT.get(bytes, address) & 0xFFFF;
        return read8(address) | read8(address + 1) << 8;
    }

    public int read32(int address) {
        if (contains(address, 4)) return (int) INT.get(bytes, address);
        return read16(address) | read16(address + 2) << 16;
    }

    public void write8(int address, int value) {
        if (contains(address, 1)) bytes[address] = (byte) value;
    }

    public void write16(int address, int value) {
        if (contains(address, 2)) {
            SHORT.set(bytes, address, (short) value);
        } else {
            write8(address, value);
            write8(address + 1, value >> 8);
        }
    }

    public void write32(int address, int value) {
        if (contains(address, 4)) {
            INT.set(bytes, address, value);
        } else {
            write16(address, value);
            write16(address + 2, value >> 16);
        }
    }

    /** Whether all of {@code [address, address + length)} is memory. */
    public boolean contains(int address, int length) {
        return address >= 0 && address <= bytes.length - length;
    }

    /** A copy of {@code length} bytes; those beyond the end read as all ones. */
    public byte[] copy(int address, int length) {
        byte[] result = new byte[length];
        Arrays.fill(result, (byte) 0xFF);
        int available = available(address, length);
        if (available > 0) System.arraycopy(bytes, address, result, 0, available);
        return result;
    }

    /** Stores {@code source}; what would lie beyond the end is dropped. */
    public void store(int address, byte[] source) {
        int available = available(address, source.length);
        if (available > 0) System.arraycopy(source, 0, bytes, address, available);
    }

    public void fill(int address, int length, byte value) {
        int available = available(address, length);
        if (available > 0) Arrays.fill(bytes, address, address + available, value);
    }

    private int available(int address, int length) {
        return address < 0 ? 0 : Math.min(length, bytes.length - address);
    }
}
