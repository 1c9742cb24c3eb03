package org.sidestep.workloads.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserContext;
import org.sidestep.workload.UserProgram;

/**
 * The root task of every workload: creates address spaces and threads, starts them, then serves their page faults out of its
 * own memory and collects their reports. All spaces see the program at the same addresses.
 *
 * <p>A workload declares spaces and threads, emits the threads' code, and calls {@link #emit} last.
 */
public final class RootTask extends L4Code {

    /** One cache line more than a power of two, so that the stacks of many threads do not compete for the same cache sets. */
    private static final int STACK_SIZE = 1024 + 32;

    private static final int PRIORITY = 100;
    private static final int UNCHANGED = -1;

    private final AddressSpace own = new AddressSpace("root");
    private final Map<String, AddressSpace> spaces = new LinkedHashMap<>();
    private final List<UserThread> kernelThreads = new ArrayList<>();
    private final List<UserThread> contexts = new ArrayList<>();
    private final List<Label> contextBlocks = new ArrayList<>();
    private final Map<Label, Integer> totals = new LinkedHashMap<>();
    private int timeslice = UNCHANGED;
    private int reports;

    public RootTask(UserProgram program) {
        super(program);
        program.code();
        here("program.start");
        UserThread root = new UserThread(
                "root",
                own,
                abi.rootId(),
                new Imm(abi.rootUtcb()),
                false,
                program.rootEntry(),
                label("root.resume"),
                label("root.stack"));
        own.threads().add(root);
        observe(root);
    }

    private void observe(UserThread thread) {
        program.observe()
                .thread(
                        ThreadId.number(thread.globalId()),
                        thread.name(),
                        thread.space().name());
    }

    /** The root task's own space: its threads may use the privileged system calls. */
    public AddressSpace ownSpace() {
        return own;
    }

    /** The space of that name. */
    public AddressSpace space(String name) {
        return spaces.computeIfAbsent(name, AddressSpace::new);
    }

    /**
     * Declares a thread of a space that it shares with others; the caller emits its code. Where threads live at user level it
     * is a context, and the space's first thread runs first.
     */
    public UserThread thread(String name, AddressSpace space) {
        return program.threadsAtUserLevel() ? context(name, space) : kernelThread(name, space);
    }

    /** Declares a kernel thread with a space of its own. */
    public UserThread loneThread(String name, String space) {
        return kernelThread(name, space(space));
    }

    private UserThread kernelThread(String name, AddressSpace space) {
        int localId = utcb(space.threads().size()) + Utcb.MR0;
        return declare(name, space, ThreadId.global(nextNumber()), new Imm(localId), false);
    }

    private UserThread context(String name, AddressSpace space) {
        int globalId = space.threads().isEmpty()
                ? ThreadId.global(nextNumber())
                : space.first().globalId();
        Label block = label(name + ".context");
        contextBlocks.add(block);
        return declare(name, space, globalId, block, true);
    }

    private UserThread declare(String name, AddressSpace space, int globalId, Operand localId, boolean isContext) {
        Label start = label(name + ".start");
        UserThread thread =
                new UserThread(name, space, globalId, localId, isContext, start, label(name + ".resume"), stack(name));
        if (isContext && !space.threads().isEmpty()) {
            contexts.add(thread);
        } else {
            kernelThreads.add(thread);
            observe(thread);
        }
        space.threads().add(thread);
        return thread;
    }

    private int nextNumber() {
        return abi.firstUserThread() + kernelThreads.size();
    }

    /** The time slice of all threads in microseconds, instead of the kernel's default. */
    public void timeslice(int microseconds) {
        timeslice = Time.period(microseconds) << 16 | Time.NO_LIMIT;
    }

    /** The root task will wait for one more {@link Message#DONE} before it ends the run. */
    public void expectReport() {
        reports++;
    }

    /** The variable must have this value when all reports have come in. */
    public void expectTotal(Label variable, int value) {
        totals.put(variable, value);
    }

    /** Emits the root task itself. */
    public void emit() {
        create();
        serve();
        end();
        new Failure(program).emit();
        contextBlocks();
        memory();
    }

    private void create() {
        routine("root", "the root task: creates spaces and threads, then waits for their faults and reports");
        here(program.rootEntry());
        mov(ESP, label("root.stack"));
        resolveLinks();
        phase("create");
        for (AddressSpace space : spaces.values()) createSpace(space);
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
        threadControl(id, thread.space().first().globalId(), abi.rootId(), abi.rootId(), utcb(indexOf(thread)));
        mov(EAX, id);
        mov(EDX, timeslice);
        mov(ESI, UNCHANGED);
        mov(ECX, PRIORITY);
        mov(EDI, UNCHANGED);
        systemCall(SystemCall.SCHEDULE);
        require("Schedule");
    }

    private void threadControl(int thread, int space, int scheduler, int pager, int utcb) {
        mov(EAX, thread);
        mov(ESI, space);
        mov(EDX, scheduler);
        mov(ECX, pager);
        mov(EDI, utcb);
        systemCall(SystemCall.THREAD_CONTROL);
        require("ThreadControl");
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
        ipc(SystemCall.IPC, new Imm(thread.globalId()), nil(), Time.NEVER, Message.untyped(0, 2));
        test(ESI, Message.ERROR);
        exitIf(Condition.NZ, label("root.refused"), "the start message was not delivered");
    }

    private void serve() {
        new Pager(program).emit();
    }

    private void end() {
        Failure failure = new Failure(program);
        here("root.done");
        dec(at(label("root.reports")));
        jnz(label("root.wait"));
        totals.forEach((variable, value) -> {
            cmp(at(variable), value);
            exitIf(Condition.NE, failure.of(ExitCode.TOTAL), variable + " is not " + value);
        });
        jmp(failure.of(ExitCode.SUCCESS));
        here("root.refused");
        mov(EDI, abi.rootUtcb());
        mov(EBX, EDI.at(Utcb.ERROR_CODE));
        jmp(failure.of(ExitCode.REFUSED));
    }

    private void memory() {
        program.data();
        asm.align(32);
        here("links");
        for (int i = 0; i < SystemCall.values().length; i++) asm.word(new Imm(0));
        here("root.reports");
        asm.word(new Imm(reports));
        program.bss();
        asm.reserve(STACK_SIZE);
        asm.align(16);
        here("root.stack");
        asm.align(Fpage.PAGE_SIZE);
        here("program.end");
        program.code();
    }

    private Label stack(String name) {
        program.bss();
        asm.align(32);
        asm.reserve(STACK_SIZE);
        Label top = here(name + ".stack");
        program.code();
        return top;
    }

    private void contextBlocks() {
        program.bss();
        asm.align(UserContext.SIZE);
        for (Label block : contextBlocks) {
            asm.reserve(UserContext.BELOW);
            here(block);
            asm.reserve(UserContext.SIZE - UserContext.BELOW);
        }
        program.code();
    }

    private int indexOf(UserThread thread) {
        return thread.space().threads().indexOf(thread);
    }

    /** Start of UTCB {@code index} of a space; all spaces have their UTCBs and kernel interface page where the root task has. */
    private int utcb(int index) {
        return abi.rootUtcbArea() + index * abi.utcbSize();
    }

    private static Operand nil() {
        return new Imm(ThreadId.NIL);
    }
}
