package org.sidestep.workload.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
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

    /** That of a thread to which none is given. */
    private static final int PRIORITY = 100;

    private final RootTask root;
    private final int timeslice;
    private final Map<UserThread, Integer> priorities;

    Creation(UserProgram program, RootTask root, int timeslice, Map<UserThread, Integer> priorities) {
        super(program);
        this.root = root;
        this.timeslice = timeslice;
        this.priorities = priorities;
    }

    void emit(Collection<AddressSpace> spaces, List<UserThread> kernelThreads, List<UserThread> contexts) {
        phase("find the system calls");
        findSystemCalls();
        phase("create");
        for (AddressSpace space : spaces) createSpace(space);
        for (UserThread thread : kernelThreads) activate(thread);
        for (UserThread context : contexts) initialise(context);
        phase("start");
        for (UserThread thread : kernelThreads) start(thread);
    }

    /**
     * Makes what has an id and does not run.
     *
     * @param unborn global id to space, of threads without a UTCB
     * @param handlers global id of an interrupt to the thread that is told of it
     */
    void strangers(Map<Integer, AddressSpace> unborn, Map<Integer, UserThread> handlers) {
        unborn.forEach((id, space) -> {
            threadControl(id, space.first().globalId(), abi.rootId(), ThreadId.NIL, UNCHANGED);
            require("ThreadControl");
        });
        handlers.forEach((id, handler) -> {
            threadControl(id, id, ThreadId.NIL, handler.globalId(), UNCHANGED);
            require("ThreadControl");
        });
    }

    private void createSpace(AddressSpace space) {
        int id = space.first().globalId();
        asm.comment("space " + space.name());
        threadControl(id, id, abi.rootId(), ThreadId.NIL, UNCHANGED);
        require("ThreadControl");
        spaceControl(
                id, Fpage.of(abi.kip(), Fpage.PAGE_SIZE, 0), Fpage.of(space.utcbArea(), abi.rootUtcbAreaSize(), 0));
        require("SpaceControl");
    }

    private void activate(UserThread thread) {
        asm.comment("thread " + thread.name());
        int id = thread.globalId();
        int place = thread.isContext()
                ? root.utcb(thread.space(), thread.space().threads().indexOf(thread))
                : ThreadCode.utcb(thread);
        threadControl(id, thread.space().first().globalId(), abi.rootId(), abi.rootId(), place);
        require("ThreadControl");
        schedule(id, timeslice, priorities.getOrDefault(thread, PRIORITY));
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
