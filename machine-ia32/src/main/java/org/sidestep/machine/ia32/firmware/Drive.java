package org.sidestep.machine.ia32.firmware;

import org.sidestep.machine.ia32.device.Disk;

/**
 * A disk with the geometry that the BIOS reports. That of a hard disk is the one by which its partition table was written,
 * if that can be told; otherwise the heads are doubled until no cylinder has a number above 1023.
 */
record Drive(Disk disk, int cylinders, int heads, int sectors) {
    private static final int MOST_CYLINDERS = 1024;
    private static final int PARTITIONS = 0x1BE;
    private static final int END_HEAD = 5;
    private static final int END_SECTOR = 6;

    static Drive floppy(Disk disk) {
        return new Drive(disk, disk.cylinders(), disk.heads(), disk.sectorsPerTrack());
    }

    static Drive hard(Disk disk) {
        byte[] first = disk.read(0);
        int heads = (first[PARTITIONS + END_HEAD] & 0xFF) + 1;
        int sectors = first[PARTITIONS + END_SECTOR] & 0x3F;
        boolean used = first[PARTITIONS + 4] != 0 && (first[510] & 0xFF) == 0x55 && sectors > 0 && heads > 1;
        if (!used) {
            heads = disk.heads();
            sectors = disk.sectorsPerTrack();
            while (disk.sectors() / (heads * sectors) > MOST_CYLINDERS && heads < 255) heads = Math.min(255, 2 * heads);
        }
        int cylinders = Math.max(1, Math.min(MOST_CYLINDERS, disk.sectors() / (heads * sectors)));
        return new Drive(disk, cylinders, heads, sectors);
    }

    /** The number of the sector at a place, or -1. */
    int lba(int cylinder, int head, int sector) {
        if (head >= heads || sector < 1 || sector > sectors) return -1;
        return (cylinder * heads + head) * sectors + sector - 1;
    }

    boolean holds(long lba, int count) {
        return lba >= 0 && count >= 0 && lba + count <= disk.sectors();
    }

    /** The drive type of INT 13h, AH = 08h, of a diskette drive. */
    int floppyType() {
        return switch (sectors) {
            case 36 -> 6;
            case 18 -> 4;
            case 15 -> 2;
            default -> cylinders > 40 ? 3 : 1;
        };
    }
}
