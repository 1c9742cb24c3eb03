package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Who has the processor when, and for how long: what a scheduler decides, written down by those who have it. A leader makes others
 * ready in different ways; each notes its number when it runs, and what it finds. After each scene the leader sends a witness all
 * notes. They are the same however threads of one space are switched, as long as nothing disturbs the run.
 */
public final class Turns implements Workload {

    @Override
    public String id() {
        return "turns";
    }

    @Override
    public String summary() {
        return "threads that note in which order they run and for how many ticks, as a leader makes them ready";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(
                64,
                Parameter.integer("slice", 1000, 1, 100_000, "shortest time slice, in microseconds: one tick"),
                Parameter.integer("cycles", 500_000, 1000, 1_000_000_000, "cycles from one tick to the next"));
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("the kernel does not schedule user-level threads");
        new Scenes(program).emit();
    }

    /** The leader. */
    private static final class Scenes extends TurnTakers {

        private static final int NUMBER = 0xF;
        private static final int ONE_WORD = MessageTag.of(0, 1);
        /** Microseconds of a time slice that nobody uses up. */
        private static final int LONG = 100_000;
        /** Slices of one who spins until a scene is over: more than that takes. */
        private static final int ENOUGH = 8;

        private static final int SENSITIVE_SHIFT = 16;

        // priorities
        private static final int LOW = 60;
        private static final int USUAL = 100;
        private static final int BEST = 255;

        Scenes(UserProgram program) {
            super(program, LOW, LOW + 1, USUAL, USUAL + 1);
            root.timeslice(LONG);
            program.observe().fragile();
        }

        @Override
        public void emit() {
            asm.align(16);
            start(leader);
            rounds(leader, this::round, this::scenes);
            takers();
            measure(List.of(leader));
            emitWrong();
            root.emit();
        }

        private void round() {
            wake(others.get(0), Act.NOTE);
            note(NUMBER);
            collect(1);
            tell();
        }

        private void scenes() {
            scene(this::spin);
            scene(() -> wakeAll(Act.GIVE_WAY));
            others.forEach(each -> scene(() -> switchTo(each)));
            others.forEach(each -> scene(() -> requeue(each)));
            scene(this::leadFromBelow);
            scene(this::leadFromAbove);
            scene(this::ask);
            scene(this::goDown);
            scene(this::bear);
            scene(this::rights);
            scene(() -> delay(230));
            scene(() -> delay(0));
            loadOwnUtcb();
            sleep(leader, 1);
            done();
        }

        /** Begins shortly behind a tick, when nobody else has anything to do. */
        private void scene(Runnable acts) {
            loadOwnUtcb();
            sleep(leader, 1);
            op("rdtsc");
            mov(at(began), EAX);
            mov(at(over), 0);
            mov(at(running), 0);
            acts.run();
            collect(others.size());
            tell();
        }

        /** Slices of one, two and three ticks; the second has a total quantum besides, which lasts. */
        private void spin() {
            for (int i = 0; i < 3; i++) schedule(others.get(i), (i + 1) * slice, USUAL);
            schedule(others.get(1).globalId(), Time.pair(Time.period(2 * slice), Time.period(LONG)), UNCHANGED);
            requireDone("Schedule");
            for (int i = 0; i < 3; i++) wake(others.get(i), Act.SPIN);
            wake(others.get(3), Act.NOTE);
        }

        private void switchTo(UserThread one) {
            wakeAll(Act.NOTE);
            mov(EAX, one.globalId());
            systemCall(SystemCall.THREAD_SWITCH);
            note(NUMBER);
        }

        /** Whose slice is set is the last; who sets it goes on. */
        private void requeue(UserThread one) {
            wakeAll(Act.NOTE);
            schedule(one, LONG, USUAL);
            note(NUMBER);
        }

        /** Who is better runs at once. Two priorities are in one word of a bitmap, and others elsewhere. */
        private void leadFromBelow() {
            rank(40, USUAL - 1, USUAL + 1, 200);
            wakeAll(Act.NOTE);
        }

        /** All are ready, and the best runs first. */
        private void leadFromAbove() {
            schedule(leader, LONG, BEST);
            wakeAll(Act.NOTE);
        }

        /** What is left of the own slice, of which a tick is used up, and of that of one who is ready: first the own, since who asks is queued anew. */
        private void ask() {
            schedule(leader, 3 * slice, BEST);
            schedule(others.get(0), 5 * slice, USUAL);
            wake(others.get(0), Act.SPIN);
            loadOwnUtcb();
            sleep(leader, 1);
            linger();
            for (UserThread each : List.of(leader, others.get(0))) {
                schedule(each.globalId(), UNCHANGED, UNCHANGED);
                requireDone("Schedule");
                mov(EAX, EDX);
                note();
            }
            mov(at(over), 1);
            for (int i = 1; i < others.size(); i++) wake(others.get(i), Act.NOTE);
        }

        /** For a tick and a half. */
        private void linger() {
            op("rdtsc");
            mov(ECX, EAX);
            Label again = here(fresh("linger"));
            op("rdtsc");
            sub(EAX, ECX);
            cmp(EAX, cycles + cycles / 2);
            j(B, again);
        }

        /** Who lowers himself is preempted at once. */
        private void goDown() {
            wakeAll(Act.NOTE);
            for (int priority : new int[] {150, USUAL, LOW}) {
                schedule(leader, LONG, priority);
                note(NUMBER);
            }
            schedule(leader, LONG, USUAL);
        }

        /** The new thread has the kernel's default of everything. */
        private void bear() {
            int id = young.globalId();
            rank(USUAL, USUAL, USUAL, USUAL);
            threadControl(id, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, UNCHANGED);
            requireDone("ThreadControl");
            for (int pager : new int[] {ThreadId.NIL, leader.globalId()}) {
                boolean active = pager != ThreadId.NIL;
                threadControl(id, witness.globalId(), leader.globalId(), pager, active ? utcb(young) : UNCHANGED);
                requireDone("ThreadControl");
            }
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), young.start());
            mov(Utcb.mr(EDI, 2), young.stackTop());
            send(young, MessageTag.of(0, 2));
            schedule(others.get(0), slice, USUAL);
            wake(others.get(0), Act.SPIN);
            wake(young, Act.SPIN);
            wake(others.get(2), Act.NOTE);
            wake(others.get(3), Act.NOTE);
        }

        /** Who is a thread's scheduler, and no more, gives it no priority above its own: at first the kernel's default. */
        private void rights() {
            threadControl(others.get(1).globalId(), witness.globalId(), young.globalId(), ThreadId.NIL, UNCHANGED);
            requireDone("ThreadControl");
            wake(young, Act.RAISE);
            collect(1);
            schedule(young, LONG, LOW);
            wake(young, Act.RAISE);
            for (int i = 0; i < 3; i++) wake(others.get(i), Act.NOTE);
        }

        /**
         * A may delay that B runs, by a tick and a half, but not that C does. B is there at the first tick and at the fourth, C at the
         * second, and with it D, who is worse than all. What is left of A's delay does not begin anew at the third tick, when nobody
         * better is there.
         */
        private void delay(int own) {
            rank(own, own + 1, own + 20, own * 7 / 8);
            schedule(others.get(0), ENOUGH * slice, own);
            mov(EAX, others.get(0).globalId());
            mov(EDX, UNCHANGED);
            mov(ESI, UNCHANGED);
            mov(ECX, UNCHANGED);
            mov(EDI, own + 10 << SENSITIVE_SHIFT | slice + slice / 2);
            systemCall(SystemCall.SCHEDULE);
            requireDone("Schedule");
            wake(others.get(1), Act.SLEEP_TWICE);
            wake(others.get(2), Act.SLEEP);
            wake(others.get(3), own > 0 ? Act.SLEEP : Act.NOTE);
            wake(others.get(0), Act.DELAY);
        }

        private void rank(int... priorities) {
            for (int i = 0; i < priorities.length; i++) schedule(others.get(i), LONG, priorities[i]);
        }

        private void wakeAll(Act act) {
            others.forEach(each -> {
                wake(each, act);
                note(NUMBER);
            });
        }

        private void wake(UserThread thread, Act act) {
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), act.ordinal());
            send(thread, ONE_WORD);
        }

        private void send(UserThread thread, int tag) {
            ipc(SystemCall.IPC, new Imm(thread.globalId()), nil(), Time.NEVER, tag);
            requireSent();
        }

        private void requireSent() {
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not sent", null, ESI, new Imm(0));
        }

        private void schedule(UserThread thread, int microseconds, int priority) {
            schedule(thread.globalId(), Time.pair(Time.period(microseconds), Time.NEVER), priority);
            requireDone("Schedule");
        }

        private void requireDone(String what) {
            test(EAX, EAX);
            deny(Z, what, null, EAX, new Imm(1));
        }

        private void collect(int messages) {
            for (int i = 0; i < messages; i++) {
                loadOwnUtcb();
                receive(any());
                test(ESI, MessageTag.ERROR);
                deny(NZ, "not told", null, ESI, new Imm(0));
            }
        }

        /** The witness, all notes. */
        private void tell() {
            Label next = fresh("next");
            loadOwnUtcb();
            mov(ESI, at(noted));
            mov(at(told), ESI);
            mov(ECX, ESI);
            here(next);
            mov(EAX, Mem.at(notes, ECX, 4).dword());
            mov(EDI.at(ECX, 4, 0), EAX);
            dec(ECX);
            jnz(next);
            mov(at(noted), 0);
            forward(SystemCall.IPC, new Imm(witness.globalId()), nil(), Time.NEVER);
            requireSent();
        }
    }
}
