package org.sidestep.kernel.l4.entry;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Set;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Vectors;

/**
 * Entry by interrupt, exception and every system call but Ipc: a complete {@link Frame} on the kernel stack of the thread
 * that the kernel believes in, then whatever the policy must do before the kernel acts.
 */
public final class KernelEntry extends KernelRoutines {

    /** Exceptions for which the processor itself pushes an error code (SDM vol. 3, 6.13). */
    private static final Set<Integer> WITH_ERROR_CODE = Set.of(8, 10, 11, 12, 13, 14, 17);

    /** The privilege level in a code selector. */
    private static final int RPL = 3;

    private final Label common = label("entry.common");
    private final Label dispatch = label("entry.dispatch");

    public KernelEntry(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        vectors();
        common();
        handlers();
    }

    private void vectors() {
        routine(
                "entry.vectors",
                "The processor has pushed SS, ESP, EFLAGS, CS, EIP, and for some exceptions an error code.");
        for (int vector = 0; vector < Vectors.COUNT; vector++) {
            if (vector == Vectors.IPC && !kernel.entersBySysenter()) continue;
            here(at.vectors.get(vector));
            if (!WITH_ERROR_CODE.contains(vector)) push(0);
            push(vector);
            jmp(common);
        }
    }

    private void common() {
        routine("entry.common", """
                in  [ESP] vector, error code, what the processor pushed
                out the vector's handler, EBX current thread, ESP its frame""");
        spentOn(Cause.REGISTERS);
        op("pusha");
        spentOn(Cause.TRAP);
        op("cld");
        test(ESP.at(Frame.CS).byte_(), RPL);
        exitIf(Z, at.entryInside, "the kernel itself was interrupted");
        mov(EBX, ESP);
        and(EBX, -MemoryMap.TCB_SIZE);
        kernel.spentOn(Cause.FIXUP, new CriticalSequences(kernel)::check);
        kernel.spentOn(Cause.FIXUP, kernel.policy::onKernelEntry);
        here(dispatch);
        mov(EAX, ESP.at(Frame.VECTOR));
        jmp(Mem.at(at.entryHandlers, EAX, 4));
    }

    private void handlers() {
        kernel.data();
        asm.align(4);
        here(at.entryHandlers);
        for (int vector = 0; vector < Vectors.COUNT; vector++) asm.word(handler(vector));
        kernel.text();
    }

    private Label handler(int vector) {
        return switch (vector) {
            case Vectors.INVALID_OPCODE -> at.invalidOpcode;
            case Vectors.DEVICE_NOT_AVAILABLE -> at.floatingPointUse;
            case Vectors.INVALID_TSS -> at.entryNestedTask;
            case Vectors.GENERAL_PROTECTION -> at.portsFault;
            case Vectors.PAGE_FAULT -> at.pageFault;
            case Vectors.TIMER -> at.timerInterrupt;
            case Vectors.SYSTEM_CALL -> at.systemCall;
            default -> vector >= Vectors.IRQ && vector < Vectors.IPC ? at.interrupt : at.exception;
        };
    }
}
