package org.sidestep.workloads;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg8;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * What a pair of threads must not notice: two others, whom each tick of the timer wakes and who run before all others then. One
 * lives in the pair's space and may halt and abort them, the other has the root task's rights and may reprioritise, move and
 * delete. Left alone they do nothing; a verifier makes them (see {@link org.sidestep.workload.Observables.Deed}).
 *
 * <p>A and B call each other and repeat what was cancelled or has timed out, by phase, so that nothing is lost and nothing comes
 * twice. Next door X calls Y, who answers anybody; whichever is deleted, the other must learn of it or go on. They check their
 * messages themselves: how many there are is up to the meddlers.
 */
public final class Meddlers implements Workload {

    @Override
    public String id() {
        return "meddlers";
    }

    @Override
    public String summary() {
        return "two pairs of threads, and two that can be made to cancel, halt, reprioritise or delete one of them at a tick";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(
                1000,
                Parameter.integer("words", 2, 0, 63, "untyped words in each message of the first pair"),
                Parameter.flag("queued", false, "whether the meddlers wait for the tick in a send queue"),
                Parameter.flag(
                        "timed", false, "whether the first pair waits for a microsecond at a time, and nobody meddles"),
                Parameter.flag(
                        "client",
                        false,
                        "whether a third thread next door calls the server, by Ipc, and nobody meddles"),
                Parameter.choice("ids", "how the thread next door names its server", "local", "global"),
                Parameter.flag("device", false, "whether a thread next door drives a device, and nobody meddles"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel())
            throw new NotApplicable("user-level threads are not the kernel's to meddle with");
        new Street(program).emit();
    }

    private static final class Street extends Scenario {

        private static final int CAUSE = 0xE;
        /** More than travel in registers. */
        private static final int SEVERAL = 5;

        /** From one version of an id to another. */
        private static final int VERSIONS = 2;

        /** A thread says that its partner is gone. */
        private static final int BEREFT = MessageTag.of(0x60E, 0);

        private static final int QUESTION = 0x600D;

        // priorities; the others have that of all workloads
        private static final int LOW = 50;
        private static final int USUAL = 100;
        private static final int HIGH = 150;
        private static final int MEDDLING = 200;

        /** Microseconds, hence two ticks of the slowest clock that this is verified with, in which all threads have been started. */
        private static final int SETTLED = 3000;

        /** How often B lets others run before it replies: long enough for A's wait to time out. */
        private static final int SLOW = 2;

        /** No device of the machine raises it by itself. */
        private static final int LINE = 5;

        private static final int LINE_ID = ThreadId.global(LINE);

        private final AddressSpace house = root.space("house");
        private final AddressSpace nextDoor = root.space("next door");
        private final UserThread a = root.thread("A", house);
        private final UserThread b = root.thread("B", house);
        private final UserThread x = root.thread("X", nextDoor);
        private final UserThread y = root.thread("Y", nextDoor);
        /** Is always ready to run: whoever waits for it waits for a turn of all. */
        private final UserThread crier = root.thread("Z", nextDoor);

        private final UserThread inside = root.thread("H", house);
        private final UserThread above = root.thread("R", root.ownSpace());

        private final int words;
        private final boolean timed;
        private final boolean client;
        private final boolean globally;
        /** Of a message to the server next door, and of its answer. */
        private final int request;
        /** Drives a device, where there is one. */
        private final Optional<UserThread> driver;

        private final Label called = variable("called");

        Street(UserProgram program) {
            super(program, true);
            words = parameters.integer("words");
            timed = parameters.flag("timed");
            client = parameters.flag("client");
            globally = parameters.choice("ids").equals("global");
            request = MessageTag.of(0, globally ? SEVERAL : 1);
            driver = parameters.flag("device") ? Optional.of(root.thread("D", nextDoor)) : Optional.empty();
            root.timeslice(parameters.integer("timeslice"));
        }

        @Override
        public void emit() {
            asm.align(16);
            call();
            reply();
            callNextDoor();
            answerNextDoor();
            if (globally) waitInVain();
            cry();
            meddle(inside, deedsInside());
            meddle(above, deedsAbove());
            driver.ifPresent(this::drive);
            measure(List.of(a));
            emitWrong();
            root.emit();
        }

        // the pair

        private void call() {
            Label sequence = sequence(a);
            start(a);
            asm.comment("until the meddlers have waited long enough for the next tick to wake them");
            sleep(a, SETTLED);
            rounds(a, () -> round(sequence), this::afterAllDeeds);
        }

        private void round(Label sequence) {
            Label again = here(fresh("again"));
            mov(EAX, at(sequence));
            fill(words);
            exchange(a, b, again);
            received(a);
            expectMessage(a, b.localId(), MessageTag.of(0, words));
            mov(EAX, at(sequence));
            not(EAX);
            expectWords(words);
            advance(sequence);
            giveWay();
        }

        private void reply() {
            Label sequence = sequence(b);
            Label again = label("B.reply");
            start(b);
            forward(SystemCall.IPC, nil(), a.localId(), Time.NEVER);
            jmp(label("B.check"));
            here(again);
            loadOwnUtcb();
            mov(EAX, at(sequence));
            sub(EAX, STEP);
            not(EAX);
            fill(words);
            exchange(b, a, again);
            received(b);
            expectMessage(b, a.localId(), MessageTag.of(0, words));
            mov(EAX, at(sequence));
            expectWords(words);
            advance(sequence);
            for (int i = 0; timed && i < SLOW; i++) giveWay();
            jmp(again);
        }

        private void exchange(UserThread self, UserThread partner, Label again) {
            ipc(SystemCall.LIPC, partner.localId(), partner.localId(), patience(), MessageTag.of(0, words));
            completed(self, partner, again);
        }

        private int patience() {
            return timed ? Time.pair(Time.NEVER, Time.period(1)) : Time.NEVER;
        }

        /** Whoever was stopped in the send phase sends again; in the receive phase, only receives again. */
        private void completed(UserThread self, UserThread partner, Label again) {
            Label check = here(place(self, "check"));
            Label received = fresh("received");
            Label stopped = label(place(self, "stopped"));
            test(ESI, MessageTag.ERROR);
            exitIf(Z, received, "nobody stopped it");
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            mov(ECX, EAX);
            and(ECX, CAUSE);
            if (timed) {
                cmp(ECX, IpcError.TIMEOUT);
                je(stopped);
            }
            cmp(ECX, IpcError.CANCELLED);
            deny(NE, "the error", null, ECX, new Imm(IpcError.CANCELLED));
            here(stopped);
            test(EAX, IpcError.RECEIVE);
            exitIf(Z, again, "it has not sent yet");
            forward(SystemCall.IPC, nil(), partner.localId(), patience());
            jmp(check);
            here(received);
        }

        /** A run is over when all that was begun is done. */
        private void afterAllDeeds() {
            Label wait = here(fresh("wait"));
            Label busy = fresh("busy");
            Label over = fresh("over");
            cmp(at(deed(inside)), 0);
            jne(busy);
            cmp(at(deed(above)), 0);
            je(over);
            here(busy);
            giveWay();
            jmp(wait);
            here(over);
            done();
        }

        // next door

        private void callNextDoor() {
            Label sequence = sequence(x);
            Label alone = fresh("alone");
            start(x);
            Label again = here("X.round");
            loadOwnUtcb();
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
            callNextDoor(request, alone);
            if (globally) {
                asm.comment("and with a map item, of nothing, for which it enters the kernel late");
                loadOwnUtcb();
                mov(EAX, at(sequence));
                mov(Utcb.mr(EDI, 1), EAX);
                mov(Utcb.mr(EDI, 2), MapItem.MAP);
                mov(Utcb.mr(EDI, 3), Fpage.NIL);
                callNextDoor(MessageTag.of(0, 1, MapItem.WORDS), alone);
            }
            giveWay();
            jmp(again);

            here(alone);
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            and(EAX, CAUSE);
            expect(EAX, new Imm(IpcError.NO_PARTNER), "the error");
            Operand meddler = new Imm(above.globalId());
            ipc(SystemCall.IPC, meddler, meddler, Time.NEVER, BEREFT);
        }

        private void callNextDoor(int tag, Label alone) {
            Label sequence = sequenceOf(x);
            Operand id = globally ? new Imm(y.globalId()) : y.localId();
            ipc(SystemCall.LIPC, id, id, Time.NEVER, tag);
            test(ESI, MessageTag.ERROR);
            exitIf(NZ, alone, "the partner is gone");
            expectMessage(x, y.localId(), request);
            not(EBX);
            expect(EBX, at(sequence), "the answer");
            advance(sequence);
        }

        /** Clients may be gone when the answer comes. */
        private void answerNextDoor() {
            Label global = fresh("global");
            start(y);
            if (globally) mov(EDI.at(Utcb.BR0).dword(), Fpage.COMPLETE);
            Label wait = here("Y.wait");
            receive(new Imm(ThreadId.ANY));
            Label answered = here("Y.answered");
            test(ESI, MessageTag.ERROR);
            exitIf(NZ, wait, "the client does not wait for its answer");
            if (globally) forgetMapItem();
            expectTag(y, request);
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            test(Reg8.AL, ThreadId.GLOBAL);
            jnz(global);
            ipc(SystemCall.LIPC, EAX, new Imm(ThreadId.ANY), Time.SEND_AT_ONCE, request);
            jmp(answered);
            here(global);
            asm.comment("others run while it serves a stranger: they must not find it waiting");
            push(EAX);
            giveWay();
            pop(EAX);
            loadOwnUtcb();
            ipc(SystemCall.IPC, EAX, new Imm(ThreadId.ANY), Time.SEND_AT_ONCE, request);
            jmp(answered);
        }

        private void forgetMapItem() {
            Label none = fresh("none");
            test(ESI, MessageTag.TYPED);
            exitIf(Z, none, "words alone");
            mov(ESI, request);
            here(none);
        }

        /** The server is resumed by the kernel, and may not have answered when its neighbour calls it. */
        private void callByIpc() {
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), QUESTION);
            ipc(SystemCall.IPC, y.localId(), y.localId(), Time.NEVER, request);
            expectMessage(crier, y.localId(), request);
            expect(EBX, new Imm(~QUESTION), "the answer");
        }

        /** Calls out to whoever wants to know that it had its turn. */
        private void cry() {
            Label quiet = fresh("quiet");
            start(crier);
            Label again = here("Z.again");
            mov(EAX, at(called));
            test(EAX, EAX);
            exitIf(Z, quiet, "nobody waits");
            mov(at(called), 0);
            loadOwnUtcb();
            ipc(SystemCall.IPC, EAX, nil(), Time.SEND_AT_ONCE, MessageTag.of(0, 0));
            here(quiet);
            if (client) callByIpc();
            giveWay();
            jmp(again);
        }

        /** Answers its interrupts at once, before all others. */
        private void drive(UserThread driver) {
            Operand line = new Imm(LINE_ID);
            program.observe().line(LINE);
            start(driver);
            receive(line);
            Label raised = here("D.raised");
            expectMessage(driver, line, Protocol.INTERRUPT.tag());
            ipc(SystemCall.IPC, line, line, Time.NEVER, MessageTag.of(0, 0));
            jmp(raised);
        }

        // the meddlers

        private Label deed(UserThread meddler) {
            return variable(meddler.name() + ".deed");
        }

        private void meddle(UserThread self, Map<String, Runnable> deeds) {
            Label wanted = deed(self);
            Label over = label(self.name() + ".over");
            start(self);
            if (self.equals(above)) prepare();
            Label sleep = here(self.name() + ".sleep");
            loadOwnUtcb();
            if (parameters.flag("queued")) sendInVain(self, a, Time.pair(Time.period(1), Time.NEVER));
            else sleep(self, 1);
            int number = 0;
            mov(EAX, at(wanted));
            for (String name : deeds.keySet()) {
                number++;
                if (!timed && !client && driver.isEmpty())
                    program.observe().deed(self.name() + " " + name, wanted.name(), number);
                cmp(EAX, number);
                exitIf(E, label(place(self, name)), name);
            }
            jmp(sleep);
            deeds.forEach((name, body) -> {
                here(place(self, name));
                body.run();
                jmp(over);
            });
            here(over);
            mov(at(wanted), 0);
            jmp(sleep);
        }

        private void prepare() {
            List.of(above, inside).forEach(each -> prioritise(each, MEDDLING));
            driver.ifPresent(each -> {
                prioritise(each, MEDDLING);
                threadControl(LINE_ID, LINE_ID, ThreadId.NIL, each.globalId(), UNCHANGED);
                requireControlled();
            });
        }

        private static String place(UserThread meddler, String deed) {
            return meddler.name() + "." + deed.replace(' ', '.');
        }

        private Map<String, Runnable> deedsInside() {
            Map<String, Runnable> deeds = new LinkedHashMap<>();
            for (UserThread victim : List.of(a, b)) {
                deeds.put("cancels " + victim.name(), () -> cancel(victim));
                deeds.put("halts and resumes " + victim.name(), () -> halt(victim));
                deeds.put("sends to " + victim.name(), () -> sendInVain(inside, victim, Time.SEND_AT_ONCE));
            }
            return deeds;
        }

        private Map<String, Runnable> deedsAbove() {
            Map<String, Runnable> deeds = new LinkedHashMap<>();
            for (UserThread victim : List.of(a, b)) {
                deeds.put("raises " + victim.name(), () -> prioritise(victim, HIGH));
                deeds.put("lowers " + victim.name(), () -> lower(victim));
                deeds.put("sends to " + victim.name(), () -> sendInVain(above, victim, Time.SEND_AT_ONCE));
            }
            deeds.put("moves A", () -> move(a, x));
            deeds.put("calls Y", this::callY);
            deeds.put("deletes X", this::deleteX);
            deeds.put("deletes Y", this::deleteY);
            if (globally) deeds.put("replaces Y", this::replaceY);
            return deeds;
        }

        private void cancel(UserThread victim) {
            exchangeRegisters(victim.localId(), ExchangeControl.ABORT_SEND | ExchangeControl.ABORT_RECEIVE);
        }

        private void halt(UserThread victim) {
            exchangeRegisters(victim.localId(), ExchangeControl.HALT | ExchangeControl.HALT_VALID);
            push(at(sequenceOf(victim)));
            letOthersRun(inside);
            pop(EAX);
            cmp(EAX, at(sequenceOf(victim)));
            deny(NE, "a halted thread has run", null, at(sequenceOf(victim)), EAX);
            exchangeRegisters(victim.localId(), ExchangeControl.HALT_VALID);
        }

        private void prioritise(UserThread victim, int priority) {
            schedule(victim.globalId(), UNCHANGED, priority);
        }

        private void lower(UserThread victim) {
            prioritise(victim, LOW);
            letOthersRun(above);
            prioritise(victim, USUAL);
        }

        /** The kernel refuses to move a thread that has a UTCB; all goes on as before. */
        private void move(UserThread victim, UserThread to) {
            threadControl(victim.globalId(), to.globalId(), ThreadId.NIL, ThreadId.NIL, UNCHANGED);
        }

        private void callY() {
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), QUESTION);
            Operand id = new Imm(y.globalId());
            ipc(SystemCall.IPC, id, id, Time.NEVER, request);
            expectMessage(above, id, request);
            expect(EBX, new Imm(~QUESTION), "the answer");
        }

        /** Its server goes on. */
        private void deleteX() {
            delete(x);
            callY();
        }

        /** Its client learns of it. */
        private void deleteY() {
            delete(y);
            awaitBereft();
        }

        private void awaitBereft() {
            loadOwnUtcb();
            receive(new Imm(x.globalId()));
            expectMessage(above, new Imm(x.globalId()), BEREFT);
        }

        /** Another thread waits in the same UTCB, at once: the client does not take it for its server. */
        private void replaceY() {
            int young = y.globalId() + VERSIONS;
            delete(y);
            threadControl(young, x.globalId(), above.globalId(), above.globalId(), utcb(y));
            requireControlled();
            schedule(young, UNCHANGED, MEDDLING);
            loadOwnUtcb();
            mov(Utcb.mr(EDI, 1), label("young.start"));
            mov(Utcb.mr(EDI, 2), y.stackTop());
            ipc(SystemCall.IPC, new Imm(young), nil(), Time.NEVER, MessageTag.of(0, 2));
            awaitBereft();
        }

        /** It is nobody's partner: X has no business with it, and knows that its own is gone. */
        private void waitInVain() {
            routine("young", "the thread in Y's UTCB");
            Label start = here("young.start");
            loadOwnUtcb();
            receive(any());
            test(ESI, MessageTag.ERROR);
            deny(Z, "who waits in Y's UTCB received something", null, EAX, nil());
            jmp(start);
        }

        private void delete(UserThread victim) {
            threadControl(victim.globalId(), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, UNCHANGED);
            requireControlled();
        }

        private void requireControlled() {
            test(EAX, EAX);
            deny(Z, "ThreadControl", null, EAX, new Imm(1));
        }

        /** To one who waits for another: in vain. */
        private void sendInVain(UserThread self, UserThread to, int timeouts) {
            loadOwnUtcb();
            ipc(SystemCall.IPC, idOf(to, self), nil(), timeouts, MessageTag.of(0, 0));
            test(ESI, MessageTag.ERROR);
            deny(Z, "a message that nobody waits for was received", null, ESI, new Imm(MessageTag.ERROR));
        }

        /** Each thread that is ready has its turn. */
        private void letOthersRun(UserThread self) {
            mov(at(called), self.globalId());
            loadOwnUtcb();
            receive(new Imm(crier.globalId()));
        }
    }
}
