package org.sidestep.machine.ia32.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.ia32.device.Disk;
import org.sidestep.machine.ia32.device.OpticalDisc;

/**
 * The entry by which a CD-ROM is booted ("El Torito" Bootable CD-ROM Format Specification 1.0, chapter 2).
 *
 * @param media what is emulated, if anything
 * @param segment where its first sectors go
 * @param count how many of them, of 512 bytes
 * @param lba where they lie on the disc
 */
record BootCatalog(Media media, int segment, int count, int lba) {

    // spotless:off
    private static final int RECORD = 17, CATALOG_AT = 0x47, IDENTIFIER_AT = 1, SYSTEM_AT = 7;
    private static final int PLATFORM = 1, KEY = 30, KEY_VALUE = 0xAA55, ENTRY = 32, X86 = 0, BOOTABLE = 0x88;
    private static final int MEDIA_AT = 1, SEGMENT_AT = 2, COUNT_AT = 6, LBA_AT = 8, ENTRY_WORDS = 16;
    private static final int USUAL_SEGMENT = 0x7C0, SECTOR = 512;
    // spotless:on

    private static final String IDENTIFIER = "CD001";
    private static final String SYSTEM = "EL TORITO SPECIFICATION";

    /** In the order of their numbers. */
    enum Media {
        NONE(0),
        FLOPPY_1200(1200 << 10),
        FLOPPY_1440(1440 << 10),
        FLOPPY_2880(2880 << 10),
        HARD_DISK(0);

        private final int size;

        Media(int size) {
            this.size = size;
        }
    }

    /**
     * The entry for PCs.
     *
     * @throws BadImage if there is none; the message says what the disc is
     */
    static BootCatalog read(OpticalDisc disc) {
        ByteBuffer record = sector(disc, RECORD);
        check(text(record, IDENTIFIER_AT, IDENTIFIER), "no ISO 9660 image, or nothing on it can be booted");
        check(text(record, SYSTEM_AT, SYSTEM), "an ISO 9660 image without a boot catalog: nothing on it can be booted");
        ByteBuffer catalog = sector(disc, record.getInt(CATALOG_AT));
        boolean valid = catalog.get(0) == 1 && (catalog.getShort(KEY) & 0xFFFF) == KEY_VALUE && sum(catalog) == 0;
        check(valid, "the boot catalog of this ISO 9660 image is damaged");
        boolean bootable = (catalog.get(ENTRY) & 0xFF) == BOOTABLE && catalog.get(PLATFORM) == X86;
        check(bootable, "this ISO 9660 image boots other machines than a PC with a BIOS (EFI, for instance)");
        int media = catalog.get(ENTRY + MEDIA_AT) & 15;
        check(
                media < Media.values().length,
                "the boot catalog of this ISO 9660 image names a medium that does not exist");
        int segment = catalog.getShort(ENTRY + SEGMENT_AT) & 0xFFFF;
        int count = Math.max(1, catalog.getShort(ENTRY + COUNT_AT) & 0xFFFF);
        int lba = catalog.getInt(ENTRY + LBA_AT);
        check(lba > 0 && lba < disc.sectors(), "truncated: what is to be booted lies outside this ISO 9660 image");
        return new BootCatalog(Media.values()[media], segment == 0 ? USUAL_SEGMENT : segment, count, lba);
    }

    /** The entry for PCs, if there is one. */
    static Optional<BootCatalog> find(OpticalDisc disc) {
        try {
            return Optional.of(read(disc));
        } catch (BadImage nothingToBoot) {
            return Optional.empty();
        }
    }

    private static ByteBuffer sector(OpticalDisc disc, int lba) {
        long from = Integer.toUnsignedLong(lba) * OpticalDisc.SECTOR;
        return ByteBuffer.wrap(disc.bytes(from, OpticalDisc.SECTOR)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean text(ByteBuffer bytes, int at, String text) {
        byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
        return Arrays.equals(expected, 0, expected.length, bytes.array(), at, at + expected.length);
    }

    /** The sum of the words of the first entry, which is to be zero. */
    private static int sum(ByteBuffer catalog) {
        int sum = 0;
        for (int i = 0; i < ENTRY_WORDS; i++) sum += catalog.getShort(2 * i);
        return sum & 0xFFFF;
    }

    private static void check(boolean holds, String message) {
        if (!holds) throw new BadImage(message);
    }

    /** The first sectors. */
    byte[] start(OpticalDisc disc) {
        return disc.bytes((long) lba * OpticalDisc.SECTOR, count * SECTOR);
    }

    /** The drive that is emulated: drive 0 of the diskettes or of the hard disks. */
    Optional<Drive> emulated(OpticalDisc disc) {
        if (media == Media.NONE) return Optional.empty();
        long from = (long) lba * OpticalDisc.SECTOR;
        if (media != Media.HARD_DISK) return Optional.of(Drive.floppy(Disk.floppy(disc.bytes(from, media.size))));
        byte[] image = disc.bytes(from, (int) (disc.image().length - from));
        return Optional.of(Drive.hard(Disk.hard(image)));
    }
}
