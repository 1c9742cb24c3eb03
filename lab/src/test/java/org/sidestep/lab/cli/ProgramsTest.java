package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;

/** Root tasks that others have built: into an image, into a machine, into an experiment. */
class ProgramsTest extends Booting {

    private static final int KIP = 0xBFF00000;
    private static final int BOOT_INFO = 0xB8;
    private static final int ROOT = 0x400000;

    private static final int E_ENTRY = 24;
    private static final int E_PHOFF = 28;
    private static final int EI_CLASS = 4;
    private static final int FIRST_SEGMENT = 52;
    private static final int P_VADDR = FIRST_SEGMENT + 8;
    private static final int P_PADDR = FIRST_SEGMENT + 12;
    private static final int P_OFFSET = FIRST_SEGMENT + 4;
    private static final int P_FILESZ = FIRST_SEGMENT + 16;
    private static final int P_MEMSZ = FIRST_SEGMENT + 20;

    private void program(String name, int address, Consumer<Assembler> code) throws IOException {
        Assembler asm = new Assembler();
        asm.section("program", address, address);
        asm.bind(asm.label("_start"));
        code.accept(asm);
        Files.write(directory.resolve(name), ElfImage.of(asm.link(), "_start"));
    }

    private void hello(int address) throws IOException {
        program("root", address, asm -> {
            print(asm, "hello");
            out(asm, EXIT, 0);
        });
    }

    private void patch(int at, int value) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve("root"));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        Files.write(directory.resolve("root"), file);
    }

    @ParameterizedTest
    @CsvSource({"0x400000, strict", "0x800000, lazy", "0x2000000, strict", "0xD000000, lazy"})
    void aProgramRunsWhereItIsLinkedTo(String address, String policy) throws IOException {
        hello(Integer.decode(address));

        assertThat(image("--root", path("root"), "ipc=" + policy)).isZero();
        assertThat(boot("image", "--serial")).isZero();

        assertThat(serial()).endsWith("\nhello");
    }

    @Test
    void itFindsItsModulesThroughTheBootInformation() throws IOException {
        Files.writeString(directory.resolve("m1"), "module one\0");
        Files.writeString(directory.resolve("m2"), "module two\0");
        readsModules();

        image("--root", path("root"), "--module", path("m1") + ":first: one", "--module", path("m2"));
        assertThat(boot("image", "--serial")).isZero();

        assertThat(serial()).endsWith("\nfirst: one|module one|%s|module two|".formatted(path("m2")));
    }

    private void readsModules() throws IOException {
        program("root", ROOT, asm -> {
            asm.emit("mov", EBX, Mem.absolute(KIP + BOOT_INFO));
            asm.emit("add", EBX, Mem.base(EBX, 12));
            for (int i = 0; i < 2; i++) {
                asm.emit("mov", ECX, Mem.base(EBX, 20));
                asm.emit("add", ECX, EBX);
                shown(asm, ECX);
                asm.emit("mov", ECX, Mem.base(EBX, 12));
                shown(asm, ECX);
                asm.emit("add", EBX, Mem.base(EBX, 8));
            }
            out(asm, EXIT, 0);
            asm.bind(asm.label("pointer"));
            asm.word(imm(0));
        });
    }

    private static void shown(Assembler asm, Reg32 address) {
        Mem pointer = Mem.at(asm.label("pointer")).dword();
        asm.emit("mov", pointer, address);
        string(asm, pointer);
    }

    /** It needs no message: who is sigma0 can map for itself, and has no ports. */
    @Test
    void anotherSigma0TakesTheKernelsPlace() throws IOException {
        hello(ROOT);
        Files.move(directory.resolve("root"), directory.resolve("kept"));
        program("root", 0x900000, asm -> {
            asm.bind(asm.label("again"));
            asm.emit("mov", ECX, Mem.absolute(0x2000000));
            asm.emit("jmp", asm.label("again"));
        });

        image("--root", path("kept"), "--sigma0", path("root"));
        boot("image", "--max-cycles", "30000000", "--serial");

        assertThat(serial()).as("nobody answers the root task's page faults").doesNotContain("hello");
    }

    @Test
    void theKernelAloneSaysWhatItLacks() throws IOException {
        assertThat(image("--alone")).isZero();
        assertThat(boot("image", "--serial")).isEqualTo(4);
        assertThat(serial()).endsWith("Sidestep: no root task\r\n");
    }

    @Test
    void whatIsNoProgramIsRefused() throws IOException {
        Files.writeString(directory.resolve("root"), "#!/bin/sh\n");
        refused("not an ELF file");
        hello(ROOT);
        patch(EI_CLASS, 0x010102);
        refused("not a 32-bit ELF file (class 2)");
        hello(ROOT);
        patch(E_ENTRY, 0x500000);
        refused("the entry point 0x500000 lies in no segment");
        hello(ROOT);
        patch(P_PADDR, 0x500000);
        refused("segment at 0x400000 is to be loaded at physical 0x500000");
        hello(ROOT);
        patch(P_MEMSZ, 0x7FFFFFFF);
        refused("programs belong between 0x400000");
        hello(0x200000);
        refused("segment at 0x200000..", "below which the kernel is");
        Files.delete(directory.resolve("root"));
        refused("no such file");
    }

    @Test
    void programsThatShareMemoryAreRefused() throws IOException {
        hello(ROOT);
        refused(
                List.of("--sigma0", path("root")),
                "the root task at 0x400000..0x401000 and sigma0 at 0x400000..0x401000");
    }

    @Test
    void optionsThatDoNotGoTogetherAreRefused() throws IOException {
        hello(ROOT);
        assertThat(image("--sigma0", path("root"))).isEqualTo(2);
        assertThat(err.toString()).contains("--sigma0 and --module are for a root task");
        refused(List.of("--alone"), "--alone has no root task");
        refused(List.of("--module", path("m;n")), "a semicolon");
        refused(List.of("--module", path("missing")), "elf.modules: " + path("missing") + ": no such file");
    }

    @ParameterizedTest
    @CsvSource({"0x400000, strict", "0x800000, lazy", "0x2000000, strict"})
    void byMultibootTheFirstModuleIsTheRootTask(String address, String policy) throws IOException {
        hello(Integer.decode(address));
        image("--alone", "ipc=" + policy);

        assertThat(boot("image", "--memory", "64", "--module", path("root"), "--serial"))
                .isZero();

        assertThat(serial()).endsWith("\nhello");
    }

    @Test
    void byMultibootTheOtherModulesAreInTheBootInformation() throws IOException {
        Files.writeString(directory.resolve("m1"), "module one\0");
        Files.writeString(directory.resolve("m2"), "module two\0");
        readsModules();
        image("--alone");

        boot(
                "image",
                "--module",
                path("root"),
                "--module",
                path("m1") + ":first: one",
                "--module",
                path("m2"),
                "--serial");

        assertThat(serial()).endsWith("\nfirst: one|module one|%s|module two|".formatted(path("m2")));
    }

    @Test
    void byMultibootAModuleThatIsCalledSigma0IsSigma0() throws IOException {
        program("other", 0x900000, asm -> {
            asm.bind(asm.label("again"));
            asm.emit("jmp", asm.label("again"));
        });
        hello(ROOT);
        image("--alone");

        boot(
                "image",
                "--module",
                path("other") + ":boot/sigma0 verbose",
                "--module",
                path("root"),
                "--max-cycles",
                "60000000",
                "--serial");
        assertThat(serial())
                .as("nobody answers page faults")
                .doesNotContain("hello")
                .doesNotContain("Sidestep: ");

        boot("image", "--module", path("root") + ":sigma0", "--serial");
        assertThat(serial()).endsWith("Sidestep: no root task: the only module is sigma0\r\n");
    }

    @Test
    void byMultibootAModuleThatIsNoProgramEndsTheBootWithAReason() throws IOException {
        image("--alone");
        Files.writeString(directory.resolve("root"), "#!/bin/sh\n".repeat(10));
        stops("no ELF file");
        hello(ROOT);
        patch(EI_CLASS, 0x010102);
        stops("not 32-bit, little-endian");
        hello(ROOT);
        patch(E_ENTRY, 0x500000);
        stops("the entry lies outside");
        hello(ROOT);
        patch(P_PADDR, 0x500000);
        stops("linked to other addresses than it is to be loaded to");
        hello(ROOT);
        patch(P_MEMSZ, 0x7FFFFFFF);
        stops("it does not lie in free memory");
        hello(ROOT);
        patch(P_MEMSZ, -1);
        stops("a segment reaches beyond all memory");
        hello(ROOT);
        patch(P_FILESZ, 0x7FFFFFF);
        stops("a segment is larger in the file than in memory");
        hello(ROOT);
        patch(P_OFFSET, 0x7FFFFFF);
        stops("truncated");
        hello(ROOT);
        patch(E_PHOFF, 0x7FFFFFF);
        stops("truncated");
        hello(0x200000);
        stops("it does not lie in free memory");
    }

    /** Its headers with a few bytes changed: loaded or refused, but the kernel says so itself. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aHostileModuleHarmsNothing(long seed) throws IOException {
        image("--alone");
        hello(ROOT);
        byte[] file = Files.readAllBytes(directory.resolve("root"));
        Random random = new Random(seed);
        for (int i = 0; i < 3; i++) file[16 + random.nextInt(52)] = (byte) random.nextInt(256);
        Files.write(directory.resolve("root"), file);

        int code = boot("image", "--module", path("root"), "--max-cycles", "30000000", "--serial");

        if (code == 4) {
            assertThat(err.toString()).contains("cli; hlt").doesNotContain("triple fault");
            assertThat(serial())
                    .satisfiesAnyOf(
                            text -> assertThat(text).contains("Sidestep: the module of sigma0 or root task: "),
                            text -> assertThat(text).endsWith("priority-rr\r\n"));
        }
        assertThat(code).isIn(0, 3, 4);
    }

    private void stops(String reason) throws IOException {
        assertThat(boot("image", "--module", path("root"), "--serial")).isEqualTo(4);
        assertThat(serial()).contains("Sidestep: the module of sigma0 or root task: " + reason);
    }

    private void refused(String... parts) {
        refused(List.of(), parts);
    }

    private void refused(List<String> options, String... parts) {
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("--root", path("root")));
        all.addAll(options);
        assertThat(image(all.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString()).contains(parts).doesNotContain("\tat ");
        assertThat(directory.resolve("image")).doesNotExist();
    }
}
