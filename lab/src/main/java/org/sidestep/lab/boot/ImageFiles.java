package org.sidestep.lab.boot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.machine.BootSource.Image;

/** Reads image files and tells what kind of image a file is. */
public final class ImageFiles {

    // spotless:off
    private static final int ELF = 0x464C457F, MULTIBOOT = 0x1BADB002, MULTIBOOT_SEARCH = 8192, LINUX_AT = 0x202, LINUX = 0x53726448, GZIP = 0x8B1F;
    private static final int SECTOR = 512, SIGNATURE_AT = 510, SIGNATURE = 0xAA55, LARGEST_FLOPPY = 2880 << 10;
    private static final int RESET_OFFSET = 16, JMP_NEAR = 0xE9, JMP_FAR = 0xEA, JMP_SHORT = 0xEB, LARGEST_ROM = 16 << 20;
    // spotless:on

    private static final String MEMORY = "the machine's memory; give it more with --memory";

    private ImageFiles() {}

    /** What a file can be booted as. */
    public enum Kind {
        KERNEL,
        LINUX,
        ROM,
        FLOPPY,
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
        boolean sectors = bytes.limit() >= SECTOR && bytes.limit() % SECTOR == 0;
        if (sectors && (bytes.getShort(SIGNATURE_AT) & 0xFFFF) == SIGNATURE) {
            return bytes.limit() <= LARGEST_FLOPPY ? Kind.FLOPPY : Kind.DISK;
        }
        // A disk may have a kernel behind its boot sector, so this comes second.
        if (hasMultibootHeader(bytes)) return Kind.KERNEL;
        if (jumpsAtReset(bytes)) return Kind.ROM;
        throw new BadInput(String.format(
                        Locale.ROOT,
                        "%s: neither an ELF, Multiboot or Linux kernel, nor a boot sector (no 55 AA at byte 510), nor a ROM; say --rom,",
                        image.name())
                + " --floppy or --disk if it is one");
    }

    private static boolean hasMultibootHeader(ByteBuffer bytes) {
        for (int at = 0; at <= Math.min(MULTIBOOT_SEARCH, bytes.limit()) - 12; at += 4) {
            if (bytes.getInt(at) == MULTIBOOT && MULTIBOOT + bytes.getInt(at + 4) + bytes.getInt(at + 8) == 0)
                return true;
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
