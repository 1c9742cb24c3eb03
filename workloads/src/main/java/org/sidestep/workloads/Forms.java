package org.sidestep.workloads;

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
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import java.util.Optional;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.Observables.Order;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/**
 * What a policy must do as the kernel does it, beside being fast: a client and a server of one space exchange messages of every
 * length, strings, messages that fail or come too early, messages in another's name, or, with another client, messages that find the
 * server busy. Both keep a number in the floating-point unit meanwhile and look that flags and segment registers are as they were.
 */
public final class Forms implements Workload {

    private static final String WORDS = "words";
    private static final String STRINGS = "strings";
    private static final String ERRORS = "errors";
    private static final String PROXY = "proxy";
    private static final String CROWD = "crowd";

    @Override
    public String id() {
        return "forms";
    }

    @Override
    public String summary() {
        return "a client and a server that exchange messages of every form, and compute meanwhile";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(
                64,
                Parameter.choice(
                        "form",
                        "what the messages are: of all lengths in turn, strings, in vain, in another's name, or from two clients"
                                + " at once",
                        WORDS,
                        STRINGS,
                        ERRORS,
                        PROXY,
                        CROWD),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel())
            throw new NotApplicable("user-level threads have no kernel to be compared with");
        new Exchange(program).emit();
    }

    private static final class Exchange extends Scenario {

        private static final int MOST = Utcb.MESSAGE_REGISTERS - 1;
        /** From one length to the next: all come. */
        private static final int NEXT = 51;

        /** Of the fifth message, which is in the third round; a verifier stops there most often, and has to try each word. */
        private static final int FIFTH = 20;

        /** By what the length of a reply differs. */
        private static final int REPLY = 16;

        private static final int CALL_LABEL = MessageTag.of(0xCA11, 0);
        private static final int NO_LABEL = 0;

        private static final int BYTES = 512;
        /** Bytes of a string for each word of a message, of which it has one more. */
        private static final int PER_WORD = 5;

        private static final int DF = 0x400;
        private static final int NT = 0x4000;
        private static final int AC = 0x40000;
        /** As FNINIT leaves it. */
        private static final int CONTROL = 0x037F;

        /** Answers at once or not at all, so that nobody waits for a client. */
        private static final int ANSWER = Time.SEND_AT_ONCE;

        private static final int IN_VAIN = Time.pair(Time.ZERO, Time.NEVER);
        private static final int NOT_NOW = Time.pair(Time.NEVER, Time.ZERO);
        private static final int ONE_WORD = MessageTag.of(0, 1);

        /** Of a selector; whoever loads one may say less. */
        private static final int PRIVILEGE_LEVEL = 3;

        /** More than travel in registers. */
        private static final int SEVERAL = 5;

        /** Turns of a thread that gives way. */
        private static final int A_WHILE = 8;

        /** Of those whose UTCBs are on one page, the last one has this. */
        private static final int LAST_UTCB = 7;

        /** No thread has this number. */
        private static final int NOBODY = ThreadId.global(1000);

        private final AddressSpace house = root.space("house");
        private final UserThread a = root.thread("A", house);
        private final UserThread b = root.thread("B", house);
        private final UserThread c = root.thread("C", house);
        private final Optional<UserThread> abroad;
        private final Optional<UserThread> inTurn;
        private final Optional<UserThread> below;
        private final String form;
        private final Label sequence = sequence(a);
        private final Label length = variable("length");
        private final Label early = variable("early");

        Exchange(UserProgram program) {
            super(program, true);
            form = parameters.choice("form");
            abroad = form.equals(CROWD) ? Optional.of(root.loneThread("E", "next door")) : Optional.empty();
            inTurn = form.equals(ERRORS) ? Optional.of(root.thread("D", house)) : Optional.empty();
            below = form.equals(ERRORS) ? Optional.of(root.thread("F", root.ownSpace(), LAST_UTCB)) : Optional.empty();
            root.timeslice(parameters.integer("timeslice"));
            if (form.equals(CROWD)) program.observe().order(b.name(), Order.NONE);
        }

        @Override
        public void emit() {
            asm.align(16);
            client();
            switch (form) {
                case WORDS, ERRORS -> serveWords();
                case STRINGS -> serveStrings();
                case PROXY -> servePropagated();
                default -> serveCrowd();
            }
            crowd();
            abroad.ifPresent(this::callFromAbroad);
            inTurn.ifPresent(this::serveInTurn);
            below.ifPresent(this::mislead);
            measure(List.of(a));
            emitWrong();
            root.emit();
        }

        private void client() {
            start(a);
            mov(at(length), FIFTH - 5 * NEXT & MOST);
            if (form.equals(WORDS)) allLengths();
            rounds(a, this::round, this::done);
        }

        private void round() {
            switch (form) {
                case WORDS -> {
                    call(SystemCall.LIPC, "received");
                    call(SystemCall.IPC, "received.ipc");
                }
                case STRINGS -> {
                    sendString(SystemCall.LIPC);
                    sendString(SystemCall.IPC);
                }
                case ERRORS -> {
                    fail();
                    callTooEarly();
                    mov(at(length), 2 - NEXT & MOST);
                    call(SystemCall.LIPC, "received");
                }
                case PROXY -> callInAnothersName();
                default -> {
                    callInCrowd(a, sequence, 1, "received");
                    callInCrowd(a, sequence, SEVERAL, "received.words");
                    callWithNothing(a, b.localId());
                    received(a, "received.nothing");
                }
            }
            giveWay();
        }

        // messages of every length

        /** All lengths by both calls, before the rounds begin. */
        private void allLengths() {
            Label left = variable("A.lengths");
            mov(at(left), MOST + 1);
            Label again = here("A.again");
            call(SystemCall.LIPC, "answered");
            call(SystemCall.IPC, "answered.ipc");
            dec(at(left));
            jnz(again);
        }

        private void call(SystemCall call, String place) {
            loadOwnUtcb();
            add(at(length), NEXT);
            and(at(length), MOST);
            mov(EAX, at(sequence));
            mov(ECX, at(length));
            fillCounted();
            mov(ESI, at(length));
            or(ESI, CALL_LABEL);
            op("fild", at(sequence));
            forward(call, b.localId(), b.localId(), Time.NEVER);
            received(a, place);
            mov(ECX, at(length));
            op("xor", ECX, new Imm(REPLY));
            expectWords(a, b, NO_LABEL);
            requireState(a, at(sequence));
            advance(sequence);
        }

        private void serveWords() {
            Label held = variable("B.held");
            start(b);
            receiveFirst(b, a.localId());
            Label again = here(fresh("serve"));
            received(b);
            mov(ECX, at(length));
            expectWords(b, a, CALL_LABEL);
            mov(EAX, at(sequence));
            mov(at(held), EAX);
            not(EAX);
            mov(ECX, at(length));
            op("xor", ECX, new Imm(REPLY));
            mov(ESI, ECX);
            fillCounted();
            op("fild", at(held));
            fromAny();
            forward(SystemCall.LIPC, a.localId(), EDX, ANSWER);
            push(EAX);
            push(EBX);
            requireState(b, at(held));
            pop(EBX);
            pop(EAX);
            jmp(again);
        }

        /** EDX := from any thread of this space, or of any, in turns. */
        private void fromAny() {
            Label chosen = fresh("chosen");
            mov(EDX, ThreadId.ANY);
            test(at(length), 1);
            exitIf(Z, chosen, "an even length");
            mov(EDX, ThreadId.ANY_LOCAL);
            here(chosen);
        }

        /** MR1 .. n := EAX+1 .. EAX+n, n in ECX. Keeps ESI; clobbers ECX, EDX. */
        private void fillCounted() {
            Label next = fresh("fill");
            Label filled = fresh("filled");
            here(next);
            test(ECX, ECX);
            exitIf(Z, filled, "all words");
            lea(EDX, EAX.at(ECX, 1, 0));
            mov(EDI.at(ECX, 4, 0), EDX);
            dec(ECX);
            jmp(next);
            here(filled);
        }

        /** A call, which has a label, or its reply; of as many words as ECX says. Clobbers all but EDI. */
        private void expectWords(UserThread self, UserThread from, int label) {
            expect(EAX, from.localId(), "the sender's id");
            mov(EDX, ECX);
            or(EDX, label);
            expect(ESI, EDX, "MR0");
            expect(EDI, self.localId(), "the own local id");
            mov(Utcb.mr(EDI, 1), EBX);
            mov(Utcb.mr(EDI, 2), EBP);
            mov(EAX, at(sequence));
            if (label == NO_LABEL) not(EAX);
            Label next = here(fresh("check"));
            Label checked = fresh("checked");
            test(ECX, ECX);
            exitIf(Z, checked, "all words");
            lea(EDX, EAX.at(ECX, 1, 0));
            cmp(EDX, EDI.at(ECX, 4, 0));
            deny(NE, "MR", ECX, EDI.at(ECX, 4, 0).dword(), EDX);
            dec(ECX);
            jmp(next);
            here(checked);
        }

        // what is no part of the message

        /** The own number is on top of the floating-point unit still, and what may not change has not. Clobbers EAX. */
        private void requireState(UserThread self, Operand number) {
            push(0);
            op("fistp", Mem.base(ESP, 0).dword());
            pop(EAX);
            expect(EAX, number, "the number in the floating-point unit");
            push(0);
            op("fnstcw", Mem.base(ESP, 0).word());
            pop(EAX);
            expect(EAX, new Imm(CONTROL), "the control word of the floating-point unit");
            op("pushfd");
            pop(EAX);
            test(EAX, DF | NT | AC);
            deny(NZ, "flags", null, EAX, new Imm(0));
            for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS}) requireSelector(segment, UserSegment.DATA);
            requireSelector(Seg.GS, UserSegment.UTCB);
        }

        private void requireSelector(Seg segment, int selector) {
            mov(EAX, segment);
            or(EAX, PRIVILEGE_LEVEL);
            expect(EAX, new Imm(selector), segment.toString());
        }

        // strings

        private void sendString(SystemCall call) {
            loadOwnUtcb();
            add(at(length), NEXT);
            and(at(length), MOST);
            stringLength(EAX);
            mov(Utcb.mr(EDI, 1), EAX);
            shl(EAX, StringItem.LENGTH_SHIFT);
            mov(Utcb.mr(EDI, 2), EAX);
            lea(EAX, Mem.at(source()));
            mov(Utcb.mr(EDI, 3), EAX);
            ipc(call, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 1, 2));
            received(a, call == SystemCall.LIPC ? "received" : "received.ipc");
            expectMessage(a, b.localId(), ONE_WORD);
            not(EBX);
            stringLength(EAX);
            expect(EBX, EAX, "the length that is answered");
        }

        private void stringLength(Reg32 out) {
            mov(out, at(length));
            lea(out, out.at(out, PER_WORD - 1, 1));
        }

        private Label source() {
            Label source = label("source");
            if (source.isBound()) return source;
            program.data();
            byte[] bytes = new byte[BYTES];
            for (int i = 0; i < BYTES; i++) bytes[i] = (byte) (i * 7 + 1);
            here(source);
            asm.bytes(bytes);
            program.code();
            return source;
        }

        private void serveStrings() {
            Label buffer = label("buffer");
            program.bss();
            here(buffer);
            asm.reserve(BYTES);
            program.code();
            start(b);
            mov(Utcb.br(EDI, 0), StringItem.ACCEPTOR);
            mov(Utcb.br(EDI, 1), StringItem.simple(BYTES));
            lea(EAX, Mem.at(buffer));
            mov(Utcb.br(EDI, 2), EAX);
            receiveFirst(b, a.localId());
            Label again = here(fresh("serve"));
            received(b);
            expectMessage(b, a.localId(), MessageTag.of(0, 1, 2));
            stringLength(ECX);
            expect(EBX, ECX, "MR1");
            mov(EAX, ECX);
            shl(EAX, StringItem.LENGTH_SHIFT);
            expect(Utcb.mr(EDI, 2).dword(), EAX, "the descriptor of the string");
            lea(ESI, Mem.at(source()));
            lea(EDI, Mem.at(buffer));
            op("cld");
            op("repe cmpsb");
            deny(NE, "the string; bytes left", null, ECX, new Imm(0));
            expect(Mem.base(EDI, 0).dword(), new Imm(0), "what is behind the string");
            stringLength(ECX);
            lea(EDI, Mem.at(buffer));
            xor(EAX, EAX);
            op("rep stosb");
            loadOwnUtcb();
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, a.localId(), anyLocal(), ANSWER, ONE_WORD);
            jmp(again);
        }

        // messages in vain

        private void fail() {
            inVain(SystemCall.LIPC, c.localId(), nil(), IN_VAIN, IpcError.TIMEOUT);
            inVain(SystemCall.LIPC, c.localId(), c.localId(), IN_VAIN, IpcError.TIMEOUT);
            inVain(SystemCall.IPC, c.localId(), c.localId(), IN_VAIN, IpcError.TIMEOUT);
            inVain(SystemCall.IPC, nil(), c.localId(), NOT_NOW, IpcError.RECEIVE | IpcError.TIMEOUT);
            inVain(SystemCall.IPC, new Imm(NOBODY), nil(), Time.NEVER, IpcError.NO_PARTNER);
            inVain(SystemCall.IPC, nil(), new Imm(NOBODY), Time.NEVER, IpcError.RECEIVE | IpcError.NO_PARTNER);
        }

        private void inVain(SystemCall call, Operand to, Operand from, int timeouts, int error) {
            loadOwnUtcb();
            op("fild", at(sequence));
            ipc(call, to, from, timeouts, ONE_WORD);
            test(ESI, MessageTag.ERROR);
            deny(Z, "no error", null, ESI, new Imm(MessageTag.ERROR));
            expect(EDI.at(Utcb.ERROR_CODE).dword(), new Imm(error), "the error");
            requireState(a, at(sequence));
        }

        // messages that come too early

        /** The server waits for another client, who calls it only then, and for this one next. */
        private void callTooEarly() {
            loadOwnUtcb();
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
            mov(at(early), 1);
            ipc(SystemCall.IPC, strictId(), strictId(), Time.NEVER, ONE_WORD);
            received(a, "received.early");
            expectMessage(a, strictServer().localId(), ONE_WORD);
            not(EBX);
            expect(EBX, at(sequence), "the answer");
        }

        /** Two clients, each in his turn. */
        private void serveInTurn(UserThread self) {
            start(self);
            receiveFirst(self, c.localId());
            received(self);
            expectMessage(self, c.localId(), NO_LABEL);
            ipc(SystemCall.LIPC, c.localId(), a.localId(), Time.NEVER, NO_LABEL);
            received(self, "received.early");
            expectMessage(self, a.localId(), ONE_WORD);
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, a.localId(), nil(), Time.NEVER, ONE_WORD);
            receive(c.localId());
            jmp(label(self.name() + ".received"));
        }

        /** Lets the other have his turn, after a while: as long as a send timeout is that he has not asked for. */
        private void callIfAwaited() {
            Label done = fresh("done");
            cmp(at(early), 0);
            exitIf(E, done, "nobody has come too early");
            inc(at(early));
            cmp(at(early), A_WHILE);
            exitIf(NE, done, "he can wait");
            mov(at(early), 0);
            callWithNothing(c, strictServer().localId());
            here(done);
        }

        private UserThread strictServer() {
            return inTurn.orElseThrow();
        }

        private Operand strictId() {
            return new Imm(strictServer().globalId());
        }

        /**
         * Calls the same server from another space, in vain. Its own last message register is the last word of the page behind which the
         * kernel has what it knows of the house: who looks for a status there finds one that waits for any.
         */
        private void mislead(UserThread self) {
            start(self);
            mov(Utcb.mr(EDI, MOST).dword(), ThreadId.ANY);
            Label again = here(self.name() + ".again");
            ipc(SystemCall.IPC, strictId(), strictId(), IN_VAIN, NO_LABEL);
            test(ESI, MessageTag.ERROR);
            deny(Z, "no error", null, ESI, new Imm(MessageTag.ERROR));
            giveWay();
            jmp(again);
        }

        // messages in another's name

        private void callInAnothersName() {
            loadOwnUtcb();
            mov(EDI.at(Utcb.ACTUAL_SENDER).dword(), c.globalId());
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
            ipc(SystemCall.IPC, b.localId(), b.localId(), Time.NEVER, ONE_WORD | MessageTag.PROPAGATED);
            received(a);
            expectMessage(a, b.localId(), ONE_WORD);
            not(EBX);
            expect(EBX, at(sequence), "the answer");
            advance(sequence);
        }

        private void servePropagated() {
            start(b);
            receiveFirst(b, anyLocal());
            Label again = here(fresh("serve"));
            received(b);
            expectMessage(b, c.localId(), ONE_WORD | MessageTag.PROPAGATED);
            expect(EDI.at(Utcb.ACTUAL_SENDER).dword(), new Imm(a.globalId()), "the actual sender");
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, a.localId(), anyLocal(), ANSWER, ONE_WORD);
            jmp(again);
        }

        // two clients

        /** The answer has as many words; the first is the complement of the first. */
        private void callInCrowd(UserThread self, Label own, int words, String place) {
            int distance = self.equals(c) ? STEP / 2 : 0;
            boolean insists = self.equals(c) || words == 1;
            Label again = here(fresh("call"));
            loadOwnUtcb();
            mov(EAX, at(own));
            lea(EAX, EAX.at(distance));
            fill(words);
            ipc(
                    SystemCall.LIPC,
                    b.localId(),
                    b.localId(),
                    insists ? Time.NEVER : Time.SEND_AT_ONCE,
                    MessageTag.of(0, words));
            if (!insists) callAgainIfBusy(again);
            if (self.equals(a)) received(self, place);
            expectMessage(self, b.localId(), MessageTag.of(0, words));
            not(EBX);
            lea(EBX, EBX.at(-1 - distance));
            expect(EBX, at(own), "the answer");
            advance(own);
        }

        /** Through the kernel, which has a way of its own for messages without words. */
        private void callWithNothing(UserThread self, Operand server) {
            loadOwnUtcb();
            ipc(SystemCall.IPC, server, server, Time.NEVER, NO_LABEL);
            expectMessage(self, server, NO_LABEL);
        }

        /** It has found the server not waiting. */
        private void callAgainIfBusy(Label again) {
            Label sent = fresh("sent");
            test(ESI, MessageTag.ERROR);
            exitIf(Z, sent, "answered");
            expect(EDI.at(Utcb.ERROR_CODE).dword(), new Imm(IpcError.TIMEOUT), "the error");
            giveWay();
            jmp(again);
            here(sent);
        }

        /**
         * Holds each message for a while, in which the other client calls; then all words must still be of one message, also if
         * the other was stopped in the middle of sending.
         */
        private void serveCrowd() {
            start(b);
            receiveFirst(b, anyLocal());
            Label again = here(fresh("serve"));
            expect(EDI, b.localId(), "the own local id");
            mov(Utcb.mr(EDI, 1), EBX);
            mov(Utcb.mr(EDI, 2), EBP);
            push(EAX);
            push(ESI);
            giveWay();
            mov(ECX, Mem.base(ESP, 0));
            expectCrowd();
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            pop(ESI);
            pop(EAX);
            Label chosen = fresh("chosen");
            mov(EDX, ThreadId.ANY);
            cmp(ESI, ONE_WORD);
            exitIf(NE, chosen, "several words");
            mov(EDX, anyLocal());
            here(chosen);
            forward(SystemCall.LIPC, EAX, EDX, ANSWER);
            jmp(again);
        }

        /** In: ECX MR0. Out: EBX MR1, EDI the own UTCB; clobbers EDX and ECX. */
        private void expectCrowd() {
            Label known = fresh("known");
            Label nothing = fresh("nothing");
            loadOwnUtcb();
            mov(EBX, Utcb.mr(EDI, 1));
            test(ECX, ECX);
            exitIf(Z, nothing, "no words");
            cmp(ECX, ONE_WORD);
            je(known);
            expect(ECX, new Imm(MessageTag.of(0, SEVERAL)), "MR0");
            here(known);
            requireRising();
            here(nothing);
        }

        /** Calls from another space. */
        private void callFromAbroad(UserThread self) {
            start(self);
            Label again = here(fresh("abroad"));
            callWithNothing(self, new Imm(b.globalId()));
            giveWay();
            jmp(again);
        }

        /** Calls as well, or is ready to run and waits for nobody. */
        private void crowd() {
            Label own = sequence(c);
            start(c);
            Label again = here(fresh("crowd"));
            if (form.equals(CROWD)) callInCrowd(c, own, SEVERAL, "");
            if (form.equals(ERRORS)) callIfAwaited();
            giveWay();
            jmp(again);
        }
    }
}
