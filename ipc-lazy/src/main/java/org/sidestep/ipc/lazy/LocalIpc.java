package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
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

    private final KernelCode code;
    private final UserStubs stubs;
    private final PublishedWords words;
    private final Label kernel = label("lazy.kernel");
    private final Label restart = label("lipc.restart");
    private final Label forward = label("lipc.forward");
    private final Label partner = label("lipc.partner");
    private final Label partnerOpen = label("lipc.partnerOpen");
    private final Label unusual = label("lipc.unusual");
    private final Label someTimeouts = label("lipc.timeouts");
    private final Label replyWords = label("lipc.replyWords");
    private final Label open = label("lipc.open");
    private final Label paired = label("lipc.paired");
    private final Label moreWords = label("lipc.words");
    private final Label copy = label("lipc.words.copy");

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
        Label write = commit();
        replyAndWait();
        copyWords(write);
        aside();
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
        inRegisters(unusual);
        test(ECX, ECX);
        exitIf(NZ, someTimeouts, "timeouts");
        here(partner);
        partnerWaits(partnerOpen);
    }

    private void partnerWaits(Label forAny) {
        mov(EBP, EAX.at(words.status()));
        cmp(EBP, EDI);
        exitIf(NE, forAny, "partner does not wait for the caller alone");
    }

    /** Returns where code may enter it that has loaded MR1. */
    private Label commit() {
        Label write = new StackSwitch(code, words).commit(stubs, restart, forward, label("lipc.completion"));
        stubs.probe(KernelProbes.IPC_USER);
        phase("go on in the partner");
        new ReturnPath(asm, stubs.parameters()).emit();
        return write;
    }

    /** More guards: part of the sequence, though they stand behind it. */
    private void replyAndWait() {
        Label begin = here("lipc.replyAndWait");
        mov(EDI.at(words.ip()), EBX);
        fewWords(replyWords);
        anyMayCome(partner);
        here(partnerOpen);
        waitsForAny(EBP, forward);
        asm.align(16);
        here(unusual);
        cmp(EAX.at(words.status()), EDI);
        exitIf(NE, open, "partner does not wait for the caller alone");
        here(paired);
        test(ECX, ECX);
        exitIf(NZ, someTimeouts, "timeouts");
        here(moreWords);
        test(ESI, TYPED_ITEMS_OR_FLAGS);
        exitIf(NZ, kernel, "typed items or flags");
        stubs.restartable(begin, here(copy), restart);
    }

    /** Guards of what is seldom done. */
    private void aside() {
        Label timeoutsWords = label("lipc.timeoutsWords");
        Label begin = here("lipc.aside");
        here(someTimeouts);
        fewWords(timeoutsWords);
        jmp(partner);
        here(replyWords);
        anyMayCome(unusual);
        here(timeoutsWords);
        timeouts();
        jmp(moreWords);
        here(open);
        waitsForAny(EAX.at(words.status()), paired);
        stubs.restartable(begin, here("lipc.asideEnd"), restart);
    }

    private void fewWords(Label otherwise) {
        inRegisters(otherwise);
        timeouts();
    }

    /** The number of untyped words is the lowest part of MR0, in whose lower half are typed items and flags, too. */
    private void inRegisters(Label otherwise) {
        cmp(Reg16.SI, Utcb.REGISTER_WORDS);
        exitIf(AE, otherwise, "u > 2, typed items or flags");
    }

    private void timeouts() {
        test(ECX, OTHER_TIMEOUTS);
        exitIf(NZ, kernel, "a timeout that could pass");
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

    /** No branch leads back that is not taken: a processor that does not know it would take it for a loop's. */
    private void waitsForAny(Operand status, Label on) {
        Label any = fresh("anyone");
        cmp(status, ThreadId.ANY_LOCAL);
        jne(any);
        jmp(on);
        here(any);
        cmp(status, ThreadId.ANY);
        exitIf(NE, kernel, "partner does not wait for any thread");
        jmp(on);
    }

    /** A message of more words is copied first: into a waiting thread's UTCB, hence as often as it is interrupted. */
    private void copyWords(Label write) {
        phase("words beyond those in registers");
        new WordCopy(asm, write).emit();
        Label again = here("lipc.words.again");
        stubs.restartable(copy, again, again);
        mov(EBX, EDI.at(words.ip()));
        jmp(restart);
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
