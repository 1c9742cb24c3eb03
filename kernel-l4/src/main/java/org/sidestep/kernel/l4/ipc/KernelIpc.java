package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;

/** Ipc that the kernel does in a thread's name: faults and start messages. It has no timeouts. */
final class KernelIpc extends KernelRoutines {

    KernelIpc(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernelCall();
        kernelWait();
    }

    private void kernelCall() {
        routine(at.ipcKernelCall);
        test(EAX, EAX);
        exitIf(Z, at.killCurrent, "nobody to turn to");
        mov(EDI, EBX);
        push(EAX);
        call(at.ipcPartnerOf);
        pop(EAX);
        exitIf(Z, at.killCurrent, "no such thread");
        mov(EBX.at(thread.partner), EDX);
        call(at.findThread);
        exitIf(Z, at.killCurrent, "any and anylocal are no destination");
        xor(EBP, EBP);
        jmp(at.ipcSend);
    }

    private void kernelWait() {
        routine(at.ipcKernelWait);
        Label nobody = fresh("nobody");
        push(ESI);
        push(EDI);
        push(EBP);
        mov(EDI, EAX);
        mov(EAX, ECX);
        call(at.ipcPartnerOf);
        mov(EDI.at(thread.partner), EDX);
        xor(EBP, EBP);
        call(at.ipcReceivePhase);
        test(EBP, EBP);
        exitIf(Z, nobody, "nobody was made ready");
        mov(EAX, EBP);
        call(kernel.scheduler.enqueue);
        here(nobody);
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
    }
}
