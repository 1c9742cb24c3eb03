package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;

/** What a shutdown says of the error code that began it. The classic mistakes of kernels are booted in the lab's tests. */
class DiagnosisTest {
    private static final int GATE_ABSENT = 0x0E00;

    private final Bare bare = new Bare();

    /** Nobody handles what the code raises. */
    private Optional<String> unhandled(Consumer<Assembler> code) {
        for (int vector = 8; vector < 15; vector++) bare.gate(vector, Bare.KERNEL_CODE, Bare.HANDLERS, GATE_ABSENT);
        bare.assemble(Bare.CODE, code);
        bare.machine.setEip(Bare.CODE);
        Stop stop = bare.machine.run(Limits.instructions(bare.machine.instructions() + 1000));
        assertThat(stop.kind()).isEqualTo(Stop.Kind.TRIPLE_FAULT);
        return ((BootedMachine) bare.machine).diagnosis();
    }

    private Optional<String> load(int selector) {
        return unhandled(a -> {
            a.emit("mov", EAX, imm(selector));
            a.emit("mov", Seg.DS, EAX);
        });
    }

    @Test
    void anAbsentSegmentIsNamedWithItsTableAndEntry() {
        bare.words(Bare.GDT + Bare.FREE, 0xFFFF, 0x00CF1300);
        assertThat(load(Bare.FREE)).hasValue("selector 0030, at 00010005, is entry 6 of the GDT, which is not present");
    }

    @Test
    void anEmptyEntryAndAnUnfitTypeAreToldApart() {
        assertThat(load(Bare.FREE).orElseThrow()).endsWith("is entry 6 of the GDT, which is empty");
        bare.words(Bare.GDT + Bare.FREE, 0xFFFF, 0x00CF9900);
        assertThat(load(Bare.FREE).orElseThrow())
                .endsWith("a code segment of level 0, and its type or level does not fit");
    }

    @Test
    void aSelectorBeyondTheTableIsToldTheLimit() {
        assertThat(load(0x108).orElseThrow())
                .startsWith("GDT limit too short: selector 0108")
                .contains("limit 00ff");
        assertThat(load(0x0C).orElseThrow()).startsWith("no LDT loaded: selector 000c");
    }

    @Test
    void aVectorWithoutHandlerIsNamed() {
        bare.words(Bare.IDT + 8 * 0x30, 0, 0);
        assertThat(unhandled(a -> a.emit("int", imm(0x30))))
                .hasValue("the IDT's entry for vector 30 is empty: there is no handler");
    }

    @Test
    void aStackThatGrowsIntoAnAbsentPageIsAnOverflow() {
        bare.words(Bare.TABLE + 4 * 0x300, 0);
        bare.paged();
        assertThat(unhandled(a -> {
                            a.emit("mov", ESP, imm(0x301004));
                            a.emit("push", EAX);
                            a.emit("push", EAX);
                        })
                        .orElseThrow())
                .startsWith("stack overflow: the stack, at 00301000");
    }

    @Test
    void aNullPointerIsNoStackOverflow() {
        bare.words(Bare.TABLE + 4 * 0x300, 0);
        bare.paged();
        assertThat(unhandled(a -> a.emit("mov", EAX, Mem.absolute(0x300000)))).isEmpty();
    }
}
