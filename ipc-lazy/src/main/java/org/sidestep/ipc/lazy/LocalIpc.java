package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg16;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.PublishedWords;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.kernel.local.StackSwitch;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The user-level stubs. Lipc switches to the partner without the kernel if all of this holds: the partner is named by local
 * id (or, in a call, by global id: {@link GlobalPartner}) and waits, forever, for the caller or for any thread of its space; the
 * caller sends untyped words and then waits, forever, for the partner, in whose name nobody is queued, or, with no sender
 * queued, for any. Else it enters the kernel with the caller's arguments.
 *
 * <p>Whatever is read or written here is the caller's own memory, so nothing is checked for safety. The order of the
 * instructions is that of a P6's decoders: one that stores, then two that do not.
 */
final class LocalIpc extends Code {

    /** Only a send timeout of zero may be set: the partner waits, so it cannot pass. */
    private static final int OTHER_TIMEOUTS = ~Time.SEND_AT_ONCE;

    private final KernelCode code;
    private final UserStubs stubs;
    private final PublishedWords words;
    private final Label kernel = label("lazy.kernel");
    private final Label restart = label("lipc.restart");
    private final Label forward = label("lipc.forward");
    private final Label timeouts = label("lipc.timeouts");
    private final Label timed = label("lipc.timed");
    private final Label open = label("lipc.open");
    private final Label paired = label("lipc.paired");
    private final Label others = label("lipc.replyAndWait");
    private final Label vacant = label("lipc.vacant");
    private final Label moreWords = label("lipc.words");
    private final Label globally = label("lipc.global");
    private final GlobalPartner globalPartner;

    LocalIpc(KernelCode code, UserStubs stubs, PublishedWords words) {
        super(stubs.asm());
        this.code = code;
        this.stubs = stubs;
        this.words = words;
        globalPartner = new GlobalPartner(stubs, words, kernel, forward, moreWords);
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
        aside();
        moreWords(write);
        globalPartner.emit(globally);
        enterKernel();
    }

    /** The resume point is saved on the way: nobody looks at it while the caller runs. */
    private void guards() {
        here(restart);
        phase("guards");
        test(ECX, ECX);
        exitIf(NZ, timeouts, "timeouts");
        here(timed);
        test(EDI.at(words.kernelBits()), EAX);
        exitIf(NZ, globally, "partner not named by local id, or a message as from it may be queued");
        mov(EBP, EAX.at(words.status()));
        mov(EDI.at(words.sp()), ESP);
        cmp(EDX, EAX);
        exitIf(NE, others, "no call: it waits for others than the partner");
        here(vacant);
        mov(EDI.at(words.ip()), EBX);
        cmp(EBP, EDI);
        exitIf(NE, open, "partner does not wait for the caller alone");
        here(paired);
        asm.comment("the number of untyped words is lowest in MR0; typed items and flags are in its lower half, too");
        cmp(Reg16.SI, Utcb.REGISTER_WORDS);
        exitIf(AE, moreWords, "u > 2, typed items or flags");
    }

    /** Returns where code may enter it that has loaded MR1. */
    private Label commit() {
        Label write = new StackSwitch(code, words).commit(stubs, restart, forward, label("lipc.completion"));
        stubs.probe(KernelProbes.IPC_USER);
        phase("go on in the partner");
        new ReturnPath(asm, stubs.parameters()).emit();
        return write;
    }

    /** Guards of what is less usual: part of the sequence, though they stand behind it. */
    private void aside() {
        Label begin = here("lipc.aside");
        here(open);
        new OpenWait(asm).emit(EBP, paired, kernel);
        anyMayCome();
        here(timeouts);
        test(ECX, OTHER_TIMEOUTS);
        exitIf(NZ, kernel, "a timeout that could pass");
        jmp(timed);
        stubs.restartable(begin, here("lipc.asideEnd"), restart);
    }

    /** Goes on if the caller waits for any thread and no sender is queued, who would sleep while it waits. */
    private void anyMayCome() {
        Label queue = fresh("queue");
        Label any = fresh("any");
        here(others);
        cmp(EDX, ThreadId.ANY_LOCAL);
        jne(any);
        here(queue);
        cmp(EDI.at(words.pending()).dword(), 0);
        je(vacant);
        jmp(kernel);
        here(any);
        cmp(EDX, ThreadId.ANY);
        je(queue);
        jmp(kernel);
    }

    /** A message of more words is copied first: into a waiting thread's UTCB, hence as often as it is interrupted. */
    private void moreWords(Label write) {
        asm.align(16);
        here(moreWords);
        phase("words beyond those in registers");
        new WordCopy(asm, kernel, write).emit();
        Label again = here("lipc.words.again");
        stubs.restartable(moreWords, again, again);
        cmp(EBP, EAX);
        exitIf(
                Z,
                globalPartner.restart(),
                "named by global id: by local id, EBP is the partner's status, not the partner");
        mov(EBX, EDI.at(words.ip()));
        jmp(restart);
    }

    private void enterKernel() {
        asm.align(16);
        routine(
                "lazy.ipc",
                "in  EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack");
        stubs.ipc();
        pop(EBX);
        here(kernel);
        stubs.enterKernel();
    }
}
