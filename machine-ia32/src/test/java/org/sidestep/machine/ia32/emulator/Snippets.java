package org.sidestep.machine.ia32.emulator;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
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
        here("query");
        xor(ECX, ECX);
        xor(EDX, EDX);
        query("lar", ECX, EAX);
        query("lsl", EDX, EAX);
        query("verr", Reg16.AX);
        query("verw", Reg16.AX);
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
