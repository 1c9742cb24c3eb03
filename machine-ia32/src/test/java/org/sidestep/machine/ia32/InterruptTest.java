package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;

class InterruptTest {
    private static final int KEYBOARD = 1;
    private static final int VECTOR = 0x20;

    private final Bare bare = new Bare();

    InterruptTest() {
        bare.kernel(a -> {
            // ICW1..4 of the master 8259, then everything but the timer and the keyboard masked.
            int[][] writes = {{0x20, 0x11}, {0x21, VECTOR}, {0x21, 4}, {0x21, 1}, {0x21, 0xFC}};
            for (int[] write : writes) out(a, write[0], write[1]);
            // PIT channel 0: one shot, not started.
            out(a, 0x43, 0x30);
        });
    }

    private static void out(Assembler a, int port, int value) {
        a.emit("mov", Reg8.AL, imm(value));
        a.emit("out", imm(port), Reg8.AL);
    }

    /** Runs {@code code} in ring 0 and pulses the keyboard's line {@code after} instructions from its start. */
    private void runInterrupted(int after, Consumer<Assembler> code) {
        bare.assemble(Bare.CODE, code.andThen(a -> a.emit("hlt")));
        bare.machine.setEip(Bare.CODE);
        long start = bare.machine.instructions();
        bare.machine.interruptAt(start + after, KEYBOARD);
        Stop stop = bare.machine.run(Limits.instructions(start + 10_000));
        assertThat(stop.kind()).isEqualTo(Stop.Kind.HALTED);
    }

    @Test
    void anInterruptArrivesAtTheVeryInstructionAskedFor() {
        for (int after = 1; after < 8; after++) {
            runInterrupted(after, a -> {
                a.emit("xor", EBX, EBX);
                a.emit("mov", ESP, imm(Bare.STACK));
                a.emit("sti");
                for (int i = 0; i < 10; i++) a.emit("inc", EBX);
            });
            assertThat(bare.vector()).isEqualTo(VECTOR + KEYBOARD);
            // One more instruction after STI.
            assertThat(bare.machine.register(EBX)).as("after %d", after).isEqualTo(Math.max(1, after - 3));
            acknowledge();
        }
    }

    private void acknowledge() {
        bare.kernel(a -> out(a, 0x20, 0x20));
    }

    @Test
    void noInterruptComesBetweenLoadingTheStackSegmentAndTheStackPointer() {
        runInterrupted(4, a -> {
            a.emit("mov", EAX, imm(Bare.KERNEL_DATA));
            a.emit("sti");
            a.emit("nop");
            a.emit("mov", Seg.SS, EAX);
            a.emit("mov", ESP, imm(Bare.STACK));
        });
        assertThat(bare.vector()).isEqualTo(VECTOR + KEYBOARD);
        assertThat(bare.machine.register(ESP)).isEqualTo(Bare.STACK - 12);
    }

    @Test
    void aRepeatedInstructionIsInterruptedBetweenIterationsAndGoesOn() {
        bare.gate(VECTOR, Bare.KERNEL_CODE, 0xB000, 0x8E00);
        bare.assemble(0xB000, a -> {
            a.emit("mov", EBX, ECX);
            a.emit("push", EAX);
            out(a, 0x20, 0x20);
            a.emit("pop", EAX);
            a.emit("iret");
        });
        bare.kernel(a -> {
            // One PIT tick is 838 cycles of this machine: in the middle of the copy.
            out(a, 0x40, 1);
            out(a, 0x40, 0);
            a.emit("mov", ESI, imm(0x100000));
            a.emit("mov", EDI, imm(0x200000));
            a.emit("mov", ECX, imm(5000));
            a.emit("sti");
            a.emit("rep movsb");
            a.emit("cli");
        });
        assertThat(bare.machine.register(EBX)).as("ECX in the handler").isBetween(1, 4999);
        assertThat(bare.machine.register(ECX)).isZero();
        assertThat(bare.machine.register(EDI)).isEqualTo(0x200000 + 5000);
    }

    @Test
    void haltWaitsForTheTimer() {
        long before = bare.machine.cycles();
        bare.kernel(a -> {
            out(a, 0x40, 0);
            out(a, 0x40, 4);
            a.emit("sti");
            a.emit("hlt");
        });
        assertThat(bare.vector()).isEqualTo(VECTOR);
        // 1024 ticks of 1.193182 MHz at 1 GHz.
        assertThat(bare.machine.cycles() - before).isBetween(857_000L, 861_000L);
    }

    @Test
    void haltWithInterruptsOffStopsTheMachine() {
        bare.assemble(Bare.CODE, a -> a.emit("hlt"));
        bare.machine.setEip(Bare.CODE);
        assertThat(bare.machine.run(Limits.cycles(Long.MAX_VALUE)).kind()).isEqualTo(Stop.Kind.HALTED);
    }

    @Test
    void theSameInterruptComesAtTheSameCycleInEveryRun() {
        assertThat(cycleOfTimer()).isEqualTo(new InterruptTest().cycleOfTimer());
    }

    private long cycleOfTimer() {
        bare.kernel(a -> {
            out(a, 0x40, 9);
            out(a, 0x40, 0);
            a.emit("sti");
            a.emit("mov", ECX, imm(1_000_000));
            a.bind(a.label("loop"));
            a.emit("dec", ECX);
            a.emit("jne", a.label("loop"));
        });
        assertThat(bare.vector()).isEqualTo(VECTOR);
        return bare.machine.cycles() * 31 + bare.machine.register(ECX);
    }

    @Test
    void anIoInstructionSeesTheDeviceAtItsOwnTime() {
        bare.kernel(a -> {
            a.emit("mov", Reg16.DX, imm(0x3FD));
            a.emit("in", Reg8.AL, Reg16.DX);
        });
        assertThat(bare.machine.register(EAX) & 0x20).as("transmitter empty").isEqualTo(0x20);
    }
}
