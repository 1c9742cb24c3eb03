package org.sidestep.lab.calibrate;

import static org.sidestep.isa.Imm.imm;

import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;

/**
 * The null system call as a kernel of the years of these processors makes it, written anew after Linux 2.4: all registers and
 * both data segments are saved and restored, the task is found below the stack, three flags of it are asked.
 */
final class LinuxCall {

    /** Any call that only reads a word of the task. */
    static final int NUMBER = 20;

    private static final int CALLS = 256;
    /** A task and its kernel stack share so many bytes. */
    private static final int TASK = 8192;

    private static final int SIGNALS = 8;
    private static final int RESCHEDULE = 20;
    private static final int TRACED = 24;
    private static final int ID = 124;

    /** Where the frame has EAX. */
    private static final int RESULT = 24;

    private static final List<Reg32> SAVED =
            List.of(Reg32.EBX, Reg32.ECX, Reg32.EDX, Reg32.ESI, Reg32.EDI, Reg32.EBP, Reg32.EAX);

    private LinuxCall() {}

    static void emit(Assembler asm) {
        Label table = asm.label("call.table");
        Label rare = asm.label("call.rare");
        save(asm);
        task(asm, Reg32.EBX);
        asm.emit("test", Reg32.EBX.at(TRACED).sized(1), imm(2));
        asm.emit("jnz", rare);
        asm.emit("cmp", Reg32.EAX, imm(CALLS));
        asm.emit("jae", rare);
        asm.emit("shl", Reg32.EAX, imm(2));
        asm.emit("add", Reg32.EAX, table);
        asm.emit("call", Reg32.EAX.at(0));
        asm.emit("mov", Reg32.ESP.at(RESULT), Reg32.EAX);
        asm.emit("cli");
        for (int flag : new int[] {RESCHEDULE, SIGNALS}) {
            asm.emit("cmp", Reg32.EBX.at(flag).dword(), imm(0));
            asm.emit("jnz", rare);
        }
        restore(asm);
        asm.bind(rare);
        asm.emit("hlt");
        asm.bind(asm.label("call.getpid"));
        task(asm, Reg32.EAX);
        asm.emit("mov", Reg32.EAX, Reg32.EAX.at(ID));
        asm.emit("ret");
        asm.align(4);
        asm.bind(table);
        for (int i = 0; i <= NUMBER; i++) asm.word(asm.label("call.getpid"));
    }

    private static void save(Assembler asm) {
        asm.emit("push", Reg32.EAX);
        asm.emit("cld");
        asm.emit("push", Seg.ES);
        asm.emit("push", Seg.DS);
        for (int i = SAVED.size() - 1; i >= 0; i--) asm.emit("push", SAVED.get(i));
        asm.emit("mov", Reg32.EDX, imm(Guest.KERNEL_DATA));
        asm.emit("mov", Seg.DS, Reg32.EDX);
        asm.emit("mov", Seg.ES, Reg32.EDX);
    }

    private static void restore(Assembler asm) {
        for (Reg32 register : SAVED) asm.emit("pop", register);
        asm.emit("pop", Seg.DS);
        asm.emit("pop", Seg.ES);
        asm.emit("add", Reg32.ESP, imm(4));
        asm.emit("iret");
    }

    private static void task(Assembler asm, Reg32 register) {
        asm.emit("mov", register, imm(-TASK));
        asm.emit("and", register, Reg32.ESP);
    }
}
