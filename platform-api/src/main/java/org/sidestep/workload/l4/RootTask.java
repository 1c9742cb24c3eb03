package org.sidestep.workload.l4;

import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserContext;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The root task of every workload: creates address spaces and threads, starts them, then serves their page faults out of its
 * own memory and collects their reports. All spaces see the program at the same addresses.
 *
 * <p>A workload declares spaces and threads, emits the threads' code, and calls {@link #emit} last.
 */
public final class RootTask extends L4Code {

    /** One cache line more than a power of two, so that the stacks of many threads do not compete for the same cache sets. */
    private static final int STACK_SIZE = 1024 + 32;

    /** From the first thread's number to that of the first without a UTCB: more than a workload has others. */
    private static final int UNBORN = 512;

    private final AddressSpace own;
    private final Map<String, AddressSpace> spaces = new LinkedHashMap<>();
    private final List<UserThread> kernelThreads = new ArrayList<>();
    private final List<UserThread> contexts = new ArrayList<>();
    private final List<Label> contextBlocks = new ArrayList<>();
    private final Map<Label, Integer> totals = new LinkedHashMap<>();
    private final Set<Integer> reporters = new LinkedHashSet<>();
    private final Map<UserThread, Integer> priorities = new LinkedHashMap<>();
    private final Map<Integer, AddressSpace> unborn = new LinkedHashMap<>();
    private final Map<Integer, UserThread> handlers = new LinkedHashMap<>();
    private int timeslice = UNCHANGED;

    public RootTask(UserProgram program) {
        super(program);
        own = new AddressSpace("root", true, abi.rootUtcbArea());
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
        return space(name, true, abi.rootUtcbArea());
    }

    /** The same, but its UTCBs lie where no other space has any. */
    public AddressSpace spaceElsewhere(String name) {
        return space(name, true, abi.rootUtcbArea() + abi.rootUtcbAreaSize());
    }

    /**
     * The space of that name, which may attack: it gets the program read-only but for its own stacks, and nothing that it
     * reports ends the run.
     */
    public AddressSpace untrustedSpace(String name) {
        return space(name, false, abi.rootUtcbArea());
    }

    private AddressSpace space(String name, boolean trusted, int utcbArea) {
        return spaces.computeIfAbsent(name, n -> new AddressSpace(n, trusted, utcbArea));
    }

    /**
     * Declares a thread of a space that it shares with others; the caller emits its code. Where threads live at user level it
     * is a context, and the space's first thread runs first.
     */
    public UserThread thread(String name, AddressSpace space) {
        return program.threadsAtUserLevel() ? context(name, space) : kernelThread(name, space);
    }

    /** Declares a kernel thread with that UTCB of its space, counted from 0; the others have the first ones, in their order. */
    public UserThread thread(String name, AddressSpace space, int utcb) {
        return declare(name, space, ThreadId.global(nextNumber()), localId(space, utcb), false);
    }

    /** Declares a kernel thread with a space of its own. */
    public UserThread loneThread(String name, String space) {
        return kernelThread(name, space(space));
    }

    private UserThread kernelThread(String name, AddressSpace space) {
        return declare(
                name,
                space,
                ThreadId.global(nextNumber()),
                localId(space, space.threads().size()),
                false);
    }

    private Imm localId(AddressSpace space, int index) {
        return new Imm(utcb(space, index) + Utcb.ORIGIN);
    }

    /** Where UTCB {@code index} of a space begins. */
    public int utcb(AddressSpace space, int index) {
        return abi.utcb(index) - abi.rootUtcbArea() + space.utcbArea();
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
        Label stack = label(name + ".stack");
        UserThread thread =
                new UserThread(name, space, globalId, localId, isContext, start, label(name + ".resume"), stack);
        if (space.trusted()) stack(stack);
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
        timeslice = Time.pair(Time.period(microseconds), Time.NEVER);
    }

    /** A thread of a space that never gets a UTCB: it has an id, and can be sent to. */
    public void unbornThread(String name, AddressSpace space) {
        int id = ThreadId.global(abi.firstUserThread() + UNBORN + unborn.size());
        unborn.put(id, space);
        program.observe().stranger(name, id);
    }

    /** The thread's is the interrupt of a line; whoever else sends to that is refused. */
    public void bind(int line, UserThread handler) {
        int id = ThreadId.global(line);
        handlers.put(id, handler);
        program.observe().stranger("interrupt " + line, id);
    }

    /** The priority of a kernel thread, 0..255, for the whole run, instead of that of all others: none runs while a better one is ready. */
    public void priority(UserThread thread, int priority) {
        priorities.put(thread, priority);
        program.observe().priority(ThreadId.number(thread.globalId()), priority);
    }

    /** The root task will wait for a {@link Report#DONE} of {@code thread} before it ends the run. */
    public void expectReport(UserThread thread) {
        reporters.add(thread.globalId());
    }

    /** The variable must have this value when all reports have come in. */
    public void expectTotal(Label variable, int value) {
        totals.put(variable, value);
    }

    /** Emits the root task itself. */
    public void emit() {
        routine("root", "creates spaces and threads, then waits for their faults and reports");
        here(program.rootEntry());
        mov(ESP, label("root.stack"));
        Creation creation = new Creation(program, this, timeslice, priorities);
        creation.emit(spaces.values(), kernelThreads, contexts);
        creation.strangers(unborn, handlers);
        new Pager(program, kernelThreads.size()).emit();
        end();
        new Ending(program).emit();
        contextBlocks();
        memory();
    }

    private void end() {
        Ending ending = new Ending(program);
        here("root.done");
        dec(at(label("root.reports")));
        exitIf(Condition.NZ, label("root.wait"), "others have not reported");
        totals.forEach((variable, value) -> {
            cmp(at(variable), value);
            exitIf(Condition.NE, ending.of(ExitCode.TOTAL), variable + " is not " + value);
        });
        jmp(ending.of(ExitCode.SUCCESS));
        here("root.refused");
        mov(EDI, abi.rootUtcb());
        mov(EBX, EDI.at(Utcb.ERROR_CODE));
        jmp(ending.of(ExitCode.REFUSED));
    }

    private void memory() {
        program.data();
        asm.align(32);
        tableOfLinks();
        privatePage();
        untrustedStacks();
        asm.align(Fpage.PAGE_SIZE);
        here("program.end");
        program.code();
    }

    /** What no other space may even read: the root task's stack, and what it knows of each thread. */
    private void privatePage() {
        asm.align(Fpage.PAGE_SIZE);
        here("root.private");
        asm.bytes(new byte[STACK_SIZE]);
        asm.align(16);
        here("root.stack");
        here("root.reports");
        asm.word(new Imm(reporters.size()));
        here("root.clients");
        for (UserThread thread : kernelThreads) {
            int reports = reporters.contains(thread.globalId()) ? Pager.REPORTS : 0;
            asm.bytes((byte) (reports | (thread.space().trusted() ? Pager.TRUSTED : 0)));
        }
        asm.align(Fpage.PAGE_SIZE);
    }

    private void untrustedStacks() {
        program.bss();
        List<UserThread> untrusted =
                kernelThreads.stream().filter(t -> !t.space().trusted()).toList();
        if (!untrusted.isEmpty()) asm.align(Fpage.PAGE_SIZE);
        here("untrusted");
        untrusted.forEach(thread -> stack(thread.stackTop()));
        program.bss();
        if (!untrusted.isEmpty()) asm.align(Fpage.PAGE_SIZE);
        here("untrusted.end");
    }

    private void stack(Label top) {
        program.bss();
        asm.align(32);
        asm.reserve(STACK_SIZE);
        here(top);
        program.code();
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
}
