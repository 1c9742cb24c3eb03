package org.sidestep.machine.ia32.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The smallest ISO 9660 image that boots: descriptors without a file system, a boot catalog, and what it starts. */
final class BootableDisc {
    static final int BOOT_LBA = 20;
    private static final int SECTOR = 2048;
    private static final int CATALOG_LBA = 19;

    private BootableDisc() {}

    /**
     * @param media 0 for none, 1 to 3 for a diskette, 4 for a hard disk
     * @param segment where it goes, or 0 for the usual place
     * @param count how many sectors of 512 bytes are loaded
     */
    static byte[] of(int media, int segment, int count, byte[] boot) {
        int sectors = BOOT_LBA + (boot.length + SECTOR - 1) / SECTOR;
        ByteBuffer disc = ByteBuffer.allocate(sectors * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        descriptor(disc, 16, 1, "");
        descriptor(disc, 17, 0, "EL TORITO SPECIFICATION");
        disc.putInt(17 * SECTOR + 0x47, CATALOG_LBA);
        descriptor(disc, 18, 255, "");
        int catalog = CATALOG_LBA * SECTOR;
        disc.put(catalog, (byte) 1)
                .putShort(catalog + 28, (short) -(1 + 0xAA55))
                .putShort(catalog + 30, (short) 0xAA55);
        disc.put(catalog + 32, (byte) 0x88).put(catalog + 33, (byte) media).putShort(catalog + 34, (short) segment);
        disc.putShort(catalog + 38, (short) count).putInt(catalog + 40, BOOT_LBA);
        disc.put(BOOT_LBA * SECTOR, boot);
        return disc.array();
    }

    private static void descriptor(ByteBuffer disc, int lba, int type, String system) {
        disc.put(lba * SECTOR, (byte) type);
        disc.put(lba * SECTOR + 1, "CD001".getBytes(StandardCharsets.US_ASCII)).put(lba * SECTOR + 6, (byte) 1);
        disc.put(lba * SECTOR + 7, system.getBytes(StandardCharsets.US_ASCII));
    }
}
