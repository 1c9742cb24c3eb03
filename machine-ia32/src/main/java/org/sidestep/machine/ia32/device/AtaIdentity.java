package org.sidestep.machine.ia32.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What drives say of themselves: IDENTIFY DEVICE and IDENTIFY PACKET DEVICE (ATA/ATAPI-4, sections 8.12 and 8.13). */
final class AtaIdentity {
    // spotless:off
    private static final int CYLINDERS = 1, HEADS = 3, TRACK_BYTES = 4, SECTOR_BYTES = 5, SECTORS = 6, SERIAL = 10, FIRMWARE = 23, MODEL = 27, MOST_MULTIPLE = 47;
    private static final int CAPABILITIES = 49, PIO_MODE = 51, VALID = 53, CURRENT_CHS = 54, MULTIPLE = 59, LBA_SECTORS = 60;
    private static final int ADVANCED_PIO = 64, PIO_CYCLE = 67, VERSION = 80, COMMAND_SETS = 82, COMMAND_SETS_ENABLED = 85;
    private static final int FIXED_DRIVE = 0x0040, LBA = 0x0200, IORDY = 0x0800, VALID_54_TO_58 = 1, VALID_64_TO_70 = 2;
    private static final int PIO_3_AND_4 = 3, PIO_4_NANOSECONDS = 120, ATA_1_TO_4 = 0x1E, POWER_MANAGEMENT = 0x0008, ALWAYS = 0x4000;
    /** Packets of 12 bytes, taken within 50 us, by a removable medium of packet command set 5. */
    private static final int CD_ROM_DRIVE = 0x85C0, PACKETS_AND_RESET = 0x0210;
    // spotless:on

    private final ByteBuffer words = ByteBuffer.allocate(Disk.SECTOR).order(ByteOrder.LITTLE_ENDIAN);

    private AtaIdentity() {}

    /**
     * What a disk says.
     *
     * @param number tells the disks of one board apart
     * @param heads of the translation that is in force
     * @param track sectors per track of that translation
     * @param multiple sectors per block that were set, or 0
     */
    static byte[] of(Disk disk, int number, int heads, int track, int multiple) {
        AtaIdentity identity = new AtaIdentity();
        identity.drive(disk, number);
        identity.translation(disk, heads, track);
        identity.word(MOST_MULTIPLE, 0x8000 | AtaDrive.MOST_MULTIPLE);
        identity.word(MULTIPLE, multiple == 0 ? 0 : 0x100 | multiple);
        identity.common(POWER_MANAGEMENT);
        return identity.words.array();
    }

    /** What a CD-ROM drive says. */
    static byte[] ofPacketDevice() {
        AtaIdentity identity = new AtaIdentity();
        identity.word(0, CD_ROM_DRIVE);
        identity.names("SIDESTEPCD", "SIDESTEP CD-ROM");
        identity.common(PACKETS_AND_RESET | POWER_MANAGEMENT);
        return identity.words.array();
    }

    private void drive(Disk disk, int number) {
        word(0, FIXED_DRIVE);
        word(CYLINDERS, disk.cylinders());
        word(HEADS, disk.heads());
        // Retired since ATA-2, but there is firmware that takes the size of a block from here.
        word(TRACK_BYTES, Disk.SECTOR * disk.sectorsPerTrack());
        word(SECTOR_BYTES, Disk.SECTOR);
        word(SECTORS, disk.sectorsPerTrack());
        names("SIDESTEP" + number, "SIDESTEP DISK");
        words.putInt(2 * LBA_SECTORS, disk.sectors());
    }

    private void names(String serial, String model) {
        text(SERIAL, serial, 10);
        text(FIRMWARE, "1.0", 4);
        text(MODEL, model, 20);
    }

    /** How data come, and which sets of commands there are. */
    private void common(int commands) {
        word(CAPABILITIES, LBA | IORDY);
        word(PIO_MODE, 2 << 8);
        word(VALID, words.getShort(2 * VALID) | VALID_64_TO_70);
        word(ADVANCED_PIO, PIO_3_AND_4);
        word(PIO_CYCLE, PIO_4_NANOSECONDS);
        word(PIO_CYCLE + 1, PIO_4_NANOSECONDS);
        word(VERSION, ATA_1_TO_4);
        word(COMMAND_SETS, commands);
        word(COMMAND_SETS + 1, ALWAYS);
        word(COMMAND_SETS_ENABLED, commands);
    }

    private void translation(Disk disk, int heads, int track) {
        int cylinders = Math.min(0xFFFF, disk.sectors() / (heads * track));
        word(VALID, VALID_54_TO_58);
        word(CURRENT_CHS, cylinders);
        word(CURRENT_CHS + 1, heads);
        word(CURRENT_CHS + 2, track);
        words.putInt(2 * (CURRENT_CHS + 3), cylinders * heads * track);
    }

    private void word(int index, int value) {
        words.putShort(2 * index, (short) value);
    }

    /** Text is padded with blanks; the first character of each pair is the upper byte. */
    private void text(int index, String text, int length) {
        byte[] characters = (text + " ".repeat(2 * length)).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < length; i++) word(index + i, characters[2 * i] << 8 | characters[2 * i + 1]);
    }
}
