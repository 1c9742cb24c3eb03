package org.sidestep.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSegment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.binutils.Binutils;
import org.sidestep.isa.Imm;

class ElfImageTest {

    @TempDir
    Path directory;

    private byte[] image;

    @BeforeEach
    void assemble() {
        Assembler asm = new Assembler();
        asm.section("boot", 0x100000, 0x100000);
        asm.word(new Imm(0x1BADB002));
        asm.bind(asm.label("start"));
        asm.emit("jmp", asm.label("kernel.entry"));
        asm.section("text", 0xF0101000, 0x101000);
        asm.bind(asm.label("kernel.entry"));
        asm.emit("inc", EAX);
        asm.zeroSection("bss", 0xF0200000, 0x200000);
        asm.bind(asm.label("frames"));
        asm.reserve(4096);
        image = ElfImage.of(asm.link(), "start");
    }

    @Test
    void segmentsCarryLinearAndPhysicalAddresses() {
        ElfFile elf = ElfFile.from(image);
        assertThat(elf.e_entry).isEqualTo(0x100004);
        assertThat(elf.e_phnum).isEqualTo((short) 3);
        ElfSegment text = elf.getProgramHeader(1);
        assertThat((int) text.p_vaddr).isEqualTo(0xF0101000);
        assertThat(text.p_paddr).isEqualTo(0x101000);
        ElfSegment bss = elf.getProgramHeader(2);
        assertThat(bss.p_filesz).isZero();
        assertThat(bss.p_memsz).isEqualTo(4096);
    }

    @Test
    void allLabelsAreSymbols() {
        ElfFile elf = ElfFile.from(image);
        assertThat((int) elf.getELFSymbol("kernel.entry").st_value).isEqualTo(0xF0101000);
        assertThat((int) elf.getELFSymbol("frames").st_value).isEqualTo(0xF0200000);
    }

    @Test
    void aMultibootHeaderAtTheStartIsWithinTheFirst8Kilobytes() {
        assertThat(ElfFile.from(image).getProgramHeader(0).p_offset).isLessThan(8192 - 12);
    }

    @Test
    void objdumpDisassemblesTheFileAndReadelfHasNoComplaint() throws IOException {
        Binutils.require();
        Path file = Files.write(directory.resolve("kernel.elf"), image);
        List<String> code = Binutils.run("objdump", "-d", "-M", "intel", file.toString());
        assertThat(code).anyMatch(line -> line.contains("<kernel.entry>:"));
        assertThat(code).anyMatch(line -> line.endsWith("inc    eax"));
        assertThat(Binutils.run("readelf", "-a", file.toString())).noneMatch(line -> line.contains("Warning"));
    }
}
