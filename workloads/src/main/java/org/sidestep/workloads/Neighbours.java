package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.CL;

import java.util.List;
import java.util.Optional;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.Observables.Order;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The smallest system in which one space's harm could become another's: two pairs that call each other by local IPC, each in a
 * space of its own, and a server in a third. After each round the callers give way, so that the pairs take turns and a preempted
 * thread does not wait long. The run depends on A's pair alone: X's may come to harm. A lodger of X's is a thread that is queued
 * while its neighbours run: what they say of it is no one's business but the scheduler's, whose queue all spaces share.
 */
public final class Neighbours implements Workload {

    @Override
    public String id() {
        return "neighbours";
    }

    @Override
    public String summary() {
        return "two pairs of threads, each in a space of its own, that take turns and call a common server";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(
                1000,
                Parameter.integer("words", 2, 0, 63, "untyped words in each message inside a pair"),
                Parameter.choice("call", "the system call inside a pair", "lipc", "ipc"),
                Parameter.flag(
                        "yield",
                        false,
                        "whether who is called gives way before it answers: it enters a kernel that does not know yet that it runs"),
                Parameter.flag("lodger", false, "whether a third thread next door is always ready to run"),
                Parameter.integer(
                        "greed",
                        0,
                        0,
                        10_000_000,
                        "cycles for which X and Y keep the processor in turn once they are made never to give way; 0 if they"
                                + " cannot be"),
                Parameter.flag(
                        "strangers",
                        false,
                        "whether there are a thread without a UTCB and an interrupt of the server's, whose ids can be named"),
                Parameter.flag("server", true, "whether the callers also call a server in a third space"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("user-level threads have no neighbours to protect");
        new Street(program).emit();
    }

    private static final class Street extends Scenario {

        /** Rounds that A goes on when X should be done: a disturbance delays X by less. */
        private static final int LONGER = 6;

        /** The same where each round may take the time slices of all who keep the processor. */
        private static final int HARDLY_LONGER = 2;

        /** Where threads next door spin. */
        private static final String LOOP = "nextDoor.loop";

        private static final int SERVICE = MessageTag.of(0, 1);

        /** No device of the machine raises it by itself. */
        private static final int LINE = 5;

        private final AddressSpace house = root.space("house");
        /** May write to its stacks alone, where its threads keep their variables. */
        private final AddressSpace nextDoor = root.untrustedSpace("next door");

        private final UserThread a = root.thread("A", house);
        private final UserThread b = root.thread("B", house);
        private final UserThread x = root.thread("X", nextDoor);
        private final UserThread y = root.thread("Y", nextDoor);
        private final Optional<UserThread> lodger;
        private final UserThread server = root.loneThread("S", "server");
        private final int words;
        private final SystemCall call;
        private final boolean yields;
        private final boolean serves;
        private final int greed;

        Street(UserProgram program) {
            super(program, true);
            words = parameters.integer("words");
            call = parameters.choice("call").equals("ipc") ? SystemCall.IPC : SystemCall.LIPC;
            yields = parameters.flag("yield");
            serves = parameters.flag("server");
            lodger = parameters.flag("lodger") ? Optional.of(root.thread("Z", nextDoor)) : Optional.empty();
            greed = parameters.integer("greed");
            if (parameters.flag("strangers")) {
                root.unbornThread("W", nextDoor);
                root.bind(LINE, server);
            }
            root.timeslice(parameters.integer("timeslice"));
            program.observe()
                    .expendable(nextDoor.name())
                    .order(server.name(), Order.BY_SENDER)
                    .slice(parameters.integer("timeslice"));
        }

        @Override
        public void emit() {
            asm.align(16);
            callNextDoor();
            replyNextDoor();
            lodger.ifPresent(this::lodge);
            if (isGreedy()) spin();
            here("nextDoor.end");
            call();
            reply();
            serve();
            measure(List.of(a));
            emitWrong();
            root.emit();
        }

        private void call() {
            Mem sequence = at(sequence(a));
            start(a);
            rounds(a, rounds + (isGreedy() ? HARDLY_LONGER : LONGER), () -> round(a, b, sequence), this::done);
        }

        private void reply() {
            Mem sequence = at(sequence(b));
            start(b);
            replies(b, a, sequence);
        }

        private void callNextDoor() {
            Mem left = Mem.base(ESP, 0).dword();
            Mem sequence = Mem.base(ESP, 4).dword();
            start(x);
            settle();
            push((int) program.seed());
            push(warmup + rounds);
            here(x.name() + ".round");
            round(x, y, sequence);
            dec(left);
            jnz(label(x.name() + ".round"));
            Label idle = here(x.name() + ".idle");
            giveWay();
            jmp(idle);
        }

        private void replyNextDoor() {
            start(y);
            settle();
            push((int) program.seed());
            replies(y, x, Mem.base(ESP, 0).dword());
        }

        /** Waits for its turn in the ready queue, and for nobody. */
        private void lodge(UserThread self) {
            start(self);
            settle();
            Label again = here(self.name() + ".again");
            giveWay();
            if (isGreedy()) exitIfGreedy(self, label(LOOP));
            jmp(again);
        }

        private void round(UserThread self, UserThread partner, Mem sequence) {
            mov(EAX, sequence);
            fill(words);
            ipc(call, partner.localId(), partner.localId(), Time.NEVER, MessageTag.of(0, words));
            received(self);
            expectMessage(self, partner.localId(), MessageTag.of(0, words));
            mov(EAX, sequence);
            not(EAX);
            expectWords(words);
            if (isGreedy() && self.equals(x)) goOnIfGreedy(sequence);
            if (serves) callServer(self, sequence);
            add(sequence, STEP);
            giveWay();
        }

        // keeping the processor

        private boolean isGreedy() {
            return greed > 0;
        }

        private Label greedy(UserThread self) {
            return variable(self.name() + ".greedy");
        }

        private void exitIfGreedy(UserThread self, Label to) {
            Label word = greedy(self);
            program.observe().spin(self.name() + " never gives way", word.name(), 1);
            cmp(at(word), 1);
            exitIf(E, to, "never gives way again");
        }

        /**
         * X and Y call each other and nobody else, each after a while: a switch between two ticks looks as if the slice that is
         * used were the other's.
         */
        private void goOnIfGreedy(Mem sequence) {
            Label greedy = label("X.greedily");
            Label polite = fresh("polite");
            exitIfGreedy(x, greedy);
            jmp(polite);
            here(greedy);
            linger();
            add(sequence, STEP);
            jmp(label(x.name() + ".round"));
            here(polite);
        }

        private void linger() {
            op("rdtsc");
            mov(ECX, EAX);
            Label again = here(fresh("linger"));
            op("rdtsc");
            sub(EAX, ECX);
            cmp(EAX, greed);
            j(B, again);
        }

        private void lingerIfGreedy() {
            Label polite = fresh("polite");
            cmp(at(greedy(x)), 1);
            exitIf(NE, polite, "gives way");
            linger();
            here(polite);
        }

        private void spin() {
            here(LOOP);
            jmp(label(LOOP));
            program.observe().loop(LOOP);
        }

        private void callServer(UserThread self, Mem sequence) {
            Imm id = new Imm(server.globalId());
            mov(EAX, sequence);
            mov(Utcb.mr(EDI, 1), EAX);
            ipc(SystemCall.IPC, id, id, Time.NEVER, SERVICE);
            program.observe().delivery(here(self.name() + ".served").name());
            expectMessage(self, id, SERVICE);
            not(EBX);
            expect(EBX, sequence, "the server's reply");
        }

        private void replies(UserThread self, UserThread partner, Mem sequence) {
            receiveFirst(self, partner.localId());
            received(self);
            expectMessage(self, partner.localId(), MessageTag.of(0, words));
            mov(EAX, sequence);
            expectWords(words);
            if (yields) {
                giveWay();
                mov(EAX, sequence);
            }
            if (isGreedy() && self.equals(y)) {
                lingerIfGreedy();
                mov(EAX, sequence);
            }
            not(EAX);
            fill(words);
            add(sequence, STEP);
            ipc(call, partner.localId(), partner.localId(), Time.NEVER, MessageTag.of(0, words));
            jmp(label(self.name() + ".received"));
        }

        /** Clients may be gone, or lie: the server waits for nobody. */
        private void serve() {
            start(server);
            Label wait = here(server.name() + ".wait");
            receive(new Imm(ThreadId.ANY));
            Label answered = here(server.name() + ".answered");
            test(ESI, MessageTag.ERROR);
            exitIf(NZ, wait, "the client does not wait for its answer");
            received(server);
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, EAX, new Imm(ThreadId.ANY), Time.SEND_AT_ONCE, SERVICE);
            jmp(answered);
        }

        /**
         * A thread that may come to harm touches the pages that it needs, its stack last, and then does without pager and
         * exception handler: whatever becomes of it, the root task need not know.
         */
        private void settle() {
            mov(CL, Mem.at(x.start()));
            mov(CL, Mem.at(label("nextDoor.end")));
            mov(CL, Mem.at(label("links")));
            if (isGreedy()) mov(CL, Mem.at(greedy(x)));
            push(EDI);
            pop(EDI);
            mov(EDI.at(Utcb.PAGER).dword(), ThreadId.NIL);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), ThreadId.NIL);
        }
    }
}
