package org.sidestep.kernel.l4.kip;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.SystemCall;

/** The IPC policy's side of the kernel interface page: binds its links, collects its critical sequences. */
final class KipStubs implements UserStubs {

    private final Kernel kernel;

    KipStubs(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public Assembler asm() {
        return kernel.asm;
    }

    @Override
    public Parameters parameters() {
        return kernel.request.ipc().parameters();
    }

    @Override
    public ThreadLayout thread() {
        return kernel.thread;
    }

    @Override
    public int currentUtcb() {
        return MemoryMap.CURRENT_UTCB;
    }

    @Override
    public void ipc() {
        asm().bind(stub(SystemCall.IPC));
    }

    @Override
    public void lipc() {
        asm().bind(stub(SystemCall.LIPC));
    }

    @Override
    public Label stub(SystemCall call) {
        return kernel.labels.stubs.get(call);
    }

    @Override
    public void enterKernel() {
        kernel.spentOn(Cause.TRAP, () -> {
            asm().emit("mov", EBP, ESP);
            if (kernel.entersBySysenter()) asm().emit("sysenter");
            else asm().emit("int", imm(Vectors.IPC));
        });
    }

    @Override
    public void sequence(Label restart, Label forward, Label completion, RollForward rollForward) {
        kernel.addSequence(new Kernel.Sequence(restart, restart, forward, completion, rollForward));
    }

    @Override
    public void restartable(Label begin, Label end, Label restart) {
        kernel.addSequence(new Kernel.Sequence(begin, restart, end, end, () -> {}));
    }

    @Override
    public void probe(String name) {
        kernel.probe(name);
    }
}
