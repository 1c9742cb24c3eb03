package org.sidestep.workloads;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import java.util.stream.Stream;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.UserProgram;
import org.sidestep.workloads.l4.Message;
import org.sidestep.workloads.l4.ThreadCode;
import org.sidestep.workloads.l4.UserThread;
import org.sidestep.workloads.l4.Utcb;

/**
 * What the workloads' threads have in common: rounds after a warm-up, message contents that can be verified, and the end of
 * a thread. The label {@code T.received} of a thread T is where it has just received a message.
 */
abstract class Scenario extends ThreadCode {

    /** Distance of the sequence numbers of two messages: more than a message has words. */
    private static final int STEP = 64;

    protected final Parameters parameters;
    protected final int rounds;
    protected final int warmup;
    protected final boolean verify;

    Scenario(UserProgram program) {
        super(program);
        parameters = program.parameters();
        rounds = parameters.integer("rounds");
        warmup = parameters.integer("warmup");
        verify = parameters.flag("verify");
    }

    /** The parameters of a workload: its own, then those that all have. */
    static List<Parameter> parameters(int defaultRounds, Parameter... own) {
        Stream<Parameter> common = Stream.of(
                Parameter.integer(
                        "rounds", defaultRounds, 1, 10_000_000, "rounds of the leading thread that are measured"),
                Parameter.integer("warmup", 64, 1, 1_000_000, "rounds before them"),
                Parameter.flag("verify", false, "whether the threads check what they receive"));
        return Stream.concat(Stream.of(own), common).toList();
    }

    static Parameter timeslice() {
        return Parameter.integer("timeslice", 1000, 1, 1_000_000, "time slice of the threads in microseconds");
    }

    /** Emits the whole program. */
    abstract void emit();

    /** The first wait of a thread; a context has no need to wait, it starts with its first message. */
    protected final void receiveFirst(UserThread thread, Operand from) {
        receive(from);
        here(thread.resume());
        received(thread);
    }

    /** Here {@code thread} has just received a message. */
    protected final void received(UserThread thread) {
        program.observe().delivery(here(receivedLabel(thread)).name());
    }

    protected final Label receivedLabel(UserThread thread) {
        return label(thread.name() + ".received");
    }

    /**
     * The thread's life: {@code round} in a loop, first to warm up and then measured.
     *
     * @param end what follows
     */
    protected final void rounds(UserThread thread, Runnable round, Runnable end) {
        Label left = variable(thread.name() + ".left");
        Label loop = label(thread.name() + ".rounds");
        mov(at(left), warmup);
        call(loop);
        here(thread.name() + ".begin");
        mov(at(left), rounds);
        call(loop);
        here(thread.name() + ".end");
        test(ESI, Message.ERROR);
        exitIf(NZ, wrong(), "the last Ipc failed");
        end.run();
        asm.align(16);
        here(loop);
        here(thread.name() + ".round");
        round.run();
        dec(at(left));
        jnz(loop);
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

    /** A metric that is the duration of a round, divided by the number of its parts. */
    protected final void measureRound(String metric, List<UserThread> clients, int parts) {
        List<String> rounds = clients.stream().map(t -> t.name() + ".round").toList();
        program.observe().interval(metric, rounds, rounds, parts);
    }

    /** A metric that is the time from a send by one of {@code from} to the receipt by one of {@code to}. */
    protected final void measureHop(String metric, List<UserThread> from, List<UserThread> to) {
        List<String> sends = from.stream().map(t -> t.name() + ".send").toList();
        List<String> receipts = to.stream().map(t -> receivedLabel(t).name()).toList();
        program.observe().interval(metric, sends, receipts, 1);
    }

    /** The place that {@link #measureHop} takes for the send of {@code thread}. */
    protected final void sends(UserThread thread) {
        here(thread.name() + ".send");
    }

    /** Checks a register or variable, if the threads check at all. */
    protected final void expect(Operand actual, Operand expected, String what) {
        if (!verify) return;
        cmp(actual, expected);
        exitIf(NE, wrong(), what);
    }

    /** Checks all of a message just received but its words. */
    protected final void expectMessage(UserThread self, Operand from, int tag) {
        expect(EAX, from, "the sender's id");
        expect(ESI, new Imm(tag), "the message tag");
        expect(EDI, self.localId(), "the own local id");
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
        exitIf(NE, wrong(), "a message word");
        dec(ECX);
        jnz(next);
    }

    /** A counter in memory that starts at the seed and advances with {@link #advance}: what a message's words derive from. */
    protected final Label sequence(UserThread thread) {
        program.data();
        asm.align(4);
        Label sequence = here(thread.name() + ".sequence");
        asm.word(new Imm((int) program.seed()));
        program.code();
        return sequence;
    }

    protected final void advance(Label sequence) {
        add(at(sequence), STEP);
    }
}
