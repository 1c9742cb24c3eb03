package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;

import org.junit.jupiter.api.Test;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;

class ExceptionTest {
    private final Bare bare = new Bare();

    @Test
    void anInterruptFromRing3SwitchesToTheStackInTheTss() {
        bare.gate(0x30, Bare.KERNEL_CODE, Bare.HANDLERS + 0x30, 0xEE00);
        bare.user(0x246, a -> a.emit("int", imm(0x30)));
        assertThat(bare.vector()).isEqualTo(0x30);
        assertThat(bare.machine.cpl()).isZero();
        assertThat(bare.machine.register(ESP)).isEqualTo(Bare.KERNEL_STACK - 20);
        assertThat(bare.machine.selector(Seg.SS)).isEqualTo(Bare.KERNEL_DATA);
        assertThat(bare.pushed(0)).as("EIP behind INT").isEqualTo(Bare.CODE + 2);
        assertThat(bare.pushed(1)).isEqualTo(Bare.USER_CODE);
        assertThat(bare.pushed(2)).as("EFLAGS").isEqualTo(0x246);
        assertThat(bare.pushed(3)).isEqualTo(Bare.STACK);
        assertThat(bare.pushed(4)).isEqualTo(Bare.USER_DATA);
        assertThat(bare.machine.eflags() & Eflags.IF).isZero();
    }

    @Test
    void aTrapGateLeavesInterruptsEnabled() {
        bare.gate(0x30, Bare.KERNEL_CODE, 0xB000, 0xEF00);
        bare.assemble(0xB000, a -> {
            a.emit("pushf");
            a.emit("cli");
            a.emit("pop", EBX);
            a.emit("hlt");
        });
        bare.user(0x202, a -> a.emit("int", imm(0x30)));
        assertThat(bare.machine.register(EBX) & Eflags.IF).isNotZero();
    }

    @Test
    void ring3MayNotCallAGateOfRing0() {
        bare.user(a -> a.emit("int", imm(0x40)));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).as("the gate, in the IDT").isEqualTo(0x40 * 8 + 2);
        assertThat(bare.pushed(1)).as("EIP at INT").isEqualTo(Bare.CODE);
    }

    @Test
    void aGateThatIsNotPresentIsNamedInTheErrorCode() {
        bare.gate(0x30, Bare.KERNEL_CODE, 0, 0x6E00);
        bare.user(a -> a.emit("int", imm(0x30)));
        assertThat(bare.vector()).isEqualTo(11);
        assertThat(bare.pushed(0)).isEqualTo(0x30 * 8 + 2);
    }

    @Test
    void iretReturnsToRing3AndDropsKernelSegments() {
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(Bare.KERNEL_DATA));
            a.emit("mov", Seg.FS, EAX);
        });
        bare.user(a -> a.emit("nop"));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(2)).isEqualTo(Bare.USER_CODE);
        assertThat(bare.machine.selector(Seg.FS)).isZero();
        assertThat(bare.machine.selector(Seg.DS)).isEqualTo(Bare.USER_DATA);
    }

    @Test
    void iretInRing3CannotEnableInterruptsOrRaiseIopl() {
        bare.user(a -> {
            a.emit("push", imm(Eflags.IF | Eflags.IOPL | Eflags.CF | 2));
            a.emit("push", imm(Bare.USER_CODE));
            a.emit("push", imm(Bare.CODE + 0x40));
            a.emit("iret");
            a.align(0x40);
        });
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(3) & 0xFFFF).isEqualTo(Eflags.CF | 2);
    }

    @Test
    void divisionByZeroRestartsAtTheDivision() {
        bare.kernel(a -> {
            a.emit("xor", ECX, ECX);
            a.emit("mov", EDX, imm(5));
            a.emit("div", ECX);
        });
        assertThat(bare.vector()).isZero();
        assertThat(bare.pushed(0)).isEqualTo(Bare.CODE + 7);
        assertThat(bare.machine.register(EDX)).isEqualTo(5);
    }

    @Test
    void aFaultInDeliveringAFaultIsADoubleFault() {
        bare.gate(13, 0x80, 0, 0x8E00);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x108));
            a.emit("mov", Seg.FS, EAX);
        });
        assertThat(bare.vector()).isEqualTo(8);
        assertThat(bare.pushed(0)).isZero();
        assertThat(bare.pushed(1)).as("EIP of the first fault").isEqualTo(Bare.CODE + 5);
    }

    @Test
    void aPageFaultOnTheStackOfAPageFaultEndsInATripleFault() {
        bare.paged();
        bare.assemble(Bare.CODE, a -> {
            a.emit("mov", ESP, imm(0x600000));
            a.emit("mov", EAX, Mem.absolute(0x500000));
        });
        Stop stop = run();
        assertThat(stop.kind()).isEqualTo(Stop.Kind.TRIPLE_FAULT);
        assertThat(stop.reason())
                .contains("#PF page fault at 00500000, error code 0; its delivery raised #PF page fault at 005ffffc")
                .contains("; its delivery raised #DF");
    }

    private Stop run() {
        bare.machine.setEip(Bare.CODE);
        return bare.machine.run(Limits.instructions(bare.machine.instructions() + 1000));
    }

    @Test
    void aTripleFaultStopsWithAnExplanation() {
        bare.assemble(Bare.CODE, a -> {
            a.emit("lidt", Mem.absolute(Bare.DATA));
            a.emit("mov", EBX, imm(0x1234));
            a.emit("ud2");
        });
        Stop stop = run();
        assertThat(stop.kind()).isEqualTo(Stop.Kind.TRIPLE_FAULT);
        assertThat(stop.reason())
                .startsWith("triple fault at 0001000c: #UD invalid opcode; its delivery raised #GP")
                .contains("#DF double fault", "ebx=00001234", "0001000c", "mov    ebx,0x1234");
    }

    @Test
    void theTrapFlagTrapsAfterEachInstruction() {
        bare.user(Eflags.TF | 2, a -> {
            a.emit("mov", EAX, imm(1));
            a.emit("mov", EBX, imm(2));
        });
        assertThat(bare.vector()).isEqualTo(1);
        assertThat(bare.pushed(0)).isEqualTo(Bare.CODE + 5);
        assertThat(bare.pushed(2) & Eflags.TF).isNotZero();
        assertThat(bare.machine.eflags() & Eflags.TF).isZero();
    }

    @Test
    void aFaultingMemoryOperandOfPopRestoresEsp() {
        bare.paged();
        bare.kernel(a -> a.emit("pop", Mem.absolute(0x500000).dword()));
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.machine.control(Cr.CR2)).isEqualTo(0x500000);
        assertThat(bare.machine.register(ESP)).isEqualTo(Bare.STACK - 16);
    }

    @Test
    void boundAndIntoRaiseTheirExceptions() {
        bare.words(Bare.DATA, 10, 20);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(21));
            a.emit("bound", EAX, Mem.absolute(Bare.DATA));
        });
        assertThat(bare.vector()).isEqualTo(5);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x7FFFFFFF));
            a.emit("inc", EAX);
            a.emit("into");
        });
        assertThat(bare.vector()).isEqualTo(4);
    }
}
