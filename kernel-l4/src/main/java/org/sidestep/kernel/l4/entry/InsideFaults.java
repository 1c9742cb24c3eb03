package org.sidestep.kernel.l4.entry;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Label;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.x2.UserSegment;

/**
 * What may interrupt the kernel itself: an interrupt while it idles or copies strings, and two things that users do to it. It uses DS, ES
 * and FS as it finds them, so that nobody pays for reloading them; a user who left a useless selector there makes an access
 * fault, see {@code UserState}. And SYSENTER keeps the user's trap flag.
 */
public final class InsideFaults extends KernelRoutines {

    /** Written to the exit port when the kernel finds itself broken. */
    public static final int PANIC = 0x7F;

    private static final int EXIT_PORT = 0xF4;

    private final Label retry = label("entry.retry");

    public InsideFaults(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        inside();
        restore();
        panic();
    }

    private void inside() {
        routine(at.entryInside);
        Label idle = fresh("idle");
        cmp(ESP.at(Frame.VECTOR), Vectors.EXCEPTIONS);
        exitIf(AE, idle, "an interrupt: only the idle loop and a transfer of strings let one in");
        cmp(ESP.at(Frame.VECTOR), Vectors.GENERAL_PROTECTION);
        exitIf(E, label("entry.segments"), "a user's segment register");
        cmp(ESP.at(Frame.VECTOR), Vectors.DEBUG);
        exitIf(NE, label("entry.panic"), "the kernel never faults otherwise");
        and(ESP.at(Frame.EFLAGS), ~Eflags.TF);
        jmp(retry);

        here(idle);
        mov(EAX, ESP.at(Frame.VECTOR));
        mov(EBX, ESP);
        and(EBX, -MemoryMap.TCB_SIZE);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        jmp(Mem.at(at.entryHandlers, EAX, 4));
    }

    private void restore() {
        routine("entry.segments", "in [ESP] frame without ESP and SS, of a general protection fault inside the kernel");
        Label reload = fresh("reload");
        mov(ECX, UserSegment.DATA);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS}) {
            mov(EAX, segment);
            cmp(Reg16.AX, Reg16.CX);
            exitIf(NE, reload, segment + " is the user's own");
        }
        jmp(label("entry.panic"));
        here(reload);
        mov(Seg.DS, ECX);
        mov(Seg.ES, ECX);
        mov(Seg.FS, ECX);
        mov(ECX, UserSegment.UTCB);
        mov(Seg.GS, ECX);
        here(retry);
        op("popa");
        add(ESP, 8);
        op("iret");
    }

    private void panic() {
        routine("entry.panic", "The kernel is broken. Ends the run; the frame tells why.");
        mov(EAX, PANIC);
        op("out", imm(EXIT_PORT), Reg8.AL);
        Label dead = here(fresh("dead"));
        op("hlt");
        jmp(dead);
    }
}
