package org.sidestep.machine.ia32.firmware;

import java.util.Arrays;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.device.BusMaster;

/** Memory as the code that calls the BIOS sees it: by linear address, so that a virtual-8086 monitor may map it elsewhere. */
final class GuestMemory {
    private static final int PAGE = 0x1000;

    private final Cpu cpu;
    private final BusMaster bus;

    GuestMemory(Cpu cpu, BusMaster bus) {
        this.cpu = cpu;
        this.bus = bus;
    }

    byte[] read(int linear, int length) {
        byte[] result = new byte[length];
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, PAGE - (linear + done & PAGE - 1));
            long physical = cpu.peek(linear + done);
            if (physical >= 0) System.arraycopy(bus.fetch((int) physical, part), 0, result, done, part);
            done += part;
        }
        return result;
    }

    void write(int linear, byte... bytes) {
        for (int done = 0; done < bytes.length; ) {
            int part = Math.min(bytes.length - done, PAGE - (linear + done & PAGE - 1));
            long physical = cpu.peek(linear + done);
            if (physical >= 0) bus.store((int) physical, Arrays.copyOfRange(bytes, done, done + part));
            done += part;
        }
    }

    /** A little-endian number of {@code size} bytes. */
    long number(int linear, int size) {
        byte[] bytes = read(linear, size);
        long value = 0;
        for (int i = 0; i < size; i++) value |= (bytes[i] & 0xFFL) << 8 * i;
        return value;
    }

    int octet(int linear) {
        return (int) number(linear, 1);
    }

    int word(int linear) {
        return (int) number(linear, 2);
    }

    void octet(int linear, int value) {
        write(linear, (byte) value);
    }

    void word(int linear, int value) {
        number(linear, 2, value);
    }

    void number(int linear, int size, long value) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) bytes[i] = (byte) (value >> 8 * i);
        write(linear, bytes);
    }
}
