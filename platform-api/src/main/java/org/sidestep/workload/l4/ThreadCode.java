package org.sidestep.workload.l4;

import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** The vocabulary of the threads that a {@link RootTask} creates: how they start, wait, work and end. */
public abstract class ThreadCode extends L4Code {

    /** Cycles of one turn of the loop that stands for work: two instructions, of which the branch is predicted. */
    private static final int CYCLES_PER_TURN = 2;

    protected final RootTask root;
    /** The thread whose code is being emitted. */
    private UserThread current;

    /** What stands out of line: a place for each check that can fail. */
    private final List<Runnable> denials = new ArrayList<>();

    protected ThreadCode(UserProgram program) {
        super(program);
        root = new RootTask(program);
    }

    /** Binds the thread's start: EDI becomes its own local id, its exceptions go to the root task. */
    protected final void start(UserThread thread) {
        current = thread;
        routine(
                thread.name(),
                "thread " + thread.name() + " of space " + thread.space().name());
        here(thread.start());
        loadOwnUtcb();
        mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), abi.rootId());
    }

    /** For a context, EDI := its address: from here on it talks to its neighbours. */
    protected final void becomeContext(UserThread thread) {
        if (thread.isContext()) mov(EDI, thread.localId());
    }

    /** For a context, EDI := the local id of its kernel thread, which alone can talk to other spaces. */
    protected final void becomeKernelThread(UserThread thread) {
        if (thread.isContext()) loadOwnUtcb();
    }

    /** How {@code self} names {@code partner}, and finds it named when it receives from it. */
    protected static Operand idOf(UserThread partner, UserThread self) {
        return partner.isNeighbourOf(self) ? partner.localId() : new Imm(partner.globalId());
    }

    /** The thread that was started last says to the root task that all went well, and waits for ever. */
    protected final void done() {
        root.expectReport(current);
        report(Report.DONE);
    }

    /**
     * Leaves for {@link #emitWrong} if {@code condition} holds: what was received is not what should have been.
     *
     * @param what is wrong, as the console will say it
     * @param number follows that, if not null
     */
    protected final void deny(Condition condition, String what, Operand number, Operand received, Operand expected) {
        String text = (current == null ? "" : current.name() + ": ") + what;
        Label denied = fresh("denied");
        exitIf(condition, denied, what);
        denials.add(() -> {
            here(denied);
            push(expected);
            push(received);
            push(number == null ? new Imm(0) : number);
            push(text(denied.name() + ".text", text));
            jmp(label("denied"));
        });
    }

    /** Where a thread goes that received a wrong message, or none, and has no more to say about it. */
    protected final Label wrong() {
        return label("wrong");
    }

    /**
     * Emits where threads go that received a wrong message. They leave what was wrong in memory, since the message to the root
     * task may not arrive as it is sent.
     */
    protected final void emitWrong() {
        denials.forEach(Runnable::run);
        routine("denied", "in   on the stack text, number, received, expected; leaves them to the root task");
        for (String word : Ending.WRONG) pop(at(label(word)));
        routine("wrong", "tells the root task, which ends the run");
        report(Report.WRONG);
    }

    private void report(int label) {
        loadOwnUtcb();
        Operand rootId = new Imm(abi.rootId());
        ipc(SystemCall.IPC, rootId, rootId, Time.NEVER, MessageTag.of(label, 0));
    }

    /** Where a thread's UTCB begins, as ThreadControl is told. */
    protected static int utcb(UserThread thread) {
        return ((Imm) thread.localId()).value() - Utcb.ORIGIN;
    }

    /**
     * Lets others run for at least so many microseconds: waits for a message of {@code self}, the running thread, from itself. In:
     * EDI own local id. Out: as {@link #ipc}, with an error.
     */
    protected final void sleep(UserThread self, int microseconds) {
        forward(SystemCall.IPC, nil(), self.localId(), Time.period(microseconds));
    }

    /** Stands for work of about {@code cycles} cycles. Clobbers ECX. */
    protected final void work(int cycles) {
        int turns = cycles / CYCLES_PER_TURN;
        if (turns == 0) return;
        mov(ECX, turns);
        Label turn = here(fresh("work"));
        dec(ECX);
        jnz(turn);
    }
}
