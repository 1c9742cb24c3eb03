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
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.CL;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Threads that come late. In each round a thread M is made anew: at first it has no UTCB, and yet others send to it, in every other
 * life one of them in another's name; then it gets one, a time slice and a start. What it calls first must not hide those
 * messages. It calls N by global id, for the first time in its life, or before that a server next door; N is deleted, and another,
 * with another version of the id, is made in its UTCB: who calls the old one must learn that it is gone.
 */
public final class Births implements Workload {

    @Override
    public String id() {
        return "births";
    }

    @Override
    public String summary() {
        return "threads that get a UTCB late, call by global id what they have never called, and lose their partners";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(64, Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("user-level threads are not made by the kernel");
        new Ward(program).emit();
    }

    private static final class Ward extends Scenario {

        private static final int CAUSE = 0xE;
        private static final int ONE_WORD = MessageTag.of(0, 1);
        /** More than travel in registers. */
        private static final int SEVERAL = 5;

        /** What is sent to one who has no UTCB yet. */
        private static final int PLAIN = 0x706C_6169;

        /** The same in another's name. */
        private static final int NAMED = 0x6E61_6D65;

        /** From one version of an id to another. */
        private static final int VERSIONS = 2;

        private static final int PRIORITY = 100;

        /** No page is mapped there. */
        private static final int NOWHERE = 0x1000;

        private final AddressSpace house = root.space("house");
        private final UserThread b = root.thread("B", house);
        private final UserThread c = root.thread("C", house);
        private final UserThread d = root.thread("D", house);
        private final UserThread m = root.thread("M", house);
        private final UserThread n = root.thread("N", house);
        private final UserThread server = root.loneThread("S", "next door");
        private final UserThread midwife = root.thread("R", root.ownSpace());
        private final int timeslice;
        private final Label sequence = sequence(m);
        private final Label second = variable("M.second");
        private final Label sending = variable("sending");
        private final Label stack = variable("M.sp");
        private int calls;

        Ward(UserProgram program) {
            super(program, true);
            timeslice = parameters.integer("timeslice");
            root.timeslice(timeslice);
        }

        @Override
        public void emit() {
            asm.align(16);
            start(midwife);
            rounds(midwife, this::round, this::done);
            live();
            send(c, PLAIN, 0);
            send(d, NAMED, MessageTag.PROPAGATED);
            for (UserThread each : List.of(b, n, server)) serve(each);
            here("births.end");
            measure(List.of(midwife));
            emitWrong();
            root.emit();
        }

        // the midwife

        private void round() {
            Label other = fresh("other");
            Label over = fresh("over");
            cmp(at(second), 0);
            exitIf(NE, other, "its second life");
            life(List.of(c, d), n.globalId(), n.globalId() + VERSIONS);
            mov(at(second), 1);
            jmp(over);
            here(other);
            life(List.of(c), n.globalId() + VERSIONS, n.globalId());
            mov(at(second), 0);
            here(over);
        }

        private void life(List<UserThread> senders, int old, int young) {
            delete(m.globalId());
            control(m.globalId(), ThreadId.NIL, UNCHANGED);
            mov(at(sending), 0);
            senders.forEach(this::tell);
            letThemSend(senders.size());
            control(m.globalId(), midwife.globalId(), utcb(m));
            begin(m, m.globalId());
            heard();
            delete(old);
            control(young, midwife.globalId(), utcb(n));
            begin(n, young);
            tell(m);
            heard();
        }

        private void delete(int id) {
            threadControl(id, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, UNCHANGED);
            requireDone("ThreadControl");
        }

        private void control(int id, int pager, int utcb) {
            threadControl(id, b.globalId(), midwife.globalId(), pager, utcb);
            requireDone("ThreadControl");
        }

        private void requireDone(String what) {
            test(EAX, EAX);
            deny(Z, what, null, EAX, new Imm(1));
        }

        private void begin(UserThread thread, int id) {
            schedule(id, Time.pair(Time.period(timeslice), Time.NEVER), PRIORITY);
            requireDone("Schedule");
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), thread.start());
            mov(Utcb.mr(EDI, 2), thread.stackTop());
            sendTo(new Imm(id), MessageTag.of(0, 2));
        }

        private void tell(UserThread thread) {
            loadOwnUtcb();
            sendTo(new Imm(thread.globalId()), MessageTag.of(0, 0));
        }

        private void sendTo(Operand to, int tag) {
            ipc(SystemCall.IPC, to, nil(), Time.NEVER, tag);
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not sent", null, ESI, new Imm(0));
        }

        /** Until all of them are about to, and once more. */
        private void letThemSend(int senders) {
            Label wait = here(fresh("wait"));
            giveWay();
            cmp(at(sending), senders);
            exitIf(B, wait, "they have not got so far");
            giveWay();
        }

        private void heard() {
            loadOwnUtcb();
            receive(new Imm(m.globalId()));
            received(midwife, "heard." + ++calls);
            expectMessage(midwife, new Imm(m.globalId()), ONE_WORD);
            expect(EBX, at(sequence), "how far " + m.name() + " is");
        }

        // who is made

        private void live() {
            Label other = fresh("other");
            Operand first = new Imm(n.globalId());
            Operand next = new Imm(n.globalId() + VERSIONS);
            Operand abroad = new Imm(server.globalId());
            start(m);
            settle();
            mov(at(stack), ESP);
            waitUntilItSends(c);
            cmp(at(second), 0);
            exitIf(NE, other, "its second life");
            waitUntilItSends(d);
            callOvertaken(b.localId(), b, NAMED, ONE_WORD | MessageTag.PROPAGATED);
            callOvertaken(anyLocal(), c, PLAIN, ONE_WORD);
            ask(first, 1);
            ask(first, SEVERAL);
            report();
            askTheDead(first);
            ask(next, 1);
            report();

            here(other);
            callOvertaken(anyLocal(), c, PLAIN, ONE_WORD);
            callWithNothing();
            ask(abroad, 1);
            ask(abroad, SEVERAL);
            ask(next, 1);
            report();
            askTheDead(next);
            ask(first, 1);
            report();
        }

        private void waitUntilItSends(UserThread sender) {
            Label again = here(fresh("again"));
            Label queued = fresh("queued");
            exchangeRegisters(sender.localId(), ExchangeControl.DELIVER);
            test(ECX, ExchangeControl.WAS_SENDING);
            exitIf(NZ, queued, "it sends");
            giveWay();
            jmp(again);
            here(queued);
        }

        /** B waits, and yet what another has sent is there before its answer. */
        private void callOvertaken(Operand from, UserThread by, int word, int tag) {
            compose(1);
            ipc(SystemCall.LIPC, b.localId(), from, Time.NEVER, ONE_WORD);
            received(m, "overtaken." + ++calls);
            expectMessage(m, by.localId(), tag);
            expect(EBX, new Imm(word), "what was sent before it had a UTCB");
            if (by.equals(b)) expect(EDI.at(Utcb.ACTUAL_SENDER).dword(), new Imm(d.globalId()), "the actual sender");
            receive(b.localId());
            answered(b.localId());
        }

        /** The kernel has a way of its own for it. */
        private void callWithNothing() {
            ipc(SystemCall.IPC, b.localId(), anyLocal(), Time.NEVER, MessageTag.of(0, 0));
            received(m, "answered." + ++calls);
            expectMessage(m, b.localId(), ONE_WORD);
            expect(EBX, new Imm(~0), "the answer to nothing");
        }

        private void ask(Operand id, int words) {
            compose(words);
            ipc(SystemCall.LIPC, id, id, Time.NEVER, MessageTag.of(0, words));
            Operand answering = ((Imm) id).value() == server.globalId() ? id : n.localId();
            answered(answering);
        }

        private void askTheDead(Operand id) {
            compose(1);
            ipc(SystemCall.LIPC, id, id, Time.NEVER, ONE_WORD);
            test(ESI, MessageTag.ERROR);
            deny(Z, "no error", null, ESI, new Imm(MessageTag.ERROR));
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            and(EAX, CAUSE);
            expect(EAX, new Imm(IpcError.NO_PARTNER), "the error");
            advance(sequence);
        }

        /** To the midwife, who then does something, and lets it go on or makes it anew. */
        private void report() {
            Operand id = new Imm(midwife.globalId());
            loadOwnUtcb();
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
            ipc(SystemCall.IPC, id, id, Time.NEVER, ONE_WORD);
        }

        /** MR1 .. n of the next message, and a scratch register of Lipc that leads nowhere. */
        private void compose(int words) {
            loadOwnUtcb();
            mov(EAX, at(sequence));
            fill(words);
            mov(EBP, NOWHERE);
        }

        private void answered(Operand by) {
            received(m, "answered." + ++calls);
            expectMessage(m, by, ONE_WORD);
            expect(ESP, at(stack), "the stack pointer");
            not(EBX);
            dec(EBX);
            expect(EBX, at(sequence), "the answer");
            advance(sequence);
        }

        // the others

        private void send(UserThread self, int word, int flags) {
            Operand teller = new Imm(midwife.globalId());
            start(self);
            receiveFirst(self, teller);
            received(self);
            test(ESI, MessageTag.ERROR);
            deny(NZ, "nobody told " + self.name(), null, ESI, new Imm(0));
            mov(EDI.at(Utcb.ACTUAL_SENDER).dword(), b.globalId());
            mov(Utcb.mr(EDI, 1), word);
            inc(at(sending));
            sendTo(new Imm(m.globalId()), ONE_WORD | flags);
            receive(teller);
            jmp(label(self.name() + ".received"));
        }

        /** Clients may be gone before they have their answer. */
        private void serve(UserThread self) {
            start(self);
            settle();
            Label wait = here(self.name() + ".wait");
            receive(any());
            Label asked = here(self.name() + ".asked");
            Label message = fresh("message");
            test(ESI, MessageTag.ERROR);
            exitIf(Z, message, "no error");
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            and(EAX, CAUSE);
            cmp(EAX, IpcError.CANCELLED);
            deny(E, self.name() + " is cancelled", null, ESI, new Imm(0));
            jmp(wait);
            here(message);
            received(self);
            expect(EAX, idOf(m, self), "the client");
            if (self.equals(b)) mayBeNothing();
            requireRisingWords(self);
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            if (self.equals(n)) mov(EAX, m.globalId());
            ipc(SystemCall.LIPC, EAX, any(), Time.NEVER, ONE_WORD);
            jmp(asked);
        }

        private void mayBeNothing() {
            Label words = fresh("words");
            test(ESI, MessageTag.UNTYPED);
            exitIf(NZ, words, "there are words");
            xor(EBX, EBX);
            mov(ESI, ONE_WORD);
            here(words);
        }

        /** Touches what it needs while the root task is its pager: that is at boot. */
        private void settle() {
            for (Label needed : List.of(m.start(), b.start(), label("births.end"), label("links"), sequence, second))
                mov(CL, Mem.at(needed));
        }
    }
}
