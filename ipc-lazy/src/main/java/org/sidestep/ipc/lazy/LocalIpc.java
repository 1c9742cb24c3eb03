package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.PublishedWords;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.kernel.local.StackSwitch;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The user-level stubs. Lipc switches to the partner without the kernel if all of this holds: the partner is named by local
 * id and waits, forever, for the caller or for any thread of its space; the caller sends untyped words and then waits, forever,
 * for the partner or, with no sender queued, for any. Else it enters the kernel with the caller's arguments.
 *
 * <p>Whatever is read or written here is the caller's own memory, so nothing is checked for safety. The order of the
 * instructions is that of a P6's decoders: one that stores, then two that do not.
 */
final class LocalIpc extends Code {

    /** Only a send timeout of zero may be set: the partner waits, so it cannot pass. */
    private static final int OTHER_TIMEOUTS = ~Time.SEND_AT_ONCE;

    private static final int TYPED_ITEMS_OR_FLAGS = MessageTag.TYPED | MessageTag.FLAGS;
    /** Set in MR0 + 1 if more words are sent than travel in registers, or typed items or flags. */
    private static final int BEYOND_REGISTERS = TYPED_ITEMS_OR_FLAGS | MessageTag.UNTYPED & -4;

    /** Up to here a loop copies faster than a string instruction starts. */
    private static final int FEW_WORDS = 10;

    private final KernelCode code;
    private final UserStubs stubs;
    private final PublishedWords words;
    private final Label kernel = label("lazy.kernel");
    private final Label restart = label("lipc.restart");
    private final Label forward = label("lipc.forward");
    private final Label partner = label("lipc.partner");
    private final Label partnerOpen = label("lipc.partnerOpen");
    private final Label moreWords = label("lipc.words");

    LocalIpc(KernelCode code, UserStubs stubs, PublishedWords words) {
        super(stubs.asm());
        this.code = code;
        this.stubs = stubs;
        this.words = words;
    }

    void emit() {
        asm.align(32);
        routine("lipc", """
                in    EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack
                holds EBX resume address, EBP scratch
                out   EAX from, ESI MR0, EBX MR1, EBP MR2, EDI own local id, in the partner; or in the kernel""");
        stubs.lipc();
        pop(EBX);
        guards();
        commit();
        aside();
        copyWords();
        enterKernel();
    }

    /**
     * For a call: one partner, to whom it sends and for whom it waits. The resume point is saved on the way: nobody looks at
     * it while the caller runs.
     */
    private void guards() {
        here(restart);
        phase("guards");
        test(Reg8.AL, ThreadId.GLOBAL);
        exitIf(NZ, kernel, "partner not named by local id");
        mov(EDI.at(words.sp()), ESP);
        cmp(EDX, EAX);
        exitIf(NE, label("lipc.replyAndWait"), "waits for others than the partner");
        mov(EDI.at(words.ip()), EBX);
        lea(EBP, ESI.at(1));
        and(EBP, BEYOND_REGISTERS);
        or(EBP, ECX);
        exitIf(NZ, label("lipc.unusual"), "u > 2, typed items, flags or timeouts");
        here(partner);
        partnerWaits(partnerOpen);
    }

    private void partnerWaits(Label forAny) {
        mov(EBP, EAX.at(words.status()));
        cmp(EBP, EDI);
        exitIf(NE, forAny, "partner does not wait for the caller alone");
    }

    private void commit() {
        new StackSwitch(code, words).commit(stubs, restart, forward, label("lipc.completion"));
        stubs.probe(KernelProbes.IPC_USER);
        phase("go on in the partner");
        new ReturnPath(asm, stubs.parameters()).emit();
    }

    /** The rest of the guards: part of the sequence, though they stand behind it. */
    private void aside() {
        Label begin = here("lipc.aside");
        here(label("lipc.replyAndWait"));
        mov(EDI.at(words.ip()), EBX);
        arguments();
        anyMayCome(partner);
        here(label("lipc.unusual"));
        arguments();
        jmp(partner);
        here(partnerOpen);
        waitsForAny(forward);
        stubs.restartable(begin, here("lipc.asideEnd"), restart);
    }

    private void arguments() {
        test(ECX, OTHER_TIMEOUTS);
        exitIf(NZ, kernel, "a timeout that could pass");
        lea(EBP, ESI.at(1));
        test(EBP, BEYOND_REGISTERS);
        exitIf(NZ, moreWords, "u > 2, typed items or flags");
    }

    /** Goes on if the caller waits for any thread and no sender is queued, who would sleep while it waits. */
    private void anyMayCome(Label on) {
        Label queue = fresh("queue");
        Label any = fresh("any");
        cmp(EDX, ThreadId.ANY_LOCAL);
        jne(any);
        here(queue);
        cmp(EDI.at(words.pending()).dword(), 0);
        je(on);
        jmp(kernel);
        here(any);
        cmp(EDX, ThreadId.ANY);
        je(queue);
        jmp(kernel);
    }

    /** In: EBP the partner's status. */
    private void waitsForAny(Label on) {
        cmp(EBP, ThreadId.ANY_LOCAL);
        je(on);
        cmp(EBP, ThreadId.ANY);
        je(on);
        jmp(kernel);
    }

    /** A message of more words is copied first: into a waiting thread's UTCB, hence as often as it is interrupted. */
    private void copyWords() {
        routine("lipc.words", """
                in    as lipc after its guards on id and timeouts, the resume point saved
                holds EBX and EBP scratch
                out   lipc.forward""");
        Label waitsForPartner = fresh("partner");
        Label open = fresh("open");
        Label forAny = fresh("forAny");
        Label paired = fresh("paired");
        test(ESI, TYPED_ITEMS_OR_FLAGS);
        exitIf(NZ, kernel, "typed items or flags");
        Label again = here("lipc.words.restart");
        mov(EBX, EDI.at(words.ip()));
        cmp(EDX, EAX);
        exitIf(NE, open, "waits for others than the partner");
        here(waitsForPartner);
        partnerWaits(forAny);
        here(paired);
        mov(EBP, ESI);
        and(EBP, MessageTag.UNTYPED);
        cmp(EBP, FEW_WORDS);
        exitIf(A, label("lipc.words.many"), "worth a string instruction");
        Label copy = here("lipc.words.copy");
        mov(EBX, EDI.at(EBP, 4, 0));
        mov(EAX.at(EBP, 4, 0), EBX);
        dec(EBP);
        cmp(EBP, Utcb.REGISTER_WORDS - 1);
        jne(copy);
        jmp(forward);
        here(open);
        anyMayCome(waitsForPartner);
        here(forAny);
        waitsForAny(paired);
        here(label("lipc.words.many"));
        mov(EDI.at(Utcb.MR0), ECX);
        mov(EBX, ESI);
        mov(EBP, EDI);
        stubs.restartable(again, here("lipc.words.end"), again);
        copyMany(again);
    }

    /** The copy takes the registers of tag, own id and timeouts; whoever is interrupted gets them back before it starts again. */
    private void copyMany(Label again) {
        phase("many words; EBX MR0, EBP own local id, timeouts in the own UTCB's MR0");
        Label begin = here("lipc.words.string");
        mov(ECX, ESI);
        and(ECX, MessageTag.UNTYPED);
        sub(ECX, Utcb.REGISTER_WORDS - 1);
        lea(ESI, EDI.at(Utcb.MR3.offset()));
        lea(EDI, EAX.at(Utcb.MR3.offset()));
        op("rep movsd");
        mov(ESI, EBX);
        mov(EDI, EBP);
        jmp(forward);
        Label recover = here("lipc.words.recover");
        stubs.restartable(begin, recover, recover);
        mov(ESI, EBX);
        mov(EDI, EBP);
        mov(ECX, EDI.at(Utcb.MR0));
        jmp(again);
    }

    private void enterKernel() {
        routine(
                "lazy.ipc",
                "in  EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack");
        stubs.ipc();
        pop(EBX);
        here(kernel);
        stubs.enterKernel();
    }
}
