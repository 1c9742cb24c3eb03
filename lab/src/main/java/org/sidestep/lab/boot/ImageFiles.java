package org.sidestep.lab.boot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.machine.BootSource.Image;

/** Reads image files and tells what kind of image a file is. */
public final class ImageFiles {

    // spotless:off
    private static final int ELF = 0x464C457F, MULTIBOOT = 0x1BADB002, MULTIBOOT_2 = 0xE85250D6, LINUX_AT = 0x202, LINUX = 0x53726448, GZIP = 0x8B1F;
    private static final int SECTOR = 512, SIGNATURE_AT = 510, SIGNATURE = 0xAA55, LARGEST_FLOPPY = 2880 << 10;
    private static final int RESET_OFFSET = 16, JMP_NEAR = 0xE9, JMP_FAR = 0xEA, JMP_SHORT = 0xEB, LARGEST_ROM = 16 << 20;
    private static final int VOLUME_AT = 16 * 2048 + 1;
    // spotless:on

    private static final String MEMORY = "the machine's memory; give it more with --memory";
    private static final byte[] VOLUME = "CD001".getBytes(StandardCharsets.US_ASCII);

    private ImageFiles() {}

    /** What a file can be booted as. */
    public enum Kind {
        KERNEL,
        LINUX,
        ROM,
        FLOPPY,
        CDROM,
        DISK
    }

    /** Reads a whole file. */
    public static Image read(Path file) {
        return new Image(file.toString(), InputFile.read(file));
    }

    /** Reads a whole file that goes into the memory of a machine. */
    public static Image read(Path file, int megabytes) {
        return new Image(file.toString(), InputFile.read(file, (long) megabytes << 20, MEMORY));
    }

    /** Reads a ROM. */
    public static Image readRom(Path file) {
        return new Image(file.toString(), InputFile.read(file, LARGEST_ROM, "the largest ROM"));
    }

    /** Reads a floppy. */
    public static Image readFloppy(Path file) {
        Image image = new Image(file.toString(), InputFile.read(file, LARGEST_FLOPPY, "the largest floppy"));
        if (image.bytes().length == 0) throw new BadInput(file + ": is empty, and no floppy");
        return image;
    }

    /**
     * Reads a whole file and unpacks it if it is packed, as kernels often are.
     *
     * @param megabytes memory of the machine, which is more than what is unpacked may have
     */
    public static Image readUnpacked(Path file, int megabytes) {
        Image image = read(file);
        byte[] bytes = image.bytes();
        if (bytes.length < 2 || ((bytes[1] & 0xFF) << 8 | bytes[0] & 0xFF) != GZIP) return image;
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            String before = image.name() + ": unpacks to more than ";
            String why = MEMORY + "; a disk is booted unpacked";
            return new Image(image.name(), InputFile.read(unpacked, (long) megabytes << 20, before, why));
        } catch (IOException e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT, "%s: looks like a gzip file and cannot be unpacked: %s", file, e.getMessage()),
                    e);
        }
    }

    /** What {@code image} is by its contents. */
    public static Kind kind(Image image) {
        ByteBuffer bytes = ByteBuffer.wrap(image.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() >= 4 && bytes.getInt(0) == ELF) return Kind.KERNEL;
        if (bytes.limit() > LINUX_AT + 4 && bytes.getInt(LINUX_AT) == LINUX) return Kind.LINUX;
        // A disc that is a disk as well has the signature of one.
        if (isIso9660(bytes)) return Kind.CDROM;
        if (bytes.limit() >= SECTOR && (bytes.getShort(SIGNATURE_AT) & 0xFFFF) == SIGNATURE) {
            return bytes.limit() <= LARGEST_FLOPPY ? Kind.FLOPPY : Kind.DISK;
        }
        // A disk may have a kernel behind its boot sector, so this comes second.
        if (hasMultibootHeader(bytes)) return Kind.KERNEL;
        if (jumpsAtReset(bytes)) return Kind.ROM;
        throw new BadInput(String.format(
                        Locale.ROOT,
                        "%s: neither an ELF, Multiboot or Linux kernel, nor an ISO 9660 image, nor a boot sector (no 55 AA at"
                                + " byte 510), nor a ROM;",
                        image.name())
                + " say --rom, --floppy, --cdrom or --disk if it is one");
    }

    /** The volume descriptor in sector 16 says so. */
    private static boolean isIso9660(ByteBuffer bytes) {
        if (bytes.limit() < VOLUME_AT + VOLUME.length) return false;
        byte[] found = new byte[VOLUME.length];
        bytes.get(VOLUME_AT, found);
        return Arrays.equals(found, VOLUME);
    }

    /** Whether there is a header of any version at any place: whoever loads the kernel says what is wrong with it. */
    private static boolean hasMultibootHeader(ByteBuffer bytes) {
        for (int at = 0; at <= bytes.limit() - 12; at++) {
            int magic = bytes.getInt(at);
            if (magic == MULTIBOOT && magic + bytes.getInt(at + 4) + bytes.getInt(at + 8) == 0) return true;
            if (magic != MULTIBOOT_2 || at > bytes.limit() - 16) continue;
            if (magic + bytes.getInt(at + 4) + bytes.getInt(at + 8) + bytes.getInt(at + 12) == 0) return true;
        }
        return false;
    }

    private static boolean jumpsAtReset(ByteBuffer bytes) {
        int size = bytes.limit();
        if (size < RESET_OFFSET || size % RESET_OFFSET != 0 || size > LARGEST_ROM) return false;
        int opcode = bytes.get(size - RESET_OFFSET) & 0xFF;
        return opcode == JMP_NEAR || opcode == JMP_FAR || opcode == JMP_SHORT;
    }
}
