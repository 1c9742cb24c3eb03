package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** The threads of {@link Turns}: all but the leader wait until it tells them to do something, which they note, and report to it. */
abstract class TurnTakers extends Scenario {

    /** What the leader tells one of the others. */
    enum Act {
        NOTE,
        GIVE_WAY,
        SPIN,
        RAISE,
        DELAY,
        SLEEP,
        SLEEP_TWICE
    }

    /** More than there can be in a scene, and as many as a message has room for. */
    static final int MOST_NOTES = 60;

    /** What a note says is in front of who makes it. */
    private static final int SAID_SHIFT = 4;

    /** Turns of one who spins, until all do no more. */
    private static final int TURNS = 4;

    final AddressSpace house = root.space("house");
    final List<UserThread> others =
            List.of(root.thread("A", house), root.thread("B", house), root.thread("C", house), root.thread("D", house));
    /** Is made anew. */
    final UserThread young = root.thread("M", house);

    final UserThread witness = root.thread("W", house);
    final UserThread leader = root.thread("L", root.ownSpace());

    final Label notes = label("notes");
    final Label noted = variable("noted");
    /** How many the witness has been told. */
    final Label told = variable("told");

    /** When the present turn began, and whose it is. */
    final Label began = variable("began");

    final Label running = variable("running");
    /** Not 0 when a scene is over. */
    final Label over = variable("over");

    private final Label called = variable("called");
    final int slice;
    final int cycles;
    private final int[] priorities;

    /** @param priorities to which a thread is raised by its scheduler */
    TurnTakers(UserProgram program, int... priorities) {
        super(program, true);
        this.priorities = priorities;
        slice = parameters.integer("slice");
        cycles = parameters.integer("cycles");
    }

    /** Emits what all but the leader need. */
    final void takers() {
        program.bss();
        asm.align(4);
        here(notes);
        asm.reserve(4 * (MOST_NOTES + 1));
        program.code();
        for (int i = 0; i < others.size(); i++) take(others.get(i), i + 1);
        take(young, others.size() + 1);
        witness();
    }

    /** Has all notes before others are made. */
    private void witness() {
        Label next = fresh("next");
        start(witness);
        receiveFirst(witness, new Imm(leader.globalId()));
        received(witness);
        expect(EAX, new Imm(leader.globalId()), "the sender's id");
        expect(ESI, at(told), "MR0");
        mov(Utcb.mr(EDI, 1), EBX);
        mov(Utcb.mr(EDI, 2), EBP);
        mov(ECX, at(told));
        here(next);
        mov(EAX, Mem.at(notes, ECX, 4).dword());
        cmp(EAX, EDI.at(ECX, 4, 0));
        deny(NE, "MR", ECX, EDI.at(ECX, 4, 0).dword(), EAX);
        dec(ECX);
        jnz(next);
        receive(new Imm(leader.globalId()));
        jmp(label(witness.name() + ".received"));
    }

    private void take(UserThread self, int number) {
        Imm to = new Imm(leader.globalId());
        Label wait = label(self.name() + ".wait");
        start(self);
        if (self.equals(young)) mov(EDI.at(Utcb.PAGER).dword(), abi.rootId());
        receive(to);
        Label told = here(self.name() + ".told");
        for (Act act : Act.values()) {
            cmp(EBX, act.ordinal());
            exitIf(E, label(self.name() + "." + act), "it is told to");
        }
        here(wait);
        loadOwnUtcb();
        ipc(SystemCall.IPC, to, to, Time.NEVER, MessageTag.of(0, 0));
        jmp(told);
        for (Act act : Act.values()) {
            here(self.name() + "." + act);
            act(act, self, number, wait);
            jmp(wait);
        }
    }

    private void act(Act act, UserThread self, int number, Label end) {
        switch (act) {
            case NOTE -> note(number);
            case GIVE_WAY -> giveWay(number);
            case SPIN -> spin(self, number, end);
            case RAISE -> raise(number);
            case DELAY -> delay(number, end);
            case SLEEP -> sleep(self, slice + 1, number);
            case SLEEP_TWICE -> {
                sleep(self, 1, number);
                sleep(self, slice + 1, number);
                mov(at(over), 1);
            }
        }
    }

    private void giveWay(int number) {
        for (int i = 0; i < 3; i++) {
            note(number);
            giveWay();
        }
    }

    /** Notes the length of the turn before each of its own; enters the kernel in the middle of a long one. */
    private void spin(UserThread self, int number, Label end) {
        Label left = variable(self.name() + ".turns");
        Label again = fresh("again");
        Label mine = fresh("mine");
        mov(at(left), TURNS);
        here(again);
        cmp(at(running), number);
        exitIf(E, mine, "the same turn");
        endIfOver(end);
        turn(number);
        dec(at(left));
        exitIf(NZ, mine, "not the last turn");
        mov(at(over), 1);
        jmp(end);
        here(mine);
        endIfOver(end);
        cmp(at(called), 0);
        exitIf(NE, again, "it has been in the kernel");
        op("rdtsc");
        sub(EAX, at(began));
        cmp(EAX, cycles + cycles / 4);
        exitIf(B, again, "hardly a tick has passed");
        mov(at(called), 1);
        enterKernel();
        jmp(again);
    }

    private void endIfOver(Label end) {
        cmp(at(over), 0);
        exitIf(NE, end, "the scene is over");
    }

    /** Changes nothing; who is best goes on. */
    private void enterKernel() {
        exchangeRegisters(witness.localId(), ExchangeControl.DELIVER);
    }

    private void turn(int number) {
        mov(at(running), number);
        mov(at(called), 0);
        op("rdtsc");
        mov(ECX, EAX);
        sub(EAX, at(began));
        mov(at(began), ECX);
        add(EAX, cycles / 2);
        xor(EDX, EDX);
        mov(ECX, cycles);
        op("div", ECX);
        say(number);
    }

    /** Notes what Schedule answers. */
    private void raise(int number) {
        for (int priority : priorities) {
            schedule(others.get(1).globalId(), UNCHANGED, priority);
            say(number);
        }
    }

    /** Notes each time that somebody waits because of it, and goes on. */
    private void delay(int number, Label end) {
        Label again = fresh("again");
        Mem flags = EDI.at(Utcb.PREEMPT_FLAGS).dword();
        enterKernel();
        loadOwnUtcb();
        or(flags, PreemptFlags.DELAY);
        here(again);
        endIfOver(end);
        test(flags, PreemptFlags.PENDING);
        exitIf(Z, again, "nobody waits");
        and(flags, ~PreemptFlags.PENDING);
        note(number);
        jmp(again);
    }

    private void sleep(UserThread self, int microseconds, int number) {
        loadOwnUtcb();
        sleep(self, microseconds);
        note(number);
    }

    final void note(int number) {
        mov(EAX, number);
        note();
    }

    /** In: EAX what. */
    private void say(int number) {
        shl(EAX, SAID_SHIFT);
        or(EAX, number);
        note();
    }

    /** In: EAX. Clobbers ECX. */
    final void note() {
        Label full = fresh("full");
        mov(ECX, at(noted));
        cmp(ECX, MOST_NOTES);
        exitIf(E, full, "it will be missed");
        inc(ECX);
        mov(at(noted), ECX);
        mov(Mem.at(notes, ECX, 4).dword(), EAX);
        here(full);
    }
}
