package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/** Memory without a processor. */
public record TestMemory(byte[] bytes) implements BusMaster {

    public static TestMemory of(int megabytes) {
        return new TestMemory(new byte[megabytes << 20]);
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public byte[] fetch(int address, int length) {
        return Arrays.copyOfRange(bytes, address, address + length);
    }

    @Override
    public void store(int address, byte[] source) {
        System.arraycopy(source, 0, bytes, address, source.length);
    }

    @Override
    public void protect(int from, int to, boolean readOnly) {}
}
