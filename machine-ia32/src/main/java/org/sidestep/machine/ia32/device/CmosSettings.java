package org.sidestep.machine.ia32.device;

import java.util.ArrayList;
import java.util.List;

/** What the set-up program of a PC/AT has noted in the CMOS memory (IBM PC/AT Technical Reference, real-time clock). */
final class CmosSettings {
    // spotless:off
    private static final int FLOPPY_TYPES = 0x10, DISK_TYPES = 0x12, EQUIPMENT = 0x14, BASE_MEMORY = 0x15, EXTENDED_MEMORY = 0x17;
    private static final int DISK_TYPE = 0x19, DISK = 0x1B, DISK_LENGTH = 9, CHECKSUM = 0x2E, EXTENDED_MEMORY_FOUND = 0x30, MEMORY_ABOVE_16M = 0x34, BOOT_THIRD = 0x38, BOOT_ORDER = 0x3D;
    private static final int EQUIPMENT_FLOPPY = 0x01, EQUIPMENT_FPU = 0x02;
    private static final int BOOT_FLOPPY = 1, BOOT_DISK = 2, BOOT_CD_ROM = 3;
    private static final int TYPE_EXTENDED = 0xF0, TYPE_USER_DEFINED = 47, MANY_HEADS = 0x08;
    private static final int SIZE = 0x40;
    // spotless:on

    private static final int BASE_KB = 640;

    private final int[] cells = new int[SIZE];

    private CmosSettings() {}

    /** Notes everything in the memory behind {@code rtc}. */
    static void note(Rtc rtc, int memory, BoardOptions options) {
        CmosSettings settings = new CmosSettings();
        settings.memory(memory >> 10);
        settings.cells[EQUIPMENT] = EQUIPMENT_FPU;
        options.floppy().ifPresent(settings::floppy);
        for (int i = 0; i < Math.min(2, options.disks().size()); i++)
            settings.disk(i, options.disks().get(i));
        settings.bootOrder(options);
        settings.checksum();
        for (int i = FLOPPY_TYPES; i < SIZE; i++) if (settings.cells[i] != 0) rtc.store(i, settings.cells[i]);
    }

    private void memory(int kilobytes) {
        int extended = Math.max(0, kilobytes - 1024);
        word(BASE_MEMORY, BASE_KB);
        word(EXTENDED_MEMORY, Math.min(extended, 0xFFFF));
        word(EXTENDED_MEMORY_FOUND, Math.min(extended, 0xFFFF));
        word(MEMORY_ABOVE_16M, Math.max(0, kilobytes - (16 << 10)) >> 6);
    }

    private void floppy(Disk floppy) {
        cells[EQUIPMENT] |= EQUIPMENT_FLOPPY;
        int type = switch (floppy.sectorsPerTrack()) {
            case 36 -> 5;
            case 18 -> 4;
            case 15 -> 2;
            default -> floppy.cylinders() > 40 ? 3 : 1;
        };
        cells[FLOPPY_TYPES] = type << 4;
    }

    /** The first two disks have room here. */
    private void disk(int number, Disk disk) {
        cells[DISK_TYPES] |= TYPE_EXTENDED >> 4 * number;
        cells[DISK_TYPE + number] = TYPE_USER_DEFINED;
        int at = DISK + number * DISK_LENGTH;
        word(at, disk.cylinders());
        cells[at + 2] = disk.heads();
        word(at + 3, 0xFFFF);
        cells[at + 5] = 0xC0 | (disk.heads() > 8 ? MANY_HEADS : 0);
        word(at + 6, disk.cylinders());
        cells[at + 8] = disk.sectorsPerTrack();
    }

    /** A device in each half, the first in the lower one, and the third in the upper half elsewhere, as the BIOSes of Bochs and QEMU read it. */
    private void bootOrder(BoardOptions options) {
        List<Integer> order = new ArrayList<>();
        if (options.floppy().isPresent()) order.add(BOOT_FLOPPY);
        if (options.disc().isPresent()) order.add(BOOT_CD_ROM);
        if (!options.disks().isEmpty()) order.add(BOOT_DISK);
        for (int i = 0; i < order.size(); i++) {
            if (i < 2) cells[BOOT_ORDER] |= order.get(i) << 4 * i;
            else cells[BOOT_THIRD] |= order.get(i) << 4;
        }
    }

    private void checksum() {
        int sum = 0;
        for (int i = FLOPPY_TYPES; i < CHECKSUM; i++) sum += cells[i];
        cells[CHECKSUM] = sum >> 8 & 0xFF;
        cells[CHECKSUM + 1] = sum & 0xFF;
    }

    private void word(int at, int value) {
        cells[at] = value & 0xFF;
        cells[at + 1] = value >> 8;
    }
}
