package org.sidestep.kernel.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;

/** The root task and threads in spaces of their own, whose memory is there before they begin. */
abstract class Family extends RootTask {

    /** Where the root task has small pages. */
    static final int OWN = 0x02000000;

    Family(UserProgram program) {
        super(program);
    }

    /** The beginning of such a thread. */
    final void beginning(String name) {
        here(name);
        settle();
        ipc(ROOT, ThreadId.NIL, 0);
    }

    /** Such a thread, the last one, that takes whatever the root task gives it, time and again. */
    final void acceptsEverything(String name) {
        beginning(name);
        Label next = here(fresh("next"));
        accept(ROOT, Fpage.COMPLETE);
        jmp(next);
        codeEnds();
    }

    final void codeEnds() {
        here("code.end");
    }

    final void own(int pages) {
        for (int n = 0; n < pages; n++)
            inc(Mem.absolute(OWN + n * Fpage.PAGE_SIZE).dword());
    }

    /** Sends a typed item; keeps the error of a failure. */
    final void send(String name, int to, int item, int fpage) {
        setMessage(1, new Imm(item));
        setMessage(2, new Imm(fpage));
        attempt(name, () -> ipc(to, ThreadId.NIL, MapItem.TAG));
        keep(name + ".tag", ESI);
    }

    final void unmap(String name, int control, int... fpages) {
        for (int n = 1; n < fpages.length; n++) setMessage(n, new Imm(fpages[n]));
        mov(EAX, control | fpages.length - 1);
        mov(ESI, fpages[0]);
        loadOwnUtcb(EDI);
        systemCall(SystemCall.UNMAP);
        keep(name, ESI);
    }

    /** The next fault of a thread, of which this one is the pager. */
    final void fault(String name, int from) {
        ipc(ThreadId.NIL, from, 0);
        keep(name + ".tag", ESI);
        keep(name + ".address", EBX);
    }

    /** Handed from one to the other. */
    final void turn(int to) {
        ipc(to, ThreadId.NIL, 0);
    }

    final void await(int from) {
        ipc(ThreadId.NIL, from, 0);
    }
}
