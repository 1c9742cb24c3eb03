package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;

/** A calls B, B replies, in the tightest loops there are. */
class Pair extends Scenario {

    private final SystemCall link;
    private final boolean globalIds;
    private final int words;
    private final UserThread a;
    private final UserThread b;

    Pair(UserProgram program, boolean intra, SystemCall link, boolean globalIds) {
        super(program);
        this.link = link;
        this.globalIds = globalIds;
        words = parameters.integer("words");
        a = intra ? root.thread("A", root.space("pair")) : root.loneThread("A", "ping");
        b = intra ? root.thread("B", root.space("pair")) : root.loneThread("B", "pong");
        if (a.isContext() && (link == SystemCall.IPC || globalIds)) {
            throw new NotApplicable("the kernel cannot pass messages between user-level threads of one kernel thread");
        }
    }

    /** Of a message of so many words those that arrive; a context can read the others where its partner has them. */
    private int arriving(int words) {
        return a.isContext() ? Math.min(words, REGISTER_WORDS) : words;
    }

    /** How many words the messages of a round have: checked rounds also exchange as many as travel in registers. */
    private List<Integer> lengths() {
        return checkedRounds() > 0 && checking() && words < REGISTER_WORDS
                ? List.of(REGISTER_WORDS, words)
                : List.of(words);
    }

    @Override
    public void emit() {
        ping();
        pong();
        measure(List.of(a));
        measureRound("oneway", List.of(a), 2);
        emitWrong();
        root.emit();
    }

    private void ping() {
        Label sequence = sequence(a);
        start(a);
        becomeContext(a);
        check(a, () -> pingRound(sequence));
        mov(EAX, at(sequence));
        fill(arriving(words));
        rounds(a, () -> pingRound(sequence), this::finish);
    }

    private void pingRound(Label sequence) {
        for (int length : lengths()) {
            if (checking()) {
                mov(EAX, at(sequence));
                fill(arriving(length));
            }
            call(a, b, length);
            received(a, place(length));
            expectMessage(a, idOf(b, a), MessageTag.of(0, length));
            if (!checking()) continue;
            mov(EAX, at(sequence));
            not(EAX);
            expectWords(arriving(length));
            advance(sequence);
        }
    }

    /** What A does after its rounds. */
    void finish() {
        done();
    }

    private void pong() {
        Label sequence = sequence(b);
        start(b);
        mov(EAX, at(sequence));
        fill(arriving(words));
        receiveFirst(b, idOf(a, b));
        serve(b, checkedRounds(), () -> pongTurn(sequence));
    }

    private void pongTurn(Label sequence) {
        for (int length : lengths()) {
            if (length != lengths().get(0)) received(b, place(length));
            expectMessage(b, idOf(a, b), MessageTag.of(0, length));
            if (checking()) {
                mov(EAX, at(sequence));
                expectWords(arriving(length));
                not(EAX);
                fill(arriving(length));
                advance(sequence);
            }
            call(b, a, length);
        }
    }

    private String place(int length) {
        return length == lengths().get(0) ? "received" : "receivedFewer";
    }

    private void call(UserThread self, UserThread partner, int length) {
        Operand id = globalIds ? new Imm(partner.globalId()) : idOf(partner, self);
        ipc(link, id, id, Time.NEVER, MessageTag.of(0, length));
    }
}
