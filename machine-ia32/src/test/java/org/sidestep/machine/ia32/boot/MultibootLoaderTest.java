package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.BootSource;
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
        assertThat(ram.read32(info)).isEqualTo(0x24D);
        assertThat(ram.read32(info + 4)).isEqualTo(639);
        assertThat(ram.read32(info + 8)).isEqualTo(3 * 1024);
        assertThat(string(ram.read32(info + 16))).isEqualTo("kernel quiet");
        assertThat(string(ram.read32(info + 64))).isEqualTo("Sidestep");
    }

    @Test
    void theMemoryMapIsThatOfAPc() {
        int info = load(image(file -> {})).ebx();
        int map = ram.read32(info + 48);

        assertThat(ram.read32(info + 44)).isEqualTo(6 * 24);
        assertThat(range(map)).containsExactly(20, 0, 0x9FC00, 1);
        assertThat(range(map + 24)).containsExactly(20, 0x9FC00, 0x400, 2);
        assertThat(range(map + 48)).containsExactly(20, 0xE0000, 0x20000, 2);
        assertThat(range(map + 72)).containsExactly(20, MEGABYTE, 3 * MEGABYTE, 1);
        assertThat(range(map + 96)).containsExactly(20, 0xFEC00000, 0x201000, 2);
    }

    @Test
    void modulesFollowTheInformationEachOnAPageOfItsOwn() {
        var one = new BootSource.Module(new BootSource.Image("one", new byte[] {1, 2, 3}), "first module");
        var empty = new BootSource.Module(new BootSource.Image("two", new byte[0]), "");
        var three = new BootSource.Module(new BootSource.Image("three", new byte[5000]), "third");

        int info = load(image(file -> {}), List.of(one, empty, three)).ebx();

        assertThat(ram.read32(info) & 8).isEqualTo(8);
        assertThat(ram.read32(info + 20)).isEqualTo(3);
        int list = ram.read32(info + 24);
        assertThat(ram.read32(list)).isEqualTo(0x104000);
        assertThat(ram.read32(list + 4)).isEqualTo(0x104003);
        assertThat(string(ram.read32(list + 8))).isEqualTo("first module");
        assertThat(ram.copy(0x104000, 4)).containsExactly(1, 2, 3, 0);
        assertThat(ram.read32(list + 16)).isEqualTo(0x105000).isEqualTo(ram.read32(list + 20));
        assertThat(ram.read32(list + 32)).isEqualTo(0x105000);
        assertThat(ram.read32(list + 36)).isEqualTo(0x105000 + 5000);
        assertThat(string(ram.read32(list + 40))).isEqualTo("third");
    }

    @Test
    void modulesThatDoNotFitAreRefusedBeforeAnythingIsWritten() {
        var huge = new BootSource.Module(new BootSource.Image("huge", new byte[4 * MEGABYTE]), "");

        assertThatThrownBy(() -> load(image(file -> {}), List.of(huge)))
                .isInstanceOf(BadImage.class)
                .hasMessageContaining("give the machine more memory");
        assertThat(ram.copy(0, ram.size())).containsOnly(0);
    }

    @Test
    void theAddressFieldsOfTheHeaderLoadAFileOfAnyFormat() {
        byte[] flat = flat(0x100010, 0x100000, 0x100038, 0x100100, 0x100034);
        ram.fill(0x100000, 0x200, (byte) 0x55);

        MultibootLoader.Entry entry = load(flat);

        assertThat(entry).isEqualTo(new MultibootLoader.Entry(0x100034, 0x101000));
        assertThat(ram.read32(0x100010)).isEqualTo(0x1BADB002);
        assertThat(ram.read32(0x100034)).isEqualTo(0xF4F4F4F4);
        assertThat(ram.read32(0x100038)).as("not loaded, but of the bss").isZero();
        assertThat(ram.read8(0x100100)).as("behind the bss").isEqualTo(0x55);
    }

    @Test
    void addressFieldsThatContradictTheFileAreRefused() {
        refused("header_addr and load_addr", flat(0x100010, 0x200000, 0, 0, 0x200000));
        refused("load_end_addr lies outside", flat(0x100010, 0x100000, 0x100100, 0, 0x100034));
        refused("bss_end_addr lies inside", flat(0x100010, 0x100000, 0x100038, 0x100020, 0x100034));
        refused("entry point 0x42 lies outside", flat(0x100010, 0x100000, 0, 0, 0x42));
    }

    /** No ELF file: 16 bytes, a header with address fields, and a few instructions at offset 52. */
    private static byte[] flat(int headerAddress, int load, int loadEnd, int bssEnd, int entry) {
        ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).position(16);
        file.putInt(0x1BADB002).putInt(0x10003).putInt(-(0x1BADB002 + 0x10003));
        file.putInt(headerAddress).putInt(load).putInt(loadEnd).putInt(bssEnd).putInt(entry);
        return file.putLong(52, 0xF4F4F4F4_F4F4F4F4L).array();
    }

    @Test
    void aScreenIsDescribedToAKernelThatAsksForAVideoMode() {
        int info = load(image(flags(4))).ebx();

        assertThat(ram.read32(info) & 0x1000).isEqualTo(0x1000);
        assertThat(ram.read32(info + 88)).isEqualTo(0xB8000);
        assertThat(ram.read32(info + 96)).isEqualTo(160);
        assertThat(ram.read8(info + 109)).isEqualTo(2);
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
                "segment at physical 0xfff00000..0xfff00500, outside the memory of 0x400000 bytes",
                file -> file.putInt(84 + 12, 0xFFF00000));
        refused("segment at physical 0x0..", file -> file.putInt(52 + 12, 0));
        refused("lies where a PC has its interrupt vectors and BIOS data", file -> file.putInt(52 + 12, 0x4F0));
        refused("lies where a PC has its BIOS data, adapters and ROM", file -> file.putInt(52 + 12, 0xF_0000));
        refused("link the kernel to 0x100000 or above", file -> file.putInt(52 + 12, 0x9_FBFF));
        refused("the entry point 0x42 lies in no segment", file -> file.putInt(24, 0x42));
        refused("no Multiboot header", file -> file.putInt(HEADER_AT, 0));
        refused("wrong checksum", file -> file.putInt(HEADER_AT + 8, 0));
        refused("unknown features (flags 0x8)", flags(8));
        refused("address fields of the Multiboot header are incomplete", flags(0x10000));
        refused("modules and Multiboot information", file -> file.putInt(84 + 20, 2 * MEGABYTE - 0x2000 + MEGABYTE));
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
        refused(message, image(change));
    }

    private void refused(String message, byte[] file) {
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(BadImage.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static Consumer<ByteBuffer> flags(int flags) {
        return file -> file.putInt(HEADER_AT + 4, flags).putInt(HEADER_AT + 8, -(0x1BADB002 + flags));
    }

    private MultibootLoader.Entry load(byte[] file) {
        return load(file, List.of());
    }

    private MultibootLoader.Entry load(byte[] file, List<BootSource.Module> modules) {
        var kernel = new BootSource.Image("kernel", file);
        return MultibootLoader.load(new BootSource.Multiboot(kernel, "kernel quiet", modules), false, ram);
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
