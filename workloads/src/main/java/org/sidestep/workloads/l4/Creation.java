package org.sidestep.workloads.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Collection;
import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserContext;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** The root task's first part: it makes spaces, threads and contexts, and starts them. */
final class Creation extends L4Code {

    static final int UNCHANGED = -1;

    private static final int PRIORITY = 100;

    private final int timeslice;

    Creation(UserProgram program, int timeslice) {
        super(program);
        this.timeslice = timeslice;
    }

    void emit(Collection<AddressSpace> spaces, List<UserThread> kernelThreads, List<UserThread> contexts) {
        resolveLinks();
        phase("create");
        for (AddressSpace space : spaces) createSpace(space);
        for (UserThread thread : kernelThreads) activate(thread);
        for (UserThread context : contexts) initialise(context);
        phase("start");
        for (UserThread thread : kernelThreads) start(thread);
    }

    /** Finds the kernel interface page and turns its links, which are offsets, into addresses. */
    private void resolveLinks() {
        phase("find the system calls");
        op("lock nop");
        mov(ECX, SystemCall.values().length - 1);
        Label next = here(fresh("link"));
        mov(EDX, EAX.at(ECX, 4, SystemCall.FIRST_LINK));
        add(EDX, EAX);
        mov(Mem.at(label("links"), ECX, 4), EDX);
        dec(ECX);
        j(Condition.NS, next);
    }

    private void createSpace(AddressSpace space) {
        int id = space.first().globalId();
        asm.comment("space " + space.name());
        threadControl(id, id, abi.rootId(), ThreadId.NIL, UNCHANGED);
        require("ThreadControl");
        mov(EAX, id);
        mov(ECX, 0);
        mov(EDX, Fpage.of(abi.kip(), Fpage.PAGE_SIZE, 0));
        mov(ESI, Fpage.of(abi.rootUtcbArea(), abi.rootUtcbAreaSize(), 0));
        mov(EDI, ThreadId.NIL);
        systemCall(SystemCall.SPACE_CONTROL);
        require("SpaceControl");
    }

    private void activate(UserThread thread) {
        asm.comment("thread " + thread.name());
        int id = thread.globalId();
        int index = thread.space().threads().indexOf(thread);
        threadControl(id, thread.space().first().globalId(), abi.rootId(), abi.rootId(), abi.utcb(index));
        require("ThreadControl");
        mov(EAX, id);
        mov(EDX, timeslice);
        mov(ESI, UNCHANGED);
        mov(ECX, PRIORITY);
        mov(EDI, UNCHANGED);
        systemCall(SystemCall.SCHEDULE);
        require("Schedule");
    }

    private void require(String call) {
        test(EAX, EAX);
        exitIf(Condition.Z, label("root.refused"), call + " failed");
    }

    private void initialise(UserThread context) {
        asm.comment("context " + context.name());
        mov(EDX, context.localId());
        mov(EDX.at(UserContext.IP), context.resume());
        mov(EDX.at(UserContext.SP), context.stackTop());
    }

    private void start(UserThread thread) {
        asm.comment("start " + thread.name());
        mov(EDI, abi.rootUtcb());
        mov(Utcb.mr(EDI, 1), thread.start());
        mov(Utcb.mr(EDI, 2), thread.stackTop());
        ipc(SystemCall.IPC, new Imm(thread.globalId()), new Imm(ThreadId.NIL), Time.SEND_AT_ONCE, MessageTag.of(0, 2));
        if (!thread.space().trusted()) return;
        test(ESI, MessageTag.ERROR);
        exitIf(Condition.NZ, label("root.refused"), "the start message was not delivered");
    }
}
