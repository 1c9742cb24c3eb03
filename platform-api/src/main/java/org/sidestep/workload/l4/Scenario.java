package org.sidestep.workload.l4;

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
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Utcb;

/**
 * What the workloads' threads have in common: rounds in which every message is checked, rounds to warm up, rounds that are
 * measured, and the end of a thread. Checked rounds have code of their own, so that checking costs the others nothing; with
 * {@code verify} all rounds are checked.
 *
 * <p>The label {@code T.received} of a thread T is where it has just received a message, {@code T.received.checked}
 * where that happens in a checked round before the others.
 */
public abstract class Scenario extends ThreadCode {

    /** Distance of the sequence numbers of two messages: more than a message has words. */
    protected static final int STEP = 64;

    /** Checked rounds of each client before the warm-up: enough to involve each of up to eight servers twice. */
    private static final int CHECKED = 16;

    /** Words that travel in registers. */
    protected static final int REGISTER_WORDS = 2;

    protected final Parameters parameters;
    protected final int rounds;
    protected final int warmup;
    private final boolean verify;
    private boolean checking;

    protected Scenario(UserProgram program) {
        this(program, program.parameters().flag("verify"));
    }

    /** @param verify whether messages are checked in all rounds */
    protected Scenario(UserProgram program, boolean verify) {
        super(program);
        parameters = program.parameters();
        rounds = parameters.integer("rounds");
        warmup = parameters.integer("warmup");
        this.verify = verify;
        checking = verify;
    }

    /** The parameters of a workload: its own, then those that all have. */
    public static List<Parameter> parameters(int defaultRounds, Parameter... own) {
        Parameter verify = Parameter.flag(
                "verify", false, "whether messages are checked in all rounds, not in those before the warm-up alone");
        return Stream.concat(checked(defaultRounds, own).stream(), Stream.of(verify))
                .toList();
    }

    /** The parameters of a workload that checks messages in all rounds. */
    public static List<Parameter> checked(int defaultRounds, Parameter... own) {
        Stream<Parameter> common = Stream.of(
                Parameter.integer(
                        "rounds", defaultRounds, 1, 10_000_000, "rounds of the leading thread that are measured"),
                Parameter.integer("warmup", 64, 1, 1_000_000, "rounds before them"));
        return Stream.concat(Stream.of(own), common).toList();
    }

    public static Parameter timeslice() {
        return Parameter.integer("timeslice", 1000, 1, 1_000_000, "time slice of the threads in microseconds");
    }

    /** Emits the whole program. */
    public abstract void emit();

    /** Whether the code that is being emitted checks messages. */
    protected final boolean checking() {
        return checking;
    }

    /** Rounds of a client in which messages are checked before others begin; 0 if all are. */
    protected final int checkedRounds() {
        return verify ? 0 : CHECKED;
    }

    /** All rounds of a client. */
    protected final int allRounds() {
        return checkedRounds() + warmup + rounds;
    }

    /** The first wait of a thread; a context has no need to wait, it starts with its first message. */
    protected final void receiveFirst(UserThread thread, Operand from) {
        receive(from);
        here(thread.resume());
    }

    /** Here {@code thread} has just received a message. */
    protected final void received(UserThread thread) {
        received(thread, "received");
    }

    /** The same at one of several places, which the label {@code T.place} names. */
    protected final void received(UserThread thread, String place) {
        program.observe().delivery(here(label(thread, place)).name());
    }

    private Label label(UserThread thread, String place) {
        String name = thread.name() + "." + place;
        return label(checking == verify ? name : name + ".checked");
    }

    /**
     * The life of a thread that answers messages, from where it has received the first. Where its loop lies in a line of code
     * does not depend on what stands before it.
     *
     * @param checked how many messages come to it in checked rounds
     * @param turn from a message received to the next
     */
    protected final void serve(UserThread thread, int checked, Runnable turn) {
        if (checked > 0) {
            Label left = counter(thread.name() + ".unchecked", checked);
            checking = true;
            received(thread);
            turn.run();
            dec(at(left));
            jnz(label(thread, "received"));
            checking = verify;
        }
        jmp(label(thread, "received"));
        asm.align(16);
        received(thread);
        turn.run();
        jmp(label(thread, "received"));
    }

    /** The checked rounds of a client, if not all are. */
    protected final void check(UserThread thread, Runnable round) {
        if (verify) return;
        Label left = counter(thread.name() + ".unchecked", CHECKED);
        checking = true;
        Label again = here(thread.name() + ".check");
        round.run();
        dec(at(left));
        jnz(again);
        checking = false;
    }

    /**
     * No client goes on before all have had their checked rounds: their server checks no longer. They meet in memory, since
     * some wait for messages from anybody.
     */
    protected final void meet(List<UserThread> clients) {
        if (verify || clients.size() < 2) return;
        Label present = variable("present");
        Label all = fresh("all");
        inc(at(present));
        Label wait = here(fresh("meet"));
        cmp(at(present), clients.size());
        je(all);
        giveWay();
        jmp(wait);
        here(all);
    }

    /**
     * The client's rounds: {@code round} in a loop, first to warm up and then measured.
     *
     * @param end what follows
     */
    protected final void rounds(UserThread thread, Runnable round, Runnable end) {
        rounds(thread, rounds, round, end);
    }

    /** The same with a number of measured rounds of its own. */
    protected final void rounds(UserThread thread, int measured, Runnable round, Runnable end) {
        Label left = variable(thread.name() + ".left");
        Label loop = label(thread.name() + ".rounds");
        mov(at(left), warmup);
        call(loop);
        here(thread.name() + ".begin");
        mov(at(left), measured);
        call(loop);
        here(thread.name() + ".end");
        test(ESI, MessageTag.ERROR);
        deny(NZ, "the last Ipc failed: MR0", null, ESI, new Imm(0));
        end.run();
        asm.align(16);
        here(loop);
        here(thread.name() + ".round");
        round.run();
        dec(at(left));
        jnz(loop);
        here(thread.name() + ".over");
        ret();
    }

    /**
     * Measures from the end of the first client's warm-up to the end of its rounds. A round of any client counts: whoever runs
     * while another is preempted is not idle.
     */
    protected final void measure(List<UserThread> clients) {
        UserThread leader = clients.get(0);
        program.observe().measure(leader.name() + ".begin", leader.name() + ".end");
        measureRound("roundtrip", clients, 1);
    }

    /** A metric that is the duration of a round, to the next or to the last one's end, divided by the number of its parts. */
    protected final void measureRound(String metric, List<UserThread> clients, int parts) {
        List<String> begins = clients.stream().map(t -> t.name() + ".round").toList();
        Stream<String> last = clients.stream().map(t -> t.name() + ".over");
        program.observe()
                .interval(metric, begins, Stream.concat(begins.stream(), last).toList(), parts);
    }

    /** A metric that is the time from a send by one of {@code from} to the receipt by one of {@code to}. */
    protected final void measureHop(String metric, List<UserThread> from, List<UserThread> to) {
        List<String> sends = from.stream().map(t -> t.name() + ".send").toList();
        List<String> receipts =
                to.stream().map(t -> label(t, "received").name()).toList();
        program.observe().interval(metric, sends, receipts, 1);
    }

    /** The place that {@link #measureHop} takes for the send of {@code thread}; none in checked rounds before the others. */
    protected final void sends(UserThread thread) {
        if (checking == verify) here(thread.name() + ".send");
    }

    /** Checks a register or variable, if messages are checked. */
    protected final void expect(Operand actual, Operand expected, String what) {
        if (!checking) return;
        cmp(actual, expected);
        deny(NE, what, null, actual, expected);
    }

    /** Checks all of a message just received but its words. */
    protected final void expectMessage(UserThread self, Operand from, int tag) {
        expect(EAX, from, "the sender's id");
        expectTag(self, tag);
    }

    /** The same of a message that may come from several. */
    protected final void expectTag(UserThread self, int tag) {
        expect(ESI, new Imm(tag), "MR0");
        expect(EDI, self.localId(), "the own local id");
    }

    /** Checks that MR1 is what a client sent last, and whether there is such a client. Clobbers ECX. */
    protected final void expectSequence(Operand id, List<UserThread> clients, Function<UserThread, Operand> idOf) {
        if (!checking) return;
        Label known = fresh("known");
        UserThread last = clients.get(clients.size() - 1);
        for (UserThread client : clients) {
            mov(ECX, at(sequenceOf(client)));
            cmp(id, idOf.apply(client));
            if (!client.equals(last)) je(known);
        }
        deny(NE, "the client's id", null, id, idOf.apply(last));
        here(known);
        expect(EBX, ECX, "MR1");
    }

    /** Checks who sent a message that may come from several. */
    protected final void expectSender(List<Operand> senders) {
        if (!checking) return;
        Label known = fresh("known");
        Operand last = senders.get(senders.size() - 1);
        for (Operand sender : senders) {
            cmp(EAX, sender);
            if (!sender.equals(last)) je(known);
        }
        deny(NE, "the sender's id", null, EAX, last);
        here(known);
    }

    /** MR1..n := EAX+1 .. EAX+n. Clobbers ECX, EDX. */
    protected final void fill(int words) {
        if (words == 0) return;
        mov(ECX, words);
        Label next = here(fresh("fill"));
        lea(EDX, EAX.at(ECX, 1, 0));
        mov(EDI.at(ECX, 4, 0), EDX);
        dec(ECX);
        jnz(next);
    }

    /** Checks that MR1..n are EAX+1 .. EAX+n. Clobbers ECX, EDX. */
    protected final void expectWords(int words) {
        if (words == 0) return;
        if (words > 0) mov(Utcb.mr(EDI, 1), EBX);
        if (words > 1) mov(Utcb.mr(EDI, 2), EBP);
        mov(ECX, words);
        Label next = here(fresh("check"));
        lea(EDX, EAX.at(ECX, 1, 0));
        cmp(EDX, EDI.at(ECX, 4, 0));
        deny(NE, "MR", ECX, EDI.at(ECX, 4, 0).dword(), EDX);
        dec(ECX);
        jnz(next);
    }

    /**
     * Checks that a message has words, as many as its tag says, each one more than that before it: as {@link #fill} makes them. Keeps
     * ESI and EDI; out: EBX MR1. Clobbers ECX, EDX.
     */
    protected final void requireRisingWords(UserThread self) {
        mov(Utcb.mr(EDI, 1), EBX);
        mov(Utcb.mr(EDI, 2), EBP);
        mov(ECX, ESI);
        and(ECX, MessageTag.UNTYPED);
        deny(Z, "no words for " + self.name(), null, ESI, new Imm(1));
        requireRising();
    }

    /** Likewise of the words from EBX, MR1, on, as many as ECX says, at least one, of a message in the UTCB at EDI. */
    protected final void requireRising() {
        Label again = here(fresh("check"));
        lea(EDX, EBX.at(ECX, 1, -1));
        cmp(EDX, EDI.at(ECX, 4, 0));
        deny(NE, "MR", ECX, EDI.at(ECX, 4, 0).dword(), EDX);
        dec(ECX);
        jnz(again);
    }

    /** A counter in memory that starts at the seed and advances with {@link #advance}: what a message's words derive from. */
    protected final Label sequence(UserThread thread) {
        return counter(sequenceOf(thread).name(), (int) program.seed());
    }

    /** Where the sequence of a client is, which all spaces see. */
    protected final Label sequenceOf(UserThread thread) {
        return label(thread.name() + ".sequence");
    }

    private Label counter(String name, int start) {
        program.data();
        asm.align(4);
        Label counter = here(name);
        asm.word(new Imm(start));
        program.code();
        return counter;
    }

    protected final void advance(Label sequence) {
        add(at(sequence), STEP);
    }
}
