package org.sidestep.workload.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.nio.charset.StandardCharsets;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.UserProgram.Abi;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/**
 * The vocabulary of user-level L4 programs: the system calls of the X.2 reference manual, with the registers that its appendix on
 * IA-32 gives them. Workloads, the root task and the tests of the kernel are written in it.
 *
 * <p>A program is emitted by one thread of Java, once per cell, for code at ring 3 with a flat address space, a stack at ESP and
 * the own local id behind {@code %gs:0}. Unless a method says otherwise, its code may clobber every register but ESP, and flags.
 */
public abstract class L4Code extends Code {

    protected final UserProgram program;
    protected final Abi abi;

    /** As an argument of a system call: what is there stays. */
    protected static final int UNCHANGED = -1;

    protected L4Code(UserProgram program) {
        super(program.asm());
        this.program = program;
        this.abi = program.abi();
    }

    // how the kernel is called

    /**
     * Emits a system call; registers as the manual has them. The calls below load them.
     *
     * <p>In: what the call takes, ESP a stack. Out: what the call gives. The kernel keeps ESP and segment registers; what else it
     * keeps the manual says for each call.
     */
    protected final void systemCall(SystemCall systemCall) {
        asm.emit("call", stub(systemCall));
    }

    /**
     * Where the stub of a call is found: in the table that {@link #findSystemCalls} fills. Who knows where the kernel has its
     * stubs may say so instead.
     */
    protected Operand stub(SystemCall systemCall) {
        return Mem.at(label("links"))
                .plus(systemCall.link() - SystemCall.FIRST_LINK)
                .dword();
    }

    /**
     * Fills the table of links, before the first system call of the program: asks for the kernel interface page (X.2 reference
     * manual, KernelInterface) and turns its links, which are offsets, into addresses. Keeps EBX, EDI, EBP.
     */
    protected final void findSystemCalls() {
        op("lock nop");
        mov(ECX, SystemCall.values().length - 1);
        Label next = here(fresh("link"));
        mov(EDX, EAX.at(ECX, 4, SystemCall.FIRST_LINK));
        add(EDX, EAX);
        mov(Mem.at(label("links"), ECX, 4), EDX);
        dec(ECX);
        j(Condition.NS, next);
    }

    /** Reserves the table of links where the program's data goes on; once per program. */
    protected final void tableOfLinks() {
        here("links");
        for (int i = 0; i < SystemCall.values().length; i++) asm.word(new Imm(0));
    }

    // messages

    /**
     * Sends to {@code to} and receives from {@code from}, either of which may be nil, for every thread (Ipc, Lipc).
     *
     * <p>In: EDI the caller's own local id, the words of the message in its UTCB from MR1 on. Out: EAX from, ESI MR0, EBX MR1, EBP
     * MR2, EDI own local id, further words in the UTCB; if ESI has {@link org.sidestep.x2.MessageTag#ERROR}, an {@link
     * org.sidestep.x2.IpcError} in the UTCB. ECX, EDX and flags are undefined.
     *
     * @param link {@link SystemCall#IPC}, or {@link SystemCall#LIPC} where both ids are local or {@link ThreadId#ANY_LOCAL}
     * @param timeouts see {@link Time#pair}
     * @param tag MR0 of the message to send
     */
    protected final void ipc(SystemCall link, Operand to, Operand from, int timeouts, int tag) {
        load(EAX, to);
        load(EDX, from);
        load(ECX, new Imm(timeouts));
        mov(ESI, tag);
        systemCall(link);
    }

    /** The same, sending the tag that is already in ESI. */
    protected final void forward(SystemCall link, Operand to, Operand from, int timeouts) {
        load(EAX, to);
        load(EDX, from);
        load(ECX, new Imm(timeouts));
        systemCall(link);
    }

    /** Waits for a message from {@code from}, for ever. In and out as {@link #ipc}. */
    protected final void receive(Operand from) {
        forward(SystemCall.IPC, nil(), from, Time.NEVER);
    }

    /** No thread. */
    protected static Operand nil() {
        return new Imm(ThreadId.NIL);
    }

    /** As sender: a thread of any space. */
    protected static Operand any() {
        return new Imm(ThreadId.ANY);
    }

    /** As sender: any thread of the caller's own space. */
    protected static Operand anyLocal() {
        return new Imm(ThreadId.ANY_LOCAL);
    }

    // threads and spaces

    /**
     * Makes, changes or deletes a thread (ThreadControl); for threads of the root task's space alone.
     *
     * <p>Out: EAX 1, or 0 if the kernel refuses, with a {@link org.sidestep.x2.SystemCallError} in the UTCB. Keeps EBX, EBP.
     *
     * @param thread global id
     * @param space global id of a thread of the space; nil deletes
     * @param scheduler global id, or nil for no change
     * @param pager global id with which the thread becomes active, or nil
     * @param utcb where its UTCB begins, or -1 for no change
     */
    protected final void threadControl(int thread, int space, int scheduler, int pager, int utcb) {
        mov(EAX, thread);
        mov(ESI, space);
        mov(EDX, scheduler);
        mov(ECX, pager);
        mov(EDI, utcb);
        systemCall(SystemCall.THREAD_CONTROL);
    }

    /**
     * Says where a space without active threads has its kernel interface page and its UTCBs (SpaceControl); for threads of the
     * root task's space alone.
     *
     * <p>Out: EAX and keeps as {@link #threadControl}; ECX the old control word.
     *
     * @param space global id of a thread of the space
     * @param kipArea fpage
     * @param utcbArea fpage
     */
    protected final void spaceControl(int space, int kipArea, int utcbArea) {
        mov(EAX, space);
        mov(ECX, 0);
        mov(EDX, kipArea);
        mov(ESI, utcbArea);
        mov(EDI, ThreadId.NIL);
        systemCall(SystemCall.SPACE_CONTROL);
    }

    /**
     * Reads or changes what another thread of the caller's space is about (ExchangeRegisters).
     *
     * <p>In: of EDX SP, ESI IP, EDI flags, EBX user-defined handle and EBP pager those that {@code control} names. Out: EAX the
     * thread's other id, or nil if the kernel refuses; the old values in the same registers; ECX what the thread was doing.
     *
     * @param control see {@link org.sidestep.x2.ExchangeControl}
     */
    protected final void exchangeRegisters(Operand thread, int control) {
        mov(EAX, thread);
        mov(ECX, control);
        systemCall(SystemCall.EXCHANGE_REGISTERS);
    }

    /**
     * Sets priority and time slice of a thread whose scheduler the caller is (Schedule).
     *
     * <p>Out: EAX see {@link org.sidestep.x2.ScheduleResult}, 0 if the kernel refuses; EDX what is left of the times. Keeps EBX,
     * EBP.
     *
     * @param thread global id
     * @param times time slice and total quantum, see {@link Time#pair}; -1 for no change
     * @param priority 0..255, or -1 for no change
     */
    protected final void schedule(int thread, int times, int priority) {
        mov(EAX, thread);
        mov(EDX, times);
        mov(ESI, UNCHANGED);
        mov(ECX, priority);
        mov(EDI, UNCHANGED);
        systemCall(SystemCall.SCHEDULE);
    }

    /** Gives the processor to whoever is next (ThreadSwitch to nil). */
    protected final void giveWay() {
        mov(EAX, ThreadId.NIL);
        systemCall(SystemCall.THREAD_SWITCH);
    }

    /** EDI := the running thread's own local id. Keeps the rest. */
    protected final void loadOwnUtcb() {
        loadOwnUtcb(EDI);
    }

    /** The same into another register. */
    protected final void loadOwnUtcb(Reg32 register) {
        mov(register, Mem.absolute(0).dword().in(Seg.GS));
    }

    // memory

    /** A zeroed word of memory, the same each time. */
    protected final Label variable(String name) {
        Label variable = label(name);
        if (!variable.isBound()) {
            program.bss();
            asm.align(4);
            here(variable);
            asm.reserve(4);
            program.code();
        }
        return variable;
    }

    /** Puts a text into memory, ended by NUL. */
    protected final Label text(String name, String text) {
        program.data();
        Label start = here(name);
        asm.bytes((text + "\0").getBytes(StandardCharsets.US_ASCII));
        program.code();
        return start;
    }

    /** The memory operand of a variable. */
    protected static Mem at(Label variable) {
        return Mem.at(variable).dword();
    }

    private void load(Operand register, Operand value) {
        if (value instanceof Imm imm && imm.value() == 0) {
            xor(register, register);
        } else if (value != register) {
            mov(register, value);
        }
    }
}
