package org.sidestep.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

class ListingTest {

    private static final Struct TCB = Struct.upwards("tcb", 0);
    private static final Field STATE = TCB.word("state");
    private static final Field PARTNER = TCB.word("partner");

    private static final class Kernel extends Code {
        Kernel(Assembler asm) {
            super(asm);
        }

        void emit() {
            routine("ipc.fast", "in      EAX to\nholds   EBX current");
            phase("guards");
            test(ESI, 0x3F);
            exitIf(NZ, label("ipc.slow"), "typed items or flags");
            mov(EBX.at(STATE), label("ipc.slow"));
            mov(EAX, EBX.at(PARTNER).plus(4));
            asm.align(4);
            routine("ipc.slow", "");
            ret();
            routine("other", "");
            asm.word(label("ipc.fast"));
        }
    }

    private static String listing(String prefix) {
        return Listing.of(emitted(new Assembler()), prefix)
                .replaceAll("ListingTest.java:\\d+", "L")
                .replaceAll(" +", " ");
    }

    private static Program emitted(Assembler asm) {
        asm.section("text", 0xF0000000, 0x100000);
        new Kernel(asm).emit();
        return asm.link();
    }

    @Test
    void showsContractsPhasesLabelsFieldsAndRemarks() {
        assertThat(listing("ipc")).isEqualTo("""
                        ; section text at f0000000, loaded at 00100000, 25 bytes

                        ; ipc.fast
                        ; in EAX to
                        ; holds EBX current
                        ipc.fast:
                         ; -- guards
                        f0000000 f7 c6 3f 00 00 00 test esi,0x3f L
                        f0000006 75 0c jne ipc.slow L ; typed items or flags
                        f0000008 c7 03 14 00 00 f0 mov DWORD PTR [ebx+tcb.state],ipc.slow L
                        f000000e 8b 43 08 mov eax,DWORD PTR [ebx+tcb.partner+4] L
                        f0000011 0f 1f 00 nop DWORD PTR [eax] L

                        ; ipc.slow
                        ipc.slow:
                        f0000014 c3 ret L
                        """);
    }

    @Test
    void aProgramWithoutSourcesHasTheSameBytesAndRefusesToSayWhereALineComesFrom() {
        Program with = emitted(new Assembler());
        Program without = emitted(Assembler.withoutSources());
        assertThat(ElfImage.of(without, "ipc.fast")).isEqualTo(ElfImage.of(with, "ipc.fast"));
        assertThat(without.lines()).extracting(Program.Line::text).isEqualTo(texts(with));
        assertThatThrownBy(() -> Listing.of(without, "ipc"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("assembled without lines of source");
    }

    private static List<String> texts(Program program) {
        return program.lines().stream().map(Program.Line::text).toList();
    }

    @Test
    void thePrefixSelectsRoutines() {
        assertThat(listing("other")).contains(".long ipc.fast").doesNotContain("tcb");
        assertThat(listing("none")).isEmpty();
    }
}
