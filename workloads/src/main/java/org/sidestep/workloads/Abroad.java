package org.sidestep.workloads;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
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
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Threads that deal with others of a space whose UTCBs lie elsewhere, so that a local id of the one names nobody in the other. In each
 * round A calls B, whose pager P lives there: it looks how B's page was touched, answers with a call by global id, and halts B
 * for a moment while that waits. B passes a message on in A's name, and A has its answer from another. P speaks to D in the name of S,
 * whose redirector it is. M calls G by global id, moves to P's space, and calls it again. P and M are made anew in each round.
 */
public final class Abroad implements Workload {

    @Override
    public String id() {
        return "abroad";
    }

    @Override
    public String summary() {
        return "a pager and redirector, and a thread that moves, across spaces whose UTCBs lie at different addresses";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(64, Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("user-level threads do not move");
        new Countries(program).emit();
    }

    private static final class Countries extends Scenario {

        private static final int ONE_WORD = MessageTag.of(0, 1);

        // in the label of a message to B, or to P
        private static final int READ = MessageTag.of(1, 0);
        private static final int WRITE = MessageTag.of(2, 0);
        private static final int PASS = MessageTag.of(4, 0);
        private static final int TAKE = MessageTag.of(8, 0);

        private static final int PAGE = Fpage.PAGE_SIZE;

        /** B touches another page in each round; when all have been, the first is gone again. */
        private static final int PAGES = 16;

        private final AddressSpace house = root.space("house");
        private final AddressSpace lodge = root.space("lodge");
        private final AddressSpace abroad = root.spaceElsewhere("abroad");
        private final UserThread a = root.thread("A", house);
        private final UserThread b = root.thread("B", house);
        private final UserThread g = root.thread("G", house);
        private final UserThread m = root.thread("M", house);
        private final UserThread s = root.thread("S", lodge);
        private final UserThread d = root.thread("D", lodge);
        /** Lives there, so that there is such a space while P is made. */
        private final UserThread keeper = root.thread("K", abroad);

        private final UserThread p = root.thread("P", abroad);
        private final UserThread leader = root.thread("R", root.ownSpace());
        private final Label sequence = sequence(leader);
        private final Label pages = label("pages");
        private final Label page = variable("page");
        private int calls;

        Countries(UserProgram program) {
            super(program, true);
            root.timeslice(parameters.integer("timeslice"));
        }

        @Override
        public void emit() {
            program.bss();
            asm.align(PAGE);
            here(pages);
            asm.reserve(PAGES * PAGE);
            here("pages.end");
            program.code();
            asm.align(16);
            start(leader);
            rounds(leader, this::round, this::done);
            callAtHome();
            touch();
            serve();
            move();
            listen();
            speak();
            keep();
            page();
            here("abroad.end");
            measure(List.of(leader));
            emitWrong();
            root.emit();
        }

        // who leads

        private void round() {
            loadPage(1);
            mov(at(page), EAX);
            remake(p, abroad, root.utcb(abroad, 1));
            ask(a);
            redirect(p.globalId());
            ask(p);
            redirect(ThreadId.NIL);
            remake(m, house, utcb(m));
            hear(new Imm(m.globalId()));
            control(m.globalId(), keeper.globalId(), ThreadId.NIL, root.utcb(abroad, 2));
            hear(nil());
        }

        private void remake(UserThread thread, AddressSpace space, int utcb) {
            int id = thread.globalId();
            threadControl(id, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, UNCHANGED);
            requireDone("ThreadControl");
            control(id, (space == house ? a : keeper).globalId(), leader.globalId(), utcb);
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), thread.start());
            mov(Utcb.mr(EDI, 2), thread.stackTop());
            ipc(SystemCall.IPC, new Imm(id), nil(), Time.NEVER, MessageTag.of(0, Protocol.START_WORDS));
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not started", null, ESI, new Imm(0));
            giveWay();
        }

        private void control(int id, int space, int pager, int utcb) {
            threadControl(id, space, pager, pager, utcb);
            requireDone("ThreadControl");
        }

        /** Messages of the lodge to other spaces are that thread's from now on. */
        private void redirect(int redirector) {
            mov(EAX, s.globalId());
            mov(ECX, 0);
            mov(EDX, Fpage.NIL);
            mov(ESI, Fpage.NIL);
            mov(EDI, redirector);
            systemCall(SystemCall.SPACE_CONTROL);
            requireDone("SpaceControl");
        }

        private void requireDone(String what) {
            test(EAX, EAX);
            deny(Z, what, null, EAX, new Imm(1));
        }

        private void ask(UserThread thread) {
            Operand id = new Imm(thread.globalId());
            loadOwnUtcb();
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
            ipc(SystemCall.IPC, id, id, Time.NEVER, ONE_WORD);
            answered(leader, id);
            advance(sequence);
        }

        /** Sends a message to M that begins its life, or nothing, and hears how far it is. */
        private void hear(Operand to) {
            Operand from = new Imm(m.globalId());
            loadOwnUtcb();
            ipc(SystemCall.IPC, to, from, Time.NEVER, MessageTag.of(0, 0));
            received(leader, "heard." + ++calls);
            expectMessage(leader, from, ONE_WORD);
            expect(EBX, at(sequence), "how far " + m.name() + " is");
        }

        /** A call's answer, by whom its partner is named. */
        private void answered(UserThread self, Operand by) {
            received(self, "answered." + ++calls);
            expect(EAX, by, "the sender's id");
            expect(ESI, new Imm(ONE_WORD), "MR0");
            not(EBX);
            expect(EBX, at(sequence), "the answer");
        }

        /** MR1 of the next message. */
        private void compose() {
            loadOwnUtcb();
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
        }

        // at home

        private void callAtHome() {
            Operand from = new Imm(leader.globalId());
            start(a);
            receiveFirst(a, from);
            received(a);
            expectMessage(a, from, ONE_WORD);
            expect(EBX, at(sequence), "MR1");
            asm.comment("first by the kernel: B has a frame still, since it was halted");
            call(PASS, g);
            call(READ, b);
            call(WRITE, b);
            compose();
            Operand pager = new Imm(p.globalId());
            ipc(SystemCall.IPC, pager, pager, Time.NEVER, ONE_WORD | TAKE);
            answered(a, pager);
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, from, from, Time.NEVER, ONE_WORD);
            jmp(label("A.received"));
        }

        private void call(int label, UserThread answering) {
            compose();
            ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, ONE_WORD | label);
            answered(a, answering.localId());
        }

        /** Does with the page what the message says, first of all. */
        private void touch() {
            start(b);
            settle();
            mov(EDI.at(Utcb.PAGER).dword(), p.globalId());
            receiveFirst(b, a.localId());
            received(b);
            Label read = fresh("read");
            Label pass = fresh("pass");
            Label answer = fresh("answer");
            test(ESI, READ);
            exitIf(NZ, read, "read");
            test(ESI, PASS);
            exitIf(NZ, pass, "pass it on");
            mov(ECX, at(page));
            asm.comment("where its address does not look like the error code of a write");
            asm.align(16);
            mov(ECX.at(0), EBX);
            jmp(answer);
            here(read);
            mov(ECX, at(page));
            mov(ECX, ECX.at(0));
            here(answer);
            expect(EAX, a.localId(), "the sender's id");
            expect(EBX, at(sequence), "MR1");
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, ONE_WORD);
            jmp(label("B.received"));
            here(pass);
            mov(EDI.at(Utcb.ACTUAL_SENDER).dword(), a.globalId());
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, g.localId(), a.localId(), Time.NEVER, ONE_WORD | MessageTag.PROPAGATED);
            jmp(label("B.received"));
        }

        private void serve() {
            start(g);
            receiveFirst(g, any());
            received(g);
            test(ESI, MessageTag.ERROR);
            deny(NZ, "no message", null, ESI, new Imm(ONE_WORD));
            expect(EBX, at(sequence), "MR1");
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, EAX, any(), Time.NEVER, ONE_WORD);
            jmp(label("G.received"));
        }

        /** Calls by global id whom it knows here, and then from where that one's local id is nobody's. */
        private void move() {
            Operand id = new Imm(g.globalId());
            start(m);
            receive(new Imm(leader.globalId()));
            compose();
            ipc(SystemCall.LIPC, id, id, Time.NEVER, ONE_WORD);
            answered(m, g.localId());
            report();
            test(ESI, MessageTag.ERROR);
            deny(Z, "who moves receives nothing meanwhile", null, ESI, new Imm(MessageTag.ERROR));
            compose();
            ipc(SystemCall.LIPC, id, id, Time.NEVER, ONE_WORD);
            answered(m, id);
            report();
        }

        private void report() {
            Operand id = new Imm(leader.globalId());
            compose();
            ipc(SystemCall.IPC, id, id, Time.NEVER, ONE_WORD);
        }

        // in the lodge

        private void listen() {
            start(s);
            settle();
            receiveFirst(s, d.localId());
            received(s);
            expectMessage(s, d.localId(), ONE_WORD);
            expect(EBX, at(sequence), "MR1");
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, d.localId(), d.localId(), Time.NEVER, ONE_WORD);
            jmp(label("S.received"));
        }

        /** Hears from S, by the redirector, and asks it whether that was so. */
        private void speak() {
            start(d);
            settle();
            receiveFirst(d, s.localId());
            received(d);
            expectMessage(d, s.localId(), ONE_WORD | MessageTag.PROPAGATED);
            expect(EBX, at(sequence), "MR1");
            expect(EDI.at(Utcb.ACTUAL_SENDER).dword(), new Imm(p.globalId()), "the actual sender");
            compose();
            ipc(SystemCall.LIPC, s.localId(), s.localId(), Time.NEVER, ONE_WORD);
            answered(d, s.localId());
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, new Imm(p.globalId()), s.localId(), Time.NEVER, ONE_WORD);
            jmp(label("D.received"));
        }

        // abroad

        private void keep() {
            start(keeper);
            mov(EAX, pages);
            Label next = here(fresh("page"));
            mov(EAX.at(0), EAX);
            add(EAX, PAGE);
            cmp(EAX, label("pages.end"));
            jne(next);
            Label again = here("K.again");
            receive(keeper.localId());
            jmp(again);
        }

        private void page() {
            Label fault = fresh("fault");
            Label take = fresh("take");
            start(p);
            settle();
            receiveFirst(p, any());
            received(p);
            cmp(ESI, Protocol.PAGE_FAULT.tag(Fpage.READ));
            exitIf(E, fault, "B reads");
            cmp(ESI, ONE_WORD | TAKE);
            exitIf(E, take, "nobody needs it any more");

            speakFor();
            here(fault);
            requireFault();
            map(SystemCall.LIPC, Fpage.READ_ONLY, new Imm(b.globalId()));
            received(p, "writes");
            expect(ESI, new Imm(Protocol.PAGE_FAULT.tag(Fpage.WRITE)), "MR0");
            requireFault();
            map(SystemCall.IPC, Fpage.ALL_RIGHTS, any());
            jmp(label("P.received"));

            here(take);
            takeAway();
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, new Imm(a.globalId()), any(), Time.NEVER, ONE_WORD);
            jmp(label("P.received"));
        }

        private void requireFault() {
            expect(EAX, new Imm(b.globalId()), "who faults");
            expect(EBX, at(page), "where");
        }

        private void map(SystemCall call, int rights, Operand next) {
            lea(ECX, EBX.at(MapItem.MAP));
            mov(Utcb.mr(EDI, 1), ECX);
            lea(EAX, EBX.at(Fpage.of(0, PAGE, rights)));
            mov(Utcb.mr(EDI, 2), EAX);
            ipc(call, new Imm(b.globalId()), next, Time.NEVER, MapItem.TAG);
        }

        /** EAX := the page so many rounds from now on. */
        private void loadPage(int later) {
            mov(EAX, at(page));
            add(EAX, later * PAGE);
            sub(EAX, pages);
            and(EAX, (PAGES - 1) * PAGE);
            add(EAX, pages);
        }

        /** A page that was touched long ago; and B stands still for a moment, which waits. Out: EBX the answer. */
        private void takeAway() {
            Operand client = new Imm(b.globalId());
            push(EBX);
            loadPage(PAGES / 2);
            lea(ESI, EAX.at(Fpage.of(0, PAGE, Fpage.ALL_RIGHTS)));
            mov(EAX, 0);
            systemCall(SystemCall.UNMAP);
            exchangeRegisters(client, ExchangeControl.HALT | ExchangeControl.HALT_VALID);
            exchangeRegisters(client, ExchangeControl.HALT_VALID);
            loadOwnUtcb();
            pop(EBX);
            not(EBX);
        }

        private void speakFor() {
            expectMessage(p, new Imm(leader.globalId()), ONE_WORD);
            Operand hearer = new Imm(d.globalId());
            mov(EDI.at(Utcb.ACTUAL_SENDER).dword(), s.globalId());
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, hearer, hearer, Time.NEVER, ONE_WORD | MessageTag.PROPAGATED);
            received(p, "heard");
            expectMessage(p, hearer, ONE_WORD);
            expect(EBX, at(sequence), "MR1");
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, new Imm(leader.globalId()), any(), Time.NEVER, ONE_WORD);
            jmp(label("P.received"));
        }

        /** Touches what it needs while the root task is its pager, and nobody its redirector. */
        private void settle() {
            for (Label needed : List.of(a.start(), m.start(), label("abroad.end"), label("links"), sequence))
                mov(CL, Mem.at(needed));
            for (UserThread each : List.of(b, s, d, m, p))
                mov(CL, Mem.at(each.stackTop()).plus(-Integer.BYTES));
        }
    }
}
