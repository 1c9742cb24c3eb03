package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classic mistakes of a first kernel are called by their name, in the first line of what a bad end prints. */
class MistakesTest extends Booting {

    private String firstLine() {
        return err.toString().lines().findFirst().orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f01-sti-no-idt | no IDT loaded: interrupts are enabled, and IRQ 0 came as vector 08",
                "f03-paging-no-identity | no identity map: paging was switched on at",
                "f04-irq0-as-double-fault | the PIC is not remapped: IRQ 0 came as vector 8",
                "f05-errcode-not-popped | error code not popped: the handler of #GP general protection returns at",
                "f07-return-from-start | a return without a caller",
                "f08-bios-int-in-pm | BIOS call in protected mode: INT 10",
                "f09-ring3-no-tss | ring 3 without a TSS",
                "f10-cli-hlt | hlt with interrupts disabled",
                "f11-gdt-limit-short | GDT limit too short: selector 0028"
            })
    void theFirstLineNamesTheMistake(String guest, String mistake) {
        guest(guest);

        assertThat(boot(guest, "--max-cycles", "60000000")).isIn(3, 4);
        assertThat(firstLine()).startsWith("sidestep: " + mistake);
    }

    /** Where a loader leaves flat segments at 08 and 10, as many do, this runs to its HLT. */
    @Test
    void aGateWithoutAGdtIsToldUnlessTheLoaderHasLeftOne() {
        guest("f02-idt-no-gdt");

        assertThat(boot("f02-idt-no-gdt")).isEqualTo(4);
        assertThat(firstLine()).containsAnyOf("no GDT loaded: selector 0008", "hlt with interrupts disabled");
    }

    @Test
    void aKernelThatTakesItsFaultsOnPurposeIsAccusedOfNothing() {
        guest("faults-on-purpose");

        assertThat(boot("faults-on-purpose", "--max-cycles", "3000000")).isEqualTo(3);
        assertThat(firstLine()).startsWith("sidestep: reached the limit of 3000000 cycles");
    }

    @Test
    void aHigherHalfKernelThatJumpsBeforePagingIsTold() throws Exception {
        kernel("high", asm -> {
            asm.emit("mov", EAX, imm(0xC0100000));
            asm.emit("jmp", EAX);
        });

        assertThat(boot("high")).isEqualTo(4);
        assertThat(firstLine()).contains("c0100000", "paging is off", "higher half");
    }
}
