package org.sidestep.machine.ia32.device;

/** Firmware that ends at the end of the address space; beside it nothing answers. */
record Rom(byte[] image) {

    boolean holds(int address) {
        return address < 0 && image.length + address >= 0;
    }

    int read(int address, int size) {
        int value = 0;
        for (int i = 0; i < size; i++) value |= octet(address + i) << 8 * i;
        return value;
    }

    private int octet(int address) {
        return holds(address) ? image[image.length + address] & 0xFF : 0xFF;
    }
}
