package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workloads.l4.Message;
import org.sidestep.workloads.l4.SystemCall;
import org.sidestep.workloads.l4.Time;
import org.sidestep.workloads.l4.UserThread;

/** A calls B, B replies, in the tightest loops there are. */
class Pair extends Scenario {

    private final SystemCall link;
    private final boolean globalIds;
    private final int tag;
    private final int checkedWords;
    private final UserThread a;
    private final UserThread b;

    Pair(UserProgram program, boolean intra, SystemCall link, boolean globalIds) {
        super(program);
        this.link = link;
        this.globalIds = globalIds;
        int words = parameters.integer("words");
        tag = Message.untyped(0, words);
        a = intra ? root.thread("A", root.space("pair")) : root.loneThread("A", "ping");
        b = intra ? root.thread("B", root.space("pair")) : root.loneThread("B", "pong");
        if (a.isContext() && (link == SystemCall.IPC || globalIds)) {
            throw new NotApplicable("the kernel cannot pass messages between user-level threads of one kernel thread");
        }
        // a context can read the words beyond MR2 where its partner has them: nobody copies them
        checkedWords = a.isContext() ? Math.min(words, 2) : words;
    }

    @Override
    void emit() {
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
        mov(EAX, at(sequence));
        fill(checkedWords);
        rounds(a, () -> pingRound(sequence), this::finish);
    }

    private void pingRound(Label sequence) {
        if (verify) {
            mov(EAX, at(sequence));
            fill(checkedWords);
        }
        call(a, b);
        received(a);
        expectMessage(a, idOf(b, a), tag);
        if (verify) {
            mov(EAX, at(sequence));
            not(EAX);
            expectWords(checkedWords);
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
        fill(checkedWords);
        receiveFirst(b, idOf(a, b));
        expectMessage(b, idOf(a, b), tag);
        if (verify) {
            mov(EAX, at(sequence));
            expectWords(checkedWords);
            not(EAX);
            fill(checkedWords);
            advance(sequence);
        }
        call(b, a);
        jmp(receivedLabel(b));
    }

    private void call(UserThread self, UserThread partner) {
        Operand id = globalIds ? new Imm(partner.globalId()) : idOf(partner, self);
        ipc(link, id, id, Time.NEVER, tag);
    }
}
