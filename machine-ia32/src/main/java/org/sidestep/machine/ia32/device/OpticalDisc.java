package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/** A CD-ROM with one data track: the sectors of an image that nobody can write. */
public record OpticalDisc(byte[] image) {
    public static final int SECTOR = 2048;

    /** How many sectors it has; a last part of one is filled up with zeros. */
    public int sectors() {
        return (image.length + SECTOR - 1) / SECTOR;
    }

    /** {@code count} sectors from {@code lba} on, all of them on the disc. */
    public byte[] read(int lba, int count) {
        return bytes((long) lba * SECTOR, count * SECTOR);
    }

    /** A part of the image; what lies behind its end is zero. */
    public byte[] bytes(long from, int length) {
        if (from >= image.length) return new byte[length];
        int end = (int) Math.min(image.length, from + length);
        return Arrays.copyOf(Arrays.copyOfRange(image, (int) from, end), length);
    }
}
