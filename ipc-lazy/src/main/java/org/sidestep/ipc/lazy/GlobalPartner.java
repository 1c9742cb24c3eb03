package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NS;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.PublishedWords;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/**
 * Calls of a partner that is named by global id, at user level. The kernel is asked once who that is in the caller's space
 * (ExchangeRegisters), and the answer is kept in the caller's UTCB. An answer of long ago may be wrong: the thread may have been
 * deleted, or live in another space, and its UTCB be another's. So it is a hint: whoever it leads to is asked for its id, which
 * the kernel writes into its UTCB, each time anew until the point from which the switch cannot fail. A lie leads to a thread
 * that the caller may call by local id as well.
 */
final class GlobalPartner extends Code {

    /** How many calls of others go by until one of them is looked for: that takes several times as long as a call. */
    private static final int PATIENCE = 15;

    private final UserStubs stubs;
    private final PublishedWords words;
    private final Label kernel;
    private final Label forward;
    private final Label moreWords;
    private final Label guards = label("lipc.global.guards");
    private final Label restart = label("lipc.global.restart");
    private final Label stranger = label("lipc.global.stranger");
    private final Label unknown = label("lipc.global.unknown");

    /**
     * @param kernel where the call enters the kernel, with its arguments and the resume address in EBX
     * @param forward where it goes on that passes, as a call by local id, its resume point published
     * @param moreWords likewise if there are words to be copied; EBP is the partner, as EAX is
     */
    GlobalPartner(UserStubs stubs, PublishedWords words, Label kernel, Label forward, Label moreWords) {
        super(stubs.asm());
        this.stubs = stubs;
        this.words = words;
        this.kernel = kernel;
        this.forward = forward;
        this.moreWords = moreWords;
    }

    /** Where a call goes on that was interrupted with the partner's local id in EAX. In: ECX, ESI, EDI, ESP as they came. */
    Label restart() {
        return restart;
    }

    /** In: the arguments, the timeouts being usual, and the resume address in EBX. */
    void emit(Label entry) {
        asm.align(16);
        here(entry);
        mov(EDI.at(words.ip()), EBX);
        cmp(EDX, EAX);
        exitIf(NE, kernel, "no call");
        cmp(EAX, EDI.at(words.named()));
        exitIf(NE, unknown, "not the one that was found last, or not by global id");
        guards();
        here(restart);
        loadNamed();
        jmp(guards);
        stubs.restartable(guards, here("lipc.global.end"), restart);
        strange();
        find();
    }

    /** The guards of a call by local id. EBP is the partner; EBX is lost. */
    private void guards() {
        Label others = fresh("others");
        Label paired = fresh("paired");
        Label longer = fresh("longer");
        Label asNamed = fresh("asNamed");
        here(guards);
        mov(EBP, EDI.at(words.found()));
        cmp(EBP.at(Utcb.GLOBAL_ID), EAX);
        exitIf(NE, stranger, "nobody of this space, or no longer");
        test(EDI.at(words.kernelBits()), EBP);
        exitIf(NZ, asNamed, "a message as from the partner may be queued");
        mov(EBX, EBP.at(words.status()));
        mov(EDI.at(words.sp()), ESP);
        cmp(EBX, EDI);
        exitIf(NE, others, "partner does not wait for the caller alone");
        here(paired);
        mov(EAX, EBP);
        mov(EDX, EBP);
        cmp(Reg16.SI, Utcb.REGISTER_WORDS);
        exitIf(AE, longer, "u > 2, typed items or flags");
        jmp(forward);

        here(others);
        new OpenWait(asm).emit(EBX, paired, asNamed);

        here(longer);
        cmp(Reg16.SI, MessageTag.UNTYPED);
        exitIf(A, asNamed, "typed items or flags");
        jmp(moreWords);

        here(asNamed);
        loadNamed();
        mov(EBX, EDI.at(words.ip()));
        jmp(kernel);
    }

    /** Inline. EAX, EDX: the partner, as the caller named it. */
    private void loadNamed() {
        mov(EAX, EDI.at(words.named()));
        mov(EDX, EAX);
    }

    /** The caller's own id was kept of one that is none of its space; of another, what was kept is no longer right. */
    private void strange() {
        here(stranger);
        mov(EBX, EDI.at(words.ip()));
        cmp(EBP, EDI);
        exitIf(Z, kernel, "known to be of another space");
        mov(EDI.at(words.named()).dword(), 0);
        jmp(kernel);
    }

    /** Asks for a partner's local id, and whose that is here: one that the caller is the pager of may live elsewhere. */
    private void find() {
        List<Reg32> saved = List.of(ESI, ECX, EAX);
        Label found = fresh("found");
        here(unknown);
        test(EAX, ThreadId.GLOBAL);
        exitIf(Z, kernel, "a message as from the partner may be queued");
        dec(EDI.at(words.patience()).dword());
        exitIf(NS, kernel, "several are named in turn");
        mov(EDI.at(words.patience()).dword(), PATIENCE);
        saved.forEach(this::push);
        xor(ECX, ECX);
        call(stubs.stub(SystemCall.EXCHANGE_REGISTERS));
        push(EAX);
        xor(ECX, ECX);
        call(stubs.stub(SystemCall.EXCHANGE_REGISTERS));
        mov(EDX, EAX);
        pop(EBP);
        for (int i = saved.size() - 1; i >= 0; i--) pop(saved.get(i));
        mov(EDI, Mem.absolute(stubs.currentUtcb()));
        cmp(EDX, EAX);
        je(found);
        mov(EBP, EDI);
        here(found);
        mov(EDI.at(words.found()), EBP);
        mov(EDI.at(words.named()), EAX);
        jmp(restart);
    }
}
