package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Kernels such as others write, with what they rightly expect of a PC and of a boot loader. */
class GuestCasesTest extends Booting {

    @Test
    void aGuestInAssemblyLanguageIsBooted() {
        guest("f10-cli-hlt");

        assertThat(boot("f10-cli-hlt")).isEqualTo(4);
        assertThat(err.toString()).contains("hlt");
    }

    @Test
    void aLinkedGuestIsBooted() {
        linkedGuest("higher-half", 0x100000);

        assertThat(boot("higher-half")).isEqualTo(4);
        assertThat(err.toString()).contains("hlt");
    }
}
