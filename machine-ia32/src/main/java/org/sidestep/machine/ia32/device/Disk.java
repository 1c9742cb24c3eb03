package org.sidestep.machine.ia32.device;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.machine.BadImage;

/**
 * The sectors of a disk or diskette, and how many of them a cylinder has. They come from an image that is never changed:
 * written sectors are kept beside it, for as long as the machine lives.
 */
public final class Disk {
    public static final int SECTOR = 512;

    private static final int MOST_CYLINDERS = 16383;
    private static final int DISK_HEADS = 16;
    private static final int DISK_TRACK = 63;

    private final byte[] image;
    private final int heads;
    private final int track;
    /** Sectors that have been written; their arrays are replaced, never changed. */
    private final Map<Integer, byte[]> written = new TreeMap<>();

    private Disk(byte[] image, int heads, int track) {
        this.image = image;
        this.heads = heads;
        this.track = track;
    }

    Disk(Disk other) {
        this(other.image, other.heads, other.track);
        written.putAll(other.written);
    }

    /** A hard disk; a last part of a sector is filled up with zeros. */
    public static Disk hard(byte[] image) {
        return new Disk(image, DISK_HEADS, DISK_TRACK);
    }

    /**
     * A diskette. Its geometry follows from its size; an image of no usual size is the beginning of a diskette of 1.44 or
     * 2.88 MB.
     *
     * @throws BadImage if it is too large for a diskette
     */
    public static Disk floppy(byte[] image) {
        return switch (image.length) {
            case 160 << 10 -> new Disk(image, 1, 8);
            case 180 << 10 -> new Disk(image, 1, 9);
            case 320 << 10 -> new Disk(image, 2, 8);
            case 360 << 10, 720 << 10 -> new Disk(image, 2, 9);
            case 1200 << 10 -> new Disk(image, 2, 15);
            default -> rounded(image);
        };
    }

    private static Disk rounded(byte[] image) {
        if (image.length == 0) throw new BadImage("a diskette's image is empty");
        if (image.length > 2880 << 10) {
            throw new BadImage("a diskette holds at most 2880 KB; this image has " + (image.length >> 10) + " KB");
        }
        boolean extended = image.length > 1440 << 10;
        return new Disk(Arrays.copyOf(image, extended ? 2880 << 10 : 1440 << 10), 2, extended ? 36 : 18);
    }

    public int sectors() {
        return (image.length + SECTOR - 1) / SECTOR;
    }

    public int cylinders() {
        return Math.max(1, Math.min(MOST_CYLINDERS, sectors() / (heads * track)));
    }

    public int heads() {
        return heads;
    }

    public int sectorsPerTrack() {
        return track;
    }

    /** A copy of the sector with the number {@code lba}, 0..{@link #sectors} - 1. */
    public byte[] read(int lba) {
        byte[] sector = written.get(lba);
        if (sector != null) return sector.clone();
        int from = lba * SECTOR;
        return Arrays.copyOf(Arrays.copyOfRange(image, from, Math.min(image.length, from + SECTOR)), SECTOR);
    }

    public void write(int lba, byte[] sector) {
        written.put(lba, Arrays.copyOf(sector, SECTOR));
    }
}
