package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.St;

/** Floating-point errors as a PC/AT reports them: CR0.NE clear, interrupt request 13, port F0. */
class CoprocessorErrorTest {
    private static final int VECTOR = 0x75;
    private static final int HANDLER = 0xB000;

    private final Bare bare = new Bare();

    @BeforeEach
    void interruptsOnRequest13() {
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x11));
            a.emit("mov", Cr.CR0, EAX);
            outs(a, 0x20, 0x11, 0x21, 0x08, 0x21, 0x04, 0x21, 0x01, 0x21, 0xFB);
            outs(a, 0xA0, 0x11, 0xA1, 0x70, 0xA1, 0x02, 0xA1, 0x01, 0xA1, 0xDF);
        });
        bare.gate(VECTOR, Bare.KERNEL_CODE, HANDLER, 0x8E00);
    }

    private static void outs(Assembler a, int... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            a.emit("mov", Reg8.AL, imm(pairs[i + 1]));
            a.emit("out", imm(pairs[i]), Reg8.AL);
        }
    }

    /** 1 / 0 with the exception unmasked. */
    private static void divideByZero(Assembler a) {
        a.emit("fninit");
        a.emit("mov", Mem.absolute(Bare.DATA).dword(), imm(0x37B));
        a.emit("fldcw", Mem.absolute(Bare.DATA).word());
        a.emit("fld1");
        a.emit("fldz");
        a.emit("fdivp", St.ST1, St.ST0);
    }

    @Test
    void theNextWaitingInstructionRequestsAnInterruptAndIsRestarted() {
        bare.assemble(HANDLER, a -> {
            a.emit("inc", EBX);
            a.emit("fnclex");
            outs(a, 0xF0, 0, 0xA0, 0x20, 0x20, 0x20);
            a.emit("iret");
        });
        bare.kernel(a -> {
            a.emit("xor", EBX, EBX);
            a.emit("sti");
            divideByZero(a);
            a.emit("mov", ECX, imm(1));
            a.emit("fld1");
            a.emit("fwait");
            a.emit("cli");
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(1);
        assertThat(bare.vector()).isEqualTo(-1);
    }

    @Test
    void afterAWriteToPortF0FloatingPointGoesOnUntilTheErrorIsGone() {
        bare.assemble(HANDLER, a -> {
            a.emit("inc", EBX);
            outs(a, 0xF0, 0);
            a.emit("fldz");
            a.emit("fwait");
            a.emit("fnclex");
            outs(a, 0xA0, 0x20, 0x20, 0x20);
            a.emit("iret");
        });
        bare.kernel(a -> {
            a.emit("xor", EBX, EBX);
            a.emit("sti");
            divideByZero(a);
            a.emit("fwait");
            divideByZero(a);
            a.emit("fwait");
            a.emit("cli");
        });
        assertThat(bare.machine.register(EBX))
                .as("a second error interrupts again")
                .isEqualTo(2);
    }
}
