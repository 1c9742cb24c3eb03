package org.sidestep.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.machine.BadImage;

/** Executables as others build them, and files that are none. */
class ElfFileTest {

    private static final long SEED = 1;
    private static final int MUTANTS = 20_000;

    private static byte[] program() {
        Assembler asm = new Assembler();
        asm.section("text", 0x400000, 0x400000);
        asm.bind(asm.label("_start"));
        asm.emit("nop");
        asm.bind(asm.label("turn"));
        asm.emit("nop");
        asm.zeroSection("bss", 0x500000, 0x500000);
        asm.bind(asm.label("stack"));
        asm.reserve(0x1000);
        return ElfImage.of(asm.link(), "_start");
    }

    @Test
    void symbolsAreTheProgramsInOrderOfTheirAddresses() {
        ElfFile elf = ElfFile.read(program());
        assertThat(elf.symbols().entrySet().stream().map(Object::toString))
                .containsExactly("_start=4194304", "turn=4194305", "stack=5242880");
        assertThat(elf.executable().entry()).isEqualTo(0x400000);
        assertThat(elf.executable().segments()).hasSize(2);
    }

    @Test
    void whateverAFileHoldsItIsReadOrRefusedAndNothingElseHappens() {
        byte[] program = program();
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = program.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            try {
                ElfFile elf = ElfFile.read(mutant);
                elf.executable();
                elf.symbols();
            } catch (BadImage e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(MUTANTS / 100, MUTANTS - 1);
    }

    @Test
    void aFileThatEndsInItsHeadersIsRefused() {
        byte[] program = program();
        for (int length = 0; length <= 100; length++) {
            byte[] cut = Arrays.copyOf(program, length);
            assertThatThrownBy(() -> ElfFile.read(cut).executable())
                    .as("%d bytes", length)
                    .isInstanceOf(BadImage.class);
        }
    }
}
