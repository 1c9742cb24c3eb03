package org.sidestep.machine.ia32.emulator;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;

/** The pieces of code that cases run. */
final class Snippets extends Code {
    Snippets(Assembler asm) {
        super(asm);
    }

    void emit() {
        for (Seg segment : Seg.values()) if (segment != Seg.CS) snippet("mov." + segment.text(), "mov", segment, EAX);
        far("far.jmp", "jmp", 6);
        far("far.call", "call", 6);
        far("far.call16", "call", 4);
        snippet("int", "int", imm(Layout.TEST_VECTOR));
        snippet("int3", "int3");
        snippet("ud2", "ud2");
        snippet("retf", "retf");
        snippet("retfw", "retfw");
        snippet("retf.release", "retf", imm(8));
        snippet("iret", "iret");
        snippet("iretw", "iretw");
        snippet("read", "mov", ECX, Mem.base(EBX, 0));
        snippet("write", "mov", Mem.base(EBX, 0), EAX);
        snippet("update", "xchg", Mem.base(EBX, 0), EAX);
        snippet("execute", "jmp", EBX);
        snippet("lldt", "lldt", Reg16.AX);
        snippet("ltr", "ltr", Reg16.AX);
        snippet("popf", "popf");
        snippet("popfw", "popfw");
        snippet("divide", "div", Reg8.AH);
        here("int.inner");
        op("int", imm(Layout.TEST_VECTOR));
        op("nop");
        end();
        here("pop.ss");
        push(Seg.SS);
        pop(Seg.SS);
        mov(EAX, EBX);
        end();
        here("steps");
        op("nop");
        mov(EAX, Mem.base(EBX, 0));
        mov(Mem.base(EBX, 0), EAX);
        push(EAX);
        op("fld1");
        end();
        strings("rep stosb");
        strings("rep movsd");
        strings("repe cmpsb");
        strings("repne scasb");
        snippet("out", "out", imm(0x80), Reg8.AL);
        snippet("in", "in", Reg8.AL, Reg16.DX);
        snippet("mov.dr", "mov", EAX, Dr.DR7);
        snippet("mov.dr4", "mov", EAX, Dr.DR4);
        snippet("hlt", "hlt");
        here("far.call.twice");
        for (int i = 0; i < 2; i++) op("call", Mem.absolute(Layout.SCRATCH).sized(6));
        end();
        here("query");
        xor(ECX, ECX);
        xor(EDX, EDX);
        query("lar", ECX, EAX);
        query("lsl", EDX, EAX);
        query("verr", Reg16.AX);
        query("verw", Reg16.AX);
        end();
    }

    private void strings(String mnemonic) {
        here(mnemonic);
        mov(EDI, Layout.LOW_CODE + 4);
        mov(ESI, Layout.LOW_CODE);
        mov(ECX, 3);
        op(mnemonic);
        end();
    }

    /** Keeps ZF of each query as a bit of EBX. */
    private void query(String mnemonic, Operand... operands) {
        op(mnemonic, operands);
        op("setz", Reg8.AH.equals(operands[0]) ? Reg8.AL : Reg8.BL);
        shl(EBX, 8);
    }

    private void far(String name, String mnemonic, int bytes) {
        snippet(name, mnemonic, Mem.absolute(Layout.SCRATCH).sized(bytes));
    }

    private void snippet(String name, String mnemonic, Operand... operands) {
        here(name);
        op(mnemonic, operands);
        end();
    }

    private void end() {
        op("int", imm(Layout.END));
    }
}
