package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.ia32.memory.Ram;

class MultibootLoaderTest {

    private static final int SEED = 2003;
    private static final int MEGABYTE = 1 << 20;
    private static final int TEXT = 0x100000;
    private static final int BSS = 0x102000;
    private static final int HEADER_AT = 128;

    private final Ram ram = new Ram(4 * MEGABYTE);

    @Test
    void segmentsGoToTheirPhysicalAddressesAndTheRestOfThemIsZeroed() {
        ram.fill(0, ram.size(), (byte) 0x55);

        MultibootLoader.Entry entry = load(image(file -> {}));

        assertThat(entry.eip()).isEqualTo(TEXT + 12);
        assertThat(ram.read32(TEXT)).isEqualTo(0x1BADB002);
        assertThat(ram.read32(TEXT + 15)).isEqualTo(0);
        assertThat(ram.read8(BSS)).isZero();
        assertThat(ram.read8(BSS + 0x4FF)).isZero();
        assertThat(ram.read8(BSS + 0x500)).isEqualTo(0x55);
    }

    @Test
    void theInformationLiesOnThePageBehindTheImage() {
        MultibootLoader.Entry entry = load(image(file -> {}));
        int info = entry.ebx();

        assertThat(info).isEqualTo(0x103000);
        assertThat(ram.read32(info)).isEqualTo(0x245);
        assertThat(ram.read32(info + 4)).isEqualTo(640);
        assertThat(ram.read32(info + 8)).isEqualTo(3 * 1024);
        assertThat(string(ram.read32(info + 16))).isEqualTo("kernel quiet");
        assertThat(string(ram.read32(info + 64))).isEqualTo("Sidestep");
    }

    @Test
    void theMemoryMapListsLowMemoryTheAdapterAreaAndTheRest() {
        int info = load(image(file -> {})).ebx();
        int map = ram.read32(info + 48);

        assertThat(ram.read32(info + 44)).isEqualTo(3 * 24);
        assertThat(range(map)).containsExactly(20, 0, 0xA0000, 1);
        assertThat(range(map + 24)).containsExactly(20, 0xA0000, 0x60000, 2);
        assertThat(range(map + 48)).containsExactly(20, MEGABYTE, 3 * MEGABYTE, 1);
    }

    @Test
    void aLinearEntryPointIsTranslatedThroughItsSegment() {
        byte[] high = image(file -> file.putInt(52 + 8, 0xC0100000).putInt(24, 0xC010000C));
        assertThat(load(high).eip()).isEqualTo(TEXT + 12);

        byte[] physical = image(file -> file.putInt(52 + 8, 0xC0100000));
        assertThat(load(physical).eip()).isEqualTo(TEXT + 12);
    }

    @Test
    void theInformationOfALowImageStaysOutOfLowMemory() {
        byte[] low = image(file -> file.putInt(52 + 12, 0x8000)
                .putInt(52 + 8, 0x8000)
                .putInt(24, 0x800C)
                .putInt(84 + 12, 0x9000));
        assertThat(load(low).ebx()).isEqualTo(MEGABYTE);
    }

    @Test
    void whatIsWrongWithAFileIsSaid() {
        refused("not an ELF file", file -> file.putInt(0, 0));
        refused("not a 32-bit ELF file (class 2)", file -> file.put(4, (byte) 2));
        refused("not a little-endian", file -> file.put(5, (byte) 2));
        refused("not an executable ELF file (type 3)", file -> file.putShort(16, (short) 3));
        refused("not for the Intel 80386 (machine 62)", file -> file.putShort(18, (short) 62));
        refused("no program headers", file -> file.putShort(44, (short) 0));
        refused("program headers of 20 bytes; need 32", file -> file.putShort(42, (short) 20));
        refused("the program headers lie outside the file", file -> file.putInt(28, -64));
        refused("segment 0 lies outside the file", file -> file.putInt(52 + 4, 4096));
        refused("segment 0 is larger in the file than in memory", file -> file.putInt(52 + 20, 4));
        refused("no loadable segment", file -> file.putInt(52, 4).putInt(84, 4));
        refused("segments at physical 0x100000 and 0x100008 overlap", file -> file.putInt(84 + 12, TEXT + 8));
        refused(
                "segment at physical 0xfff00000..0xfff00500 lies outside the memory of 0x400000 bytes",
                file -> file.putInt(84 + 12, 0xFFF00000));
        refused("the entry point 0x42 lies in no segment", file -> file.putInt(24, 0x42));
        refused("no Multiboot header", file -> file.putInt(HEADER_AT, 0));
        refused("wrong checksum", file -> file.putInt(HEADER_AT + 8, 0));
        refused("video mode", flags(4));
        refused("unknown features (flags 0x8)", flags(8));
        refused("its own addresses", flags(0x10000));
        refused("no memory behind the image", file -> file.putInt(84 + 20, 2 * MEGABYTE - 0x2000 + MEGABYTE));
    }

    @Test
    void aRefusedImageLeavesMemoryUntouched() {
        assertThatThrownBy(() -> load(image(file -> file.putInt(84 + 12, 0xFFF00000))))
                .isInstanceOf(BadImage.class);
        assertThat(ram.copy(0, ram.size())).containsOnly(0);
    }

    @Test
    void everyTruncationIsRefusedOrStillComplete() {
        byte[] whole = image(file -> {});
        for (int length = 0; length < whole.length; length++) {
            byte[] truncated = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> load(truncated)).as("%d bytes", length).isInstanceOf(BadImage.class);
        }
    }

    @Test
    void noMutationEndsInAnythingButAnEntryOrABadImage() {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = image(file -> {});
            int changes = 1 + random.nextInt(4);
            for (int c = 0; c < changes; c++) mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            try {
                assertThat(ram.contains(load(mutated).eip(), 1)).isTrue();
            } catch (BadImage e) {
                assertThat(e.getMessage()).as("seed %d, file %d", SEED, i).isNotBlank();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    private void refused(String message, Consumer<ByteBuffer> change) {
        assertThatThrownBy(() -> load(image(change)))
                .isInstanceOf(BadImage.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static Consumer<ByteBuffer> flags(int flags) {
        return file -> file.putInt(HEADER_AT + 4, flags).putInt(HEADER_AT + 8, -(0x1BADB002 + flags));
    }

    private MultibootLoader.Entry load(byte[] file) {
        return MultibootLoader.load(file, ram, "kernel quiet");
    }

    /** A header and text segment of 16 bytes, its memory 3 bytes longer, and a bss segment. */
    private static byte[] image(Consumer<ByteBuffer> change) {
        ByteBuffer file = ByteBuffer.allocate(HEADER_AT + 16).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x464C457F).put((byte) 1).put((byte) 1).put((byte) 1).position(16);
        file.putShort((short) 2).putShort((short) 3).putInt(1);
        file.putInt(TEXT + 12).putInt(52).putInt(0).putInt(0);
        file.putShort((short) 52).putShort((short) 32).putShort((short) 2).position(52);
        file.putInt(1)
                .putInt(HEADER_AT)
                .putInt(TEXT)
                .putInt(TEXT)
                .putInt(16)
                .putInt(19)
                .position(84);
        file.putInt(1).putInt(0).putInt(BSS).putInt(BSS).putInt(0).putInt(0x500).position(HEADER_AT);
        file.putInt(0x1BADB002)
                .putInt(3)
                .putInt(-(0x1BADB002 + 3))
                .put((byte) 0xFA)
                .put((byte) 0xF4);
        change.accept(file);
        return file.array();
    }

    private int[] range(int at) {
        assertThat(ram.read32(at + 8)).isZero();
        assertThat(ram.read32(at + 16)).isZero();
        return new int[] {ram.read32(at), ram.read32(at + 4), ram.read32(at + 12), ram.read32(at + 20)};
    }

    private String string(int at) {
        StringBuilder text = new StringBuilder();
        for (int i = at; ram.read8(i) != 0; i++) text.append((char) ram.read8(i));
        return text.toString();
    }
}
