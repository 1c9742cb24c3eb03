package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Page faults in the middle of a string: they go to the pager of the thread in whose space they are, and the transfer goes on
 * where it was, unless a transfer timeout passes or it is aborted.
 */
class StringFaultsTest {

    private static final int PAGE = Fpage.PAGE_SIZE;
    /** Of the sender's strings, the receiver's buffers; each case has a part of its own. */
    private static final int SOURCES = 0x20000000;

    private static final int TARGETS = 0x30000000;
    private static final int PART_SHIFT = 16;

    private static final int LENGTH = 2 * PAGE;
    private static final int SOURCE_OFFSET = 0x10;
    private static final int TARGET_OFFSET = 0x20;
    /** Bytes before the source's, and before the target's, second page. */
    private static final int TO_SOURCE_FAULT = PAGE - SOURCE_OFFSET;

    private static final int TO_TARGET_FAULT = PAGE - TARGET_OFFSET;

    private static final int SHORT = Time.period(3000);
    private static final int LONG = Time.period(20_000);
    /** For one to come, so many microseconds later; told as {@link Time} has it when it is known. */
    private static final int POINT = -1;

    private static final int UNTIL_POINT = 4000;
    /** Of microseconds, in a point; all its bits are more than the time until it. */
    private static final int POINT_EXPONENT = 3;

    // what the pager does about a fault beyond the first page

    private static final int SERVE = 0;
    private static final int BLOCK = 1;
    /** Answers once without a mapping. */
    private static final int EMPTY = 2;
    /** Lets the neighbour of the thread that faulted act first, which says how to go on. */
    private static final int ACT = 3;

    private enum Action {
        NONE,
        ABORT,
        HALT
    }

    private enum Side {
        SENDER,
        RECEIVER
    }

    /**
     * A transfer, and what becomes of it.
     *
     * @param fault on whose side there is a fault at the second page; null for all pages of both sides
     * @param mode what the pager does about it
     * @param actor whose neighbour acts
     * @param send the sender's transfer timeout
     * @param receive the receiver's
     * @param error of the sender, and of the receiver, without phase and bytes; 0 if all is copied
     */
    private record Case(
            String name,
            Side fault,
            int mode,
            Action action,
            Side actor,
            int send,
            int receive,
            int error,
            int mirror) {

        static Case served(String name, int mode) {
            return new Case(name, null, mode, Action.NONE, null, Time.NEVER, Time.NEVER, 0, 0);
        }

        static Case timed(String name, Side fault, int mode, int send, int receive, boolean senders) {
            int own = IpcError.OWN_TRANSFER_TIMEOUT;
            int partner = IpcError.PARTNER_TRANSFER_TIMEOUT;
            return new Case(
                    name,
                    fault,
                    mode,
                    Action.NONE,
                    null,
                    send,
                    receive,
                    senders ? own : partner,
                    senders ? partner : own);
        }

        static Case aborted(Side fault, Side actor) {
            return new Case(
                    "the neighbour of " + actor + " aborts, fault of " + fault,
                    fault,
                    ACT,
                    Action.ABORT,
                    actor,
                    Time.NEVER,
                    Time.NEVER,
                    IpcError.ABORTED,
                    IpcError.ABORTED);
        }

        static Case halted(Side fault, Side actor) {
            return new Case(
                    "the neighbour of " + actor + " halts it, fault of " + fault,
                    fault,
                    ACT,
                    Action.HALT,
                    actor,
                    Time.NEVER,
                    Time.NEVER,
                    0,
                    0);
        }

        int bytes() {
            if (error == 0) return LENGTH;
            return fault == Side.SENDER ? TO_SOURCE_FAULT : TO_TARGET_FAULT;
        }
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>(List.of(
                Case.served("faults on both sides", SERVE),
                Case.served("answers that map nothing", EMPTY),
                new Case("in time", null, SERVE, Action.NONE, null, LONG, LONG, 0, 0)));
        for (Side fault : Side.values()) {
            cases.add(Case.timed("both zero, fault of " + fault, fault, BLOCK, Time.ZERO, Time.ZERO, true));
            cases.add(Case.timed("sender's zero, fault of " + fault, fault, BLOCK, Time.ZERO, Time.NEVER, true));
            cases.add(Case.timed("receiver's zero, fault of " + fault, fault, BLOCK, LONG, Time.ZERO, false));
            cases.add(Case.timed("a point in time, fault of " + fault, fault, BLOCK, Time.NEVER, POINT, false));
            cases.add(Case.timed("sender's passes, fault of " + fault, fault, BLOCK, SHORT, Time.NEVER, true));
            cases.add(Case.timed("sender's is shorter, fault of " + fault, fault, BLOCK, SHORT, LONG, true));
            cases.add(Case.timed("receiver's is shorter, fault of " + fault, fault, BLOCK, LONG, SHORT, false));
            cases.add(Case.timed("alike, fault of " + fault, fault, BLOCK, SHORT, SHORT, true));
            for (Side actor : Side.values()) cases.add(Case.aborted(fault, actor));
        }
        for (Side fault : Side.values()) {
            for (Side actor : Side.values()) cases.add(Case.halted(fault, actor));
        }
        return cases;
    }

    /** Sender and receiver, each with a neighbour that may act on it, and the pager of both, which writes down all faults. */
    private static final class Transfers extends TestProgram {

        private static final int LOG_WORDS = 4;
        private static final int MOST_FAULTS = 300;

        private final List<Case> cases;
        private final UserThread sender = root.thread("S", root.space("s"));
        private final UserThread sendersNeighbour = root.thread("SN", root.space("s"));
        private final UserThread receiver = root.thread("R", root.space("r"));
        private final UserThread receiversNeighbour = root.thread("RN", root.space("r"));
        private final UserThread pager = root.thread("P", root.space("p"));
        private final Label modes = area("modes", 4 * 512, 4);
        private final Label pool = area("pool", MOST_FAULTS * PAGE, PAGE);
        private final Label mapped = area("mapped", MOST_FAULTS * 4, 4);
        private final Label log = area("log", MOST_FAULTS * LOG_WORDS * 4, 4);

        Transfers(UserProgram program, List<Case> cases) {
            super(program);
            this.cases = cases;
        }

        private Label area(String name, int size, int alignment) {
            program.bss();
            asm.align(alignment);
            Label area = here(name);
            asm.reserve(size);
            program.code();
            return area;
        }

        @Override
        void threads() {
            sender();
            receiver();
            neighbour(sendersNeighbour, sender, Side.SENDER);
            neighbour(receiversNeighbour, receiver, Side.RECEIVER);
            pager();
        }

        private void sender() {
            begin(sender);
            for (int n = 0; n < cases.size(); n++) {
                Case each = cases.get(n);
                prepare(n, Side.SENDER, SOURCES);
                mov(EDI.at(Utcb.XFER_TIMEOUTS), Time.pair(each.send, Time.ZERO));
                mov(Utcb.mr(EDI, 1), StringItem.simple(LENGTH));
                mov(Utcb.mr(EDI, 2), SOURCES + (n << PART_SHIFT) + SOURCE_OFFSET);
                clock(n + ".before");
                ipc(SystemCall.IPC, global(receiver), nil(), Time.NEVER, MessageTag.of(n, 0, 2));
                if (n == 0) here("S.resume");
                keep(n + ".sender");
                clock(n + ".after");
                if (each.send == LONG && each.error == 0) sleep(sender, 30_000);
            }
            done();
        }

        private void receiver() {
            begin(receiver);
            for (int n = 0; n < cases.size(); n++) {
                prepare(n, Side.RECEIVER, TARGETS);
                if (cases.get(n).receive == POINT) setPoint();
                else mov(EDI.at(Utcb.XFER_TIMEOUTS), Time.pair(Time.ZERO, cases.get(n).receive));
                mov(Utcb.br(EDI, 0), StringItem.ACCEPTOR);
                mov(Utcb.br(EDI, 1), StringItem.simple(LENGTH));
                mov(Utcb.br(EDI, 2), TARGETS + (n << PART_SHIFT) + TARGET_OFFSET);
                receive(global(sender));
                keep(n + ".receiver");
            }
            done();
        }

        private void setPoint() {
            systemCall(SystemCall.SYSTEM_CLOCK);
            loadOwnUtcb();
            add(EAX, UNTIL_POINT);
            shr(EAX, POINT_EXPONENT);
            and(EAX, Time.POINT_BITS);
            or(EAX, Time.POINT | POINT_EXPONENT << Time.POINT_EXPONENT_SHIFT);
            mov(EDI.at(Utcb.XFER_TIMEOUTS), EAX);
        }

        private void begin(UserThread thread) {
            start(thread);
            mov(EDI.at(Utcb.PAGER), pager.globalId());
        }

        /** Has those pages mapped of which no fault is wanted. */
        private void prepare(int n, Side side, int parts) {
            Case each = cases.get(n);
            int pages = each.fault == null ? 0 : each.fault == side ? 1 : 3;
            for (int page = 0; page < pages; page++) {
                Mem place = Mem.absolute(parts + (n << PART_SHIFT) + page * PAGE);
                if (side == Side.SENDER) mov(Reg8.AL, place.byte_());
                else op("lock or", place.dword(), new Imm(0));
            }
            if (each.fault == side) mov(mode(side, n), each.mode);
            if (each.fault == null) mov(mode(side, n), each.mode);
        }

        private Mem mode(Side side, int n) {
            return Mem.at(modes).plus(4 * (256 * side.ordinal() + n)).dword();
        }

        private void keep(String name) {
            mov(at(variable(name + ".tag")), ESI);
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            mov(at(variable(name + ".error")), EAX);
            inc(at(variable(name.substring(name.indexOf('.') + 1) + ".ran")));
        }

        private void clock(String name) {
            systemCall(SystemCall.SYSTEM_CLOCK);
            mov(at(variable(name)), EAX);
            loadOwnUtcb();
        }

        /** Called by the pager at a fault, if it is its turn; its answer makes the pager look again what to do. */
        private void neighbour(UserThread self, UserThread victim, Side side) {
            begin(self);
            for (int n = 0; n < cases.size(); n++) {
                Case each = cases.get(n);
                if (each.actor != side) continue;
                receive(global(pager));
                requireEqual(EBX, n, "the case");
                act(n, each, victim, side);
                mov(mode(each.fault, n), each.action == Action.ABORT ? BLOCK : SERVE);
                ipc(SystemCall.IPC, global(pager), nil(), Time.NEVER, MessageTag.of(0, 0));
                if (each.action == Action.HALT) resume(n, self, victim, side);
            }
            done();
        }

        private void act(int n, Case each, UserThread victim, Side side) {
            int doing = side == Side.SENDER ? ExchangeControl.WAS_SENDING : ExchangeControl.WAS_RECEIVING;
            int abort = side == Side.SENDER ? ExchangeControl.ABORT_SEND : ExchangeControl.ABORT_RECEIVE;
            int other = side == Side.SENDER ? ExchangeControl.ABORT_RECEIVE : ExchangeControl.ABORT_SEND;
            int halt = ExchangeControl.HALT_VALID | ExchangeControl.HALT;
            exchangeRegisters(victim.localId(), each.action == Action.ABORT ? other : halt);
            requireEqual(ECX, doing, "what it was doing");
            exchangeRegisters(victim.localId(), each.action == Action.ABORT ? abort : 0);
            int halted = each.action == Action.HALT ? ExchangeControl.WAS_HALTED : 0;
            requireEqual(ECX, doing | halted, "still");
            loadOwnUtcb();
        }

        /** It has not gone on, though its transfer has. */
        private void resume(int n, UserThread self, UserThread victim, Side side) {
            Label ran = variable(side.name().toLowerCase(Locale.ROOT) + ".ran");
            sleep(self, 5000);
            requireEqual(at(ran), n, "it does not run");
            exchangeRegisters(victim.localId(), ExchangeControl.HALT_VALID);
            loadOwnUtcb();
            sleep(self, 5000);
            cmp(at(ran), n);
            require(NE, "it runs again");
        }

        private void pager() {
            start(pager);
            Label next = here(fresh("next"));
            Label serve = fresh("serve");
            Label same = fresh("same");
            Label decide = fresh("decide");
            Label actions = fresh("actions");
            Label empty = fresh("empty");
            receive(any());
            mov(at(variable("from")), EAX);
            mov(at(variable("address")), EBX);
            shr(ESI, Protocol.TAG_SHIFT);
            cmp(ESI, Protocol.PAGE_FAULT.highBits());
            require(E, "a page fault");
            cmp(EBX, SOURCES);
            exitIf(B, same, "of the program itself");
            writeDown();
            test(EBX, 0xF000);
            exitIf(Z, serve, "a first page");
            here(decide);
            loadMode();
            cmp(EAX, BLOCK);
            exitIf(E, next, "no answer");
            cmp(EAX, EMPTY);
            exitIf(E, empty, "an answer without a mapping");
            cmp(EAX, ACT);
            exitIf(E, actions, "somebody else's turn");
            here(serve);
            serve();
            jmp(next);
            here(same);
            one();
            jmp(next);
            here(empty);
            mov(ECX.at(0).dword(), SERVE);
            ipc(SystemCall.IPC, at(variable("from")), nil(), Time.SEND_AT_ONCE, MessageTag.of(0, 0));
            jmp(next);
            here(actions);
            callNeighbour();
            jmp(decide);
        }

        /** ECX := address of the mode, EAX the mode, EDX the case. */
        private void loadMode() {
            mov(EDX, at(variable("address")));
            mov(ECX, EDX);
            shr(ECX, 28);
            sub(ECX, SOURCES >>> 28);
            shl(ECX, 8);
            shr(EDX, PART_SHIFT);
            and(EDX, 0xFF);
            add(ECX, EDX);
            shl(ECX, 2);
            add(ECX, modes);
            mov(EAX, ECX.at(0));
        }

        private void writeDown() {
            Label count = variable("faults");
            mov(ECX, at(count));
            inc(at(count));
            shl(ECX, 4);
            mov(EAX, at(variable("from")));
            mov(Mem.at(log, ECX, 1).dword(), EAX);
            mov(EAX, EDI.at(0));
            mov(Mem.at(log, ECX, 1).plus(4).dword(), EAX);
            mov(Mem.at(log, ECX, 1).plus(8).dword(), EBX);
            mov(Mem.at(log, ECX, 1).plus(12).dword(), EBP);
        }

        private void callNeighbour() {
            for (Side side : Side.values()) {
                Label other = fresh("other");
                UserThread neighbour = side == Side.SENDER ? sendersNeighbour : receiversNeighbour;
                for (int n = 0; n < cases.size(); n++) {
                    if (cases.get(n).actor != side) continue;
                    Label not = fresh("not");
                    cmp(EDX, n);
                    jne(not);
                    mov(Utcb.mr(EDI, 1), n);
                    ipc(SystemCall.IPC, global(neighbour), global(neighbour), Time.NEVER, MessageTag.of(0, 1));
                    jmp(label("acted"));
                    here(not);
                }
                here(other);
            }
            here("acted");
        }

        /** A page of the pool: a source with its own addresses in it, a target with ones. */
        private void serve() {
            Label target = fresh("target");
            mov(ESI, at(variable("served")));
            inc(at(variable("served")));
            shl(ESI, 12);
            add(ESI, pool);
            mov(EBX, at(variable("address")));
            and(EBX, -PAGE);
            mov(ECX, at(variable("served")));
            mov(Mem.at(mapped, ECX, 4).plus(-4).dword(), EBX);
            xor(ECX, ECX);
            mov(EAX, -1);
            Label fill = here(fresh("fill"));
            cmp(EBX, TARGETS);
            exitIf(AE, target, "a buffer");
            lea(EAX, EBX.at(ECX, 4, 0));
            here(target);
            mov(ESI.at(ECX, 4, 0).dword(), EAX);
            add(ECX, 1);
            cmp(ECX, PAGE / 4);
            jne(fill);
            map(ESI);
        }

        private void one() {
            mov(ESI, EBX);
            and(ESI, -PAGE);
            mov(EBX, ESI);
            op("lock or", ESI.at(0).dword(), new Imm(0));
            map(ESI);
        }

        /** Maps the page at ESI to EBX. */
        private void map(Reg32 page) {
            add(EBX, MapItem.MAP);
            mov(Utcb.mr(EDI, 1), EBX);
            add(page, Fpage.of(0, PAGE, Fpage.ALL_RIGHTS));
            mov(Utcb.mr(EDI, 2), page);
            ipc(SystemCall.IPC, at(variable("from")), nil(), Time.SEND_AT_ONCE, MapItem.TAG);
        }
    }

    /** A page fault as the pager saw it. */
    private record Fault(int from, int tag, int address, int ip) {}

    @EveryPolicy
    void eachFaultIsServedOrEndsTheTransferForBothSidesWithTheBytesCopied(
            String policy, String validation, String entry) {
        List<Case> cases = cases();
        Booted run = TestProgram.finished(
                policy, validation, Map.of("entry", entry), program -> new Transfers(program, cases));
        List<Fault> faults = faults(run);
        for (int n = 0; n < cases.size(); n++) {
            Case each = cases.get(n);
            int bytes = each.error == 0 ? 0 : each.bytes() << IpcError.BYTES_SHIFT;
            int failed = each.error == 0 ? 0 : MessageTag.ERROR;
            String as = each.name;
            assertThat(word(run, n + ".sender.tag")).as(as).isEqualTo(failed);
            assertThat(word(run, n + ".receiver.tag") & MessageTag.ERROR).as(as).isEqualTo(failed);
            if (each.error != 0) {
                assertThat(word(run, n + ".sender.error")).as(as).isEqualTo(each.error | bytes);
                assertThat(word(run, n + ".receiver.error")).as(as).isEqualTo(each.mirror | IpcError.RECEIVE | bytes);
            }
            assertThat(copied(run, n)).as(as).isEqualTo(each.bytes());
            int took = word(run, n + ".after") - word(run, n + ".before");
            if (each.send == SHORT || each.receive == SHORT || each.receive == POINT)
                assertThat(took).as(as).isBetween(3000, 8000);
            if (each.send == Time.ZERO || each.receive == Time.ZERO)
                assertThat(took).as(as).isLessThan(2000);
        }
        faultsAreTold(run, cases, faults);
    }

    /** Of those that were expected to be told: who, how, where. */
    private static void faultsAreTold(Booted run, List<Case> cases, List<Fault> faults) {
        int resume = run.address("S.resume");
        int reads = Protocol.PAGE_FAULT.tag(Fpage.READ);
        int writes = Protocol.PAGE_FAULT.tag(Fpage.WRITE);
        List<Integer> sources = addresses(faults, SOURCES, 0);
        assertThat(sources).containsExactly(SOURCES + SOURCE_OFFSET, SOURCES + PAGE, SOURCES + 2 * PAGE);
        List<Integer> targets = addresses(faults, TARGETS, 0);
        assertThat(targets).containsExactly(TARGETS + TARGET_OFFSET, TARGETS + PAGE, TARGETS + 2 * PAGE);
        faults.stream().filter(fault -> part(fault, SOURCES, 0)).forEach(fault -> {
            assertThat(fault.tag).isEqualTo(reads);
            assertThat(fault.ip).isEqualTo(resume);
        });
        faults.stream().filter(fault -> part(fault, TARGETS, 0)).forEach(fault -> {
            assertThat(fault.tag).isEqualTo(writes);
            assertThat(fault.ip).isEqualTo(-1);
        });
        for (int n = 0; n < cases.size(); n++) {
            Case each = cases.get(n);
            if (each.fault == null) continue;
            int parts = each.fault == Side.SENDER ? SOURCES : TARGETS;
            boolean told = each.send != Time.ZERO && each.receive != Time.ZERO;
            int second = parts + (n << PART_SHIFT) + PAGE;
            assertThat(addresses(faults, parts, n).contains(second))
                    .as(each.name)
                    .isEqualTo(told);
        }
    }

    private static boolean part(Fault fault, int parts, int n) {
        return fault.address >>> PART_SHIFT == (parts >>> PART_SHIFT) + n;
    }

    private static List<Integer> addresses(List<Fault> faults, int parts, int n) {
        return faults.stream()
                .filter(fault -> part(fault, parts, n))
                .map(Fault::address)
                .toList();
    }

    private static List<Fault> faults(Booted run) {
        int log = run.address("log");
        return IntStream.range(0, word(run, "faults"))
                .mapToObj(i -> new Fault(
                        physical(run, log + 16 * i),
                        physical(run, log + 16 * i + 4),
                        physical(run, log + 16 * i + 8),
                        physical(run, log + 16 * i + 12)))
                .toList();
    }

    /** How many bytes from the first on are as the sender has them; those behind must not have been touched. */
    private static int copied(Booted run, int n) {
        List<Integer> served = served(run);
        int bytes = 0;
        boolean over = false;
        for (int i = 0; i < LENGTH; i++) {
            int target = TARGETS + (n << PART_SHIFT) + TARGET_OFFSET + i;
            int source = SOURCES + (n << PART_SHIFT) + SOURCE_OFFSET + i;
            int page = served.lastIndexOf(target & -PAGE);
            int expected = (source & -4) >>> 8 * (source & 3) & 0xFF;
            int found = page < 0 ? 0xFF : octet(run, run.address("pool") + page * PAGE + (target & PAGE - 1));
            if (found == expected && !over) bytes++;
            else over = true;
            if (over && found != 0xFF) return -1;
        }
        return bytes;
    }

    /** The pages for which the pager took one of its pool, in their order. */
    private static List<Integer> served(Booted run) {
        int log = run.address("mapped");
        return IntStream.range(0, word(run, "served"))
                .mapToObj(i -> physical(run, log + 4 * i))
                .toList();
    }

    private static int physical(Booted run, int address) {
        byte[] word = run.machine().peekPhysical(address, 4);
        return word[0] & 0xFF | (word[1] & 0xFF) << 8 | (word[2] & 0xFF) << 16 | word[3] << 24;
    }

    private static int octet(Booted run, int address) {
        return run.machine().peekPhysical(address, 1)[0] & 0xFF;
    }

    private static int word(Booted run, String variable) {
        return TestProgram.word(run, variable);
    }
}
