package org.sidestep.workloads;

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
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The ways that a call of Lipc can take, in each round: to one who waits for the caller alone or for any; calls, waits for any
 * and mere sends; of few words, of more and of all; with each timeout; with strings; from several places in the code, and to
 * the fourth thread of a space; to one who has been made to go on elsewhere, and to one in whose name another is sending; all that
 * by local id, or by global id where it is the same server. A policy that decides on a way by something that it has not looked at
 * fails in one of them.
 */
public final class Ways implements Workload {

    @Override
    public String id() {
        return "ways";
    }

    @Override
    public String summary() {
        return "a client that calls and sends in all the ways that a policy may tell apart";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(
                64,
                Parameter.choice("ids", "how the client names the first of its servers", "local", "global"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel())
            throw new NotApplicable("user-level threads have no kernel to be compared with");
        new Crossing(program).emit();
    }

    private static final class Crossing extends Scenario {

        /** More than travel in registers. */
        private static final int SEVERAL = 5;

        /** About half of them: what a policy that knows several lengths may take for a shorter message. */
        private static final int HALF = 34;

        private static final int ALL = Utcb.MESSAGE_REGISTERS - 1;
        private static final int ONE_WORD = MessageTag.of(0, 1);

        /** In a label: the server does not answer. */
        private static final int SILENT = MessageTag.of(1, 0);
        /** In a label: the server waits for any thread of its space next, not for the client alone. */
        private static final int OPEN = MessageTag.of(2, 0);

        /** With {@link #OPEN}: for any thread of any space. */
        private static final int WIDE = MessageTag.of(4, 0);

        /** In a label: the client may take something else first, and the server's answer then. */
        private static final int PATIENT = MessageTag.of(8, 0);

        /** The word of a message in another's name. */
        private static final int NAMED = 0x6E61_6D65;

        /** The partner waits, or the client does. */
        private static final int AT_ONCE = Time.SEND_AT_ONCE;
        /** There will be no answer. */
        private static final int NO_ANSWER = Time.pair(Time.NEVER, Time.ZERO);

        /** By how much another stack pointer is lower. */
        private static final int DIVERTED = 8;

        private static final int STRING = 0x6C65_7567;
        private static final int BYTES = 4;

        private final AddressSpace house = root.space("house");
        private final UserThread a = root.thread("A", house);
        private final UserThread b = root.thread("B", house);
        private final UserThread c = root.thread("C", house);
        private final UserThread d = root.thread("D", house);
        private final Label sequence = sequence(a);
        private final Label source = label("source");
        private final Label diverted = label("D.diverted");
        private final boolean globally;
        private int calls;

        Crossing(UserProgram program) {
            super(program, true);
            globally = parameters.choice("ids").equals("global");
            root.timeslice(parameters.integer("timeslice"));
        }

        private Operand id(UserThread server) {
            return globally && server.equals(b) ? new Imm(b.globalId()) : server.localId();
        }

        /** In whose name another sends. */
        private UserThread overtaken() {
            return globally ? b : d;
        }

        @Override
        public void emit() {
            program.data();
            asm.align(4);
            here(source);
            asm.word(new Imm(STRING));
            program.code();
            asm.align(16);
            start(a);
            rounds(a, this::round, this::done);
            for (UserThread server : List.of(b, d)) serve(server);
            sendInName();
            measure(List.of(a));
            emitWrong();
            root.emit();
        }

        private void round() {
            ask(SystemCall.LIPC, b, MessageTag.of(0, 1), OPEN, id(b), Time.NEVER);
            push(EDI);
            ask(SystemCall.LIPC, b, MessageTag.of(0, SEVERAL), 0, id(b), Time.NEVER);
            pop(EDI);
            ask(SystemCall.LIPC, b, MessageTag.of(0, 1), OPEN, id(b), AT_ONCE);
            ask(SystemCall.LIPC, b, MessageTag.of(0, SEVERAL), OPEN | WIDE, id(b), AT_ONCE);
            ask(SystemCall.LIPC, b, MessageTag.of(0, 1), OPEN | WIDE, id(b), AT_ONCE);
            ask(SystemCall.LIPC, b, MessageTag.of(0, SEVERAL), 0, anyLocal(), AT_ONCE);
            inTheLastRound();
            ask(SystemCall.LIPC, d, MessageTag.of(0, 1), 0, anyLocal(), Time.NEVER);
            divert(d);
            ask(SystemCall.LIPC, d, MessageTag.of(0, 1), 0, d.localId(), Time.NEVER);
            divert(d);
            push(EDI);
            ask(SystemCall.IPC, d, MessageTag.of(0, 1), 0, d.localId(), Time.NEVER);
            pop(EDI);
            callOvertaken(SystemCall.LIPC, 1);
            callOvertaken(SystemCall.LIPC, SEVERAL);
            callOvertaken(SystemCall.IPC, 1);
            tell(b, 1);
            ask(SystemCall.LIPC, b, MessageTag.of(0, SEVERAL), 0, anyLocal(), Time.NEVER);
            tell(b, 1);
            tell(d, SEVERAL);
            asm.comment("neither waits yet");
            ask(SystemCall.LIPC, b, MessageTag.of(0, 1), 0, id(b), Time.NEVER);
            askAnother();
            giveWay();
            for (int words : new int[] {1, SEVERAL}) {
                askInVain(b, words, id(b));
                askInVain(d, words, anyLocal());
                giveWay();
            }
            askWithString(OPEN, id(b), Time.NEVER);
            askWithString(0, anyLocal(), Time.NEVER);
            askWithString(0, id(b), AT_ONCE);
            giveWay();
        }

        /** Not the one that is named each time. */
        private void askAnother() {
            Operand id = globally ? new Imm(d.globalId()) : d.localId();
            compose(1);
            ipc(SystemCall.LIPC, id, id, Time.NEVER, ONE_WORD);
            answered(d);
        }

        /** Messages of all words, and of who was halted while it waited: in the last round alone, since they are long. */
        private void inTheLastRound() {
            Label notYet = fresh("notYet");
            cmp(at(variable(a.name() + ".left")), 1);
            exitIf(NE, notYet, "rounds are left");
            for (int words : new int[] {ALL, HALF, HALF - 1})
                ask(SystemCall.LIPC, b, MessageTag.of(0, words), 0, any(), Time.NEVER);
            for (int label : new int[] {OPEN, OPEN | WIDE, 0}) {
                ask(SystemCall.IPC, b, ONE_WORD, label, id(b), Time.NEVER);
                haltForAMoment(b);
            }
            ask(SystemCall.IPC, b, ONE_WORD, 0, id(b), Time.NEVER);
            here(notYet);
        }

        /** Whoever waits then waits for the same again. */
        private void haltForAMoment(UserThread waiting) {
            exchangeRegisters(waiting.localId(), ExchangeControl.HALT | ExchangeControl.HALT_VALID);
            exchangeRegisters(waiting.localId(), ExchangeControl.HALT_VALID);
        }

        /** Lets a server that waits go on elsewhere, with another stack pointer, whoever resumes it. */
        private void divert(UserThread waiting) {
            exchangeRegisters(waiting.localId(), ExchangeControl.DELIVER);
            sub(EDX, DIVERTED);
            lea(ESI, Mem.at(diverted));
            exchangeRegisters(waiting.localId(), ExchangeControl.SET_SP | ExchangeControl.SET_IP);
            mov(at(variable("astray")), 1);
        }

        /** The server waits, and yet what another is about to send in its name is there before its answer. */
        private void callOvertaken(SystemCall call, int words) {
            Label again = fresh("again");
            Label queued = fresh("queued");
            tell(c, 1);
            here(again);
            exchangeRegisters(c.localId(), ExchangeControl.DELIVER);
            test(ECX, ExchangeControl.WAS_SENDING);
            exitIf(NZ, queued, "it sends");
            giveWay();
            jmp(again);
            here(queued);
            compose(words);
            UserThread server = overtaken();
            ipc(call, id(server), id(server), Time.NEVER, MessageTag.of(0, words) | PATIENT);
            received(a, "overtaken." + ++calls);
            expectMessage(a, server.localId(), ONE_WORD | MessageTag.PROPAGATED);
            expect(EBX, new Imm(NAMED), "what was sent in " + server.name() + "'s name");
            expect(EDI.at(Utcb.ACTUAL_SENDER).dword(), new Imm(c.globalId()), "the actual sender");
            receive(server.localId());
            answered(server);
        }

        // the client

        /** MR1 .. n of the next message, and a scratch register of Lipc that happens to be 0. */
        private void compose(int words) {
            loadOwnUtcb();
            mov(EAX, at(sequence));
            fill(words);
            xor(EBP, EBP);
        }

        private void ask(SystemCall call, UserThread to, int tag, int label, Operand from, int timeouts) {
            compose(tag & MessageTag.UNTYPED);
            ipc(call, id(to), from, timeouts, tag | label);
            answered(to);
        }

        private void answered(UserThread by) {
            received(a, "answered." + ++calls);
            expectMessage(a, by.localId(), ONE_WORD);
            not(EBX);
            dec(EBX);
            expect(EBX, at(sequence), "the answer");
            if (by.equals(d)) expect(at(variable("astray")), new Imm(0), "where " + d.name() + " went on");
            advance(sequence);
        }

        /** Sends, and waits for nobody. */
        private void tell(UserThread to, int words) {
            compose(words);
            ipc(SystemCall.LIPC, id(to), nil(), Time.NEVER, MessageTag.of(0, words) | SILENT);
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not sent", null, ESI, new Imm(0));
            advance(sequence);
        }

        private void askInVain(UserThread to, int words, Operand from) {
            compose(words);
            ipc(SystemCall.LIPC, id(to), from, NO_ANSWER, MessageTag.of(0, words) | SILENT);
            test(ESI, MessageTag.ERROR);
            deny(Z, "no error", null, ESI, new Imm(MessageTag.ERROR));
            Imm timeout = new Imm(IpcError.RECEIVE | IpcError.TIMEOUT);
            expect(EDI.at(Utcb.ERROR_CODE).dword(), timeout, "the error");
            advance(sequence);
        }

        private void askWithString(int label, Operand from, int timeouts) {
            compose(1);
            mov(Utcb.mr(EDI, 2), StringItem.simple(BYTES));
            lea(EAX, Mem.at(source));
            mov(Utcb.mr(EDI, 3), EAX);
            ipc(SystemCall.LIPC, id(b), from, timeouts, MessageTag.of(0, 1, 2) | label);
            answered(b);
        }

        // the servers

        private void serve(UserThread self) {
            Label buffer = label(self.name() + ".buffer");
            program.bss();
            asm.align(4);
            here(buffer);
            asm.reserve(BYTES);
            program.code();
            start(self);
            mov(Utcb.br(EDI, 0), StringItem.ACCEPTOR);
            mov(Utcb.br(EDI, 1), StringItem.simple(BYTES));
            lea(EAX, Mem.at(buffer));
            mov(Utcb.br(EDI, 2), EAX);
            Label stack = variable(self.name() + ".sp");
            mov(at(stack), ESP);
            receiveFirst(self, a.localId());
            received(self);
            expect(ESP, at(stack), "the stack pointer");
            expect(EAX, a.localId(), "the sender's id");
            expect(EDI, self.localId(), "the own local id");
            requireRisingWords(self);
            requireString(self, buffer);
            next(self);
            if (self.equals(d)) diverted();
        }

        private void diverted() {
            here(diverted);
            lea(ESP, ESP.at(DIVERTED));
            mov(at(variable("astray")), 0);
            jmp(label(d.name() + ".received"));
        }

        /** Each time it is told to, in the name of another, who does not know. */
        private void sendInName() {
            start(c);
            receiveFirst(c, a.localId());
            received(c);
            mov(EDI.at(Utcb.ACTUAL_SENDER).dword(), overtaken().globalId());
            mov(Utcb.mr(EDI, 1), NAMED);
            ipc(SystemCall.IPC, a.localId(), nil(), Time.NEVER, ONE_WORD | MessageTag.PROPAGATED);
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not sent in another's name", null, ESI, new Imm(0));
            receive(a.localId());
            jmp(label(c.name() + ".received"));
        }

        private void requireString(UserThread self, Label buffer) {
            Label none = fresh("none");
            test(ESI, MessageTag.TYPED);
            exitIf(Z, none, "no string");
            expect(at(buffer), new Imm(STRING), "the string for " + self.name());
            mov(at(buffer), 0);
            here(none);
        }

        /** Answers or not, and waits for the client or for any, as the label says. */
        private void next(UserThread self) {
            Label chosen = fresh("chosen");
            Label answer = fresh("answer");
            mov(EDX, a.localId());
            test(ESI, OPEN);
            exitIf(Z, chosen, "for the client");
            mov(EDX, anyLocal());
            test(ESI, WIDE);
            exitIf(Z, chosen, "for any of its space");
            mov(EDX, any());
            here(chosen);
            test(ESI, SILENT);
            exitIf(Z, answer, "it waits");
            xor(ESI, ESI);
            forward(SystemCall.LIPC, nil(), EDX, Time.NEVER);
            jmp(label(self.name() + ".received"));
            here(answer);
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            Label patient = fresh("patient");
            test(ESI, PATIENT);
            mov(ESI, ONE_WORD);
            exitIf(NZ, patient, "it may not wait for the answer yet");
            forward(SystemCall.LIPC, a.localId(), EDX, AT_ONCE);
            jmp(label(self.name() + ".received"));
            here(patient);
            forward(SystemCall.LIPC, a.localId(), EDX, Time.NEVER);
            jmp(label(self.name() + ".received"));
        }
    }
}
