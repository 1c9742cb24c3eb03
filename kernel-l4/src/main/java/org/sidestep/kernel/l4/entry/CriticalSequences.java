package org.sidestep.kernel.l4.entry;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Cr.CR2;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.isolation.FloatingPoint;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Vectors;

/**
 * Makes the critical sequences of the stubs look atomic: a thread interrupted inside one resumes at its restart point, or the
 * kernel completes it. Costs everybody else one comparison.
 */
final class CriticalSequences extends Code {

    private final Kernel kernel;
    private final ThreadLayout thread;
    private final List<Kernel.Sequence> sequences;
    private final Label outside;

    CriticalSequences(Kernel kernel) {
        super(kernel.asm);
        this.kernel = kernel;
        thread = kernel.thread;
        sequences = kernel.sequences();
        outside = fresh("outside");
    }

    /** Inline. In: EBX believed thread, ESP its frame. Keeps both. */
    void check() {
        if (sequences.isEmpty()) return;
        Label stub = fresh("stub");
        mov(ECX, EBX.at(thread.space));
        mov(EAX, ESP.at(Frame.EIP));
        sub(EAX, ECX.at(SpaceLayout.KIP));
        cmp(EAX, MemoryMap.PAGE);
        exitIf(B, stub, "in a stub of the kernel interface page");
        here(outside);
        kernel.outOfLine(() -> {
            routine(
                    "entry.sequence",
                    "in EAX user's EIP as an offset in the page, ECX space, EBX believed thread, ESP frame");
            here(stub);
            add(EAX, MemoryMap.KIP);
            sequences.forEach(this::inside);
            jmp(outside);
        });
    }

    private void inside(Kernel.Sequence sequence) {
        Label next = fresh("next");
        Label restart = fresh("restart");
        cmp(EAX, sequence.begin());
        exitIf(B, next, "before this sequence");
        cmp(EAX, sequence.completion());
        exitIf(AE, next, "beyond this sequence");
        if (sequence.forward() != sequence.completion()) {
            cmp(EAX, sequence.forward());
            exitIf(B, restart, "before the forward point");
            rollForward(sequence);
        }
        here(restart);
        kernel.probe(KernelProbes.RESTART);
        resumeAt(sequence.restart());
        here(next);
    }

    private void rollForward(Kernel.Sequence sequence) {
        Label noFault = fresh("noFault");
        cmp(ESP.at(Frame.VECTOR), Vectors.PAGE_FAULT);
        exitIf(NE, noFault, "interrupted");
        mov(EAX, CR2);
        cmp(EAX, MemoryMap.CURRENT_UTCB);
        exitIf(
                E,
                kernel.labels.floatingPointSwitch,
                "the last write, which is not for who has the floating-point unit");
        jmp(kernel.labels.killCurrent);
        here(noFault);
        new FloatingPoint(kernel).takeAway();
        kernel.probe(KernelProbes.ROLL_FORWARD);
        sequence.rollForward().emit();
        mov(ECX, EBX.at(thread.space));
        resumeAt(sequence.completion());
    }

    /** In: ECX space. */
    private void resumeAt(Label place) {
        mov(EAX, place);
        sub(EAX, MemoryMap.KIP);
        add(EAX, ECX.at(SpaceLayout.KIP));
        mov(ESP.at(Frame.EIP), EAX);
        jmp(outside);
    }
}
