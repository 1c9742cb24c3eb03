package org.sidestep.lab.verify.faulty;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.PublishedWords;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** The stubs of {@link OwnPolicy}: straight on, one sequence, words copied in a loop. */
final class OwnStubs extends Code {

    /** The receive timeout. */
    private static final int RECEIVE = 0xFFFF;

    private final KernelCode code;
    private final UserStubs stubs;
    private final PublishedWords words;
    private final ThreadLayout thread;
    private final String variant;
    private final Label kernel = label("own.kernel");
    private final Label restart = label("own.restart");
    private final Label forward = label("own.forward");
    private final Label completion = label("own.completion");

    OwnStubs(KernelCode code, UserStubs stubs, PublishedWords words, String variant) {
        super(stubs.asm());
        this.code = code;
        this.stubs = stubs;
        this.words = words;
        this.thread = code.thread();
        this.variant = variant;
    }

    private boolean is(String name) {
        return variant.equals(name);
    }

    void emit() {
        asm.align(16);
        stubs.lipc();
        if (!is("never-local")) {
            lipc();
            asm.align(16);
        }
        stubs.ipc();
        pop(EBX);
        here(kernel);
        stubs.enterKernel();
    }

    private void lipc() {
        if (is("return-address-popped-again")) {
            here(restart);
            pop(EBX);
            mov(EDI.at(words.ip()), EBX);
        } else {
            pop(EBX);
            mov(EDI.at(words.ip()), EBX);
            here(restart);
            if (!is("return-address-lost-in-the-loop")) mov(EBX, EDI.at(words.ip()));
        }
        arguments();
        if (!is("status-looked-at-behind-forward")) partnerWaits();
        copy();
        if (!is("stack-saved-behind-forward")) mov(EDI.at(words.sp()), ESP);
        here(forward);
        if (is("status-looked-at-behind-forward")) partnerWaits();
        if (is("stack-saved-behind-forward")) mov(EDI.at(words.sp()), ESP);
        commit();
        here(completion);
        stubs.sequence(restart, forward, completion, this::rollForward);
        stubs.probe(KernelProbes.IPC_USER);
        mov(EDX, EAX);
        mov(EAX, EDI);
        mov(EDI, EDX);
        if (is("jump-through-memory")) op("jmp", EDI.at(words.ip()));
        else jmp(ECX);
    }

    /** Those of a call, or of a reply with an open wait. */
    private void arguments() {
        Label vacant = fresh("vacant");
        Label open = fresh("open");
        if (is("any-send-timeout")) test(ECX, RECEIVE);
        else if (is("receive-timeout-ignored")) test(ECX, ~RECEIVE);
        else test(ECX, ECX);
        jnz(kernel);
        if (is("queued-in-anothers-name-not-looked-at")) test(EAX, ThreadId.GLOBAL);
        else test(EDI.at(words.kernelBits()), EAX);
        jnz(kernel);
        cmp(Reg16.SI, MessageTag.UNTYPED);
        j(A, kernel);
        cmp(EDX, EAX);
        je(vacant);
        cmp(EDX, ThreadId.ANY_LOCAL);
        je(open);
        cmp(EDX, ThreadId.ANY);
        jne(kernel);
        here(open);
        if (!is("queue-not-looked-at")) {
            cmp(EDI.at(words.pending()).dword(), 0);
            jne(kernel);
        }
        here(vacant);
    }

    private void partnerWaits() {
        Label waits = fresh("waits");
        Label other = fresh("other");
        Reg32 status = is("scratch-register-holds-an-argument") ? ECX : EBP;
        mov(status, EAX.at(words.status()));
        if (is("any-waiting-partner-will-do")) {
            test(status, status);
            jz(other);
            jmp(waits);
        }
        cmp(status, EDI);
        je(waits);
        cmp(status, ThreadId.ANY_LOCAL);
        je(waits);
        cmp(status, ThreadId.ANY);
        je(waits);
        here(other);
        if (status == ECX) xor(ECX, ECX);
        jmp(kernel);
        here(waits);
        if (status == ECX) xor(ECX, ECX);
    }

    /** EBX is lost, but can be found again. */
    private void copy() {
        Label next = fresh("next");
        Label done = fresh("done");
        op("movzx", EBP, Reg16.SI);
        lost(8);
        lost(63);
        cmp(EBP, Utcb.REGISTER_WORDS);
        j(B, done);
        here(next);
        mov(EBX, EDI.at(EBP, 4, 0));
        mov(EAX.at(EBP, 4, 0), EBX);
        op("dec", EBP);
        cmp(EBP, Utcb.REGISTER_WORDS);
        j(AE, next);
        here(done);
    }

    private void lost(int last) {
        if (!is("last-word-of-" + last + "-lost")) return;
        Label other = fresh("other");
        cmp(EBP, last);
        jne(other);
        op("dec", EBP);
        here(other);
    }

    private void commit() {
        if (is("writes-reversed")) {
            mov(ECX, EAX.at(words.ip()));
            mov(Mem.absolute(stubs.currentUtcb()), EAX);
            mov(EAX.at(words.status()).dword(), PublishedWords.RUNNING);
            mov(ESP, EAX.at(words.sp()));
            mov(EDI.at(words.status()), EDX);
            mov(EBP, EDI.at(Utcb.MR2));
            mov(EBX, EDI.at(Utcb.MR1));
            return;
        }
        mov(EDI.at(words.status()), EDX);
        mov(EAX.at(words.status()).dword(), PublishedWords.RUNNING);
        mov(EBX, EDI.at(Utcb.MR1));
        mov(EBP, EDI.at(Utcb.MR2));
        mov(ESP, EAX.at(words.sp()));
        if (!is("jump-through-memory")) mov(ECX, EAX.at(words.ip()));
        mov(Mem.absolute(stubs.currentUtcb()), EAX);
    }

    /** The partner first, then the caller. */
    private void rollForward() {
        mov(EAX, ESP.at(Frame.EAX));
        if (is("partners-address-believed-in-the-kernel")) {
            mov(EDI, EAX);
        } else {
            call(code.findLocal());
            exitIf(Z, code.killCurrent(), "the partner is none of this space");
            mov(EDI, EDX.at(thread.utcbAlias));
        }
        if (!is("nobody-written-to-in-the-kernel")) mov(Mem.absolute(code.currentUtcb()), EAX);
        if (!is("partners-status-forgotten-in-the-kernel"))
            mov(EDI.at(words.status()).dword(), PublishedWords.RUNNING);
        mov(EAX, ESP.at(Frame.EDI));
        call(code.findLocal());
        exitIf(Z, code.killCurrent(), "the sender is none of this space");
        mov(ESI, EDX.at(thread.utcbAlias));
        copy(ESP.at(Frame.EDX), ESI.at(words.status()));
        copy(ESI.at(Utcb.MR2), ESP.at(Frame.EBP));
        copy(ESI.at(Utcb.MR1), ESP.at(Frame.EBX));
        copy(EDI.at(words.ip()), ESP.at(Frame.ECX));
        copy(EDI.at(words.sp()), ESP.at(Frame.ESP));
    }

    private void copy(Mem from, Mem to) {
        mov(ECX, from);
        mov(to, ECX);
    }
}
