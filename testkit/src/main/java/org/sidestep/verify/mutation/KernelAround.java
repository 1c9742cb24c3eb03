package org.sidestep.verify.mutation;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.plugin.Parameters;

/** A kernel as a plugin sees it, but for what an implementation makes otherwise: all else is the kernel's around which it is. */
public interface KernelAround extends KernelCode {

    /** The kernel itself. */
    KernelCode kernel();

    @Override
    default Assembler asm() {
        return kernel().asm();
    }

    @Override
    default Parameters parameters() {
        return kernel().parameters();
    }

    @Override
    default ThreadLayout thread() {
        return kernel().thread();
    }

    @Override
    default ValidationHooks validation() {
        return kernel().validation();
    }

    @Override
    default int currentUtcb() {
        return kernel().currentUtcb();
    }

    @Override
    default Label killCurrent() {
        return kernel().killCurrent();
    }

    @Override
    default Label findLocal() {
        return kernel().findLocal();
    }

    @Override
    default void bss() {
        kernel().bss();
    }

    @Override
    default void text() {
        kernel().text();
    }

    @Override
    default int stackTop() {
        return kernel().stackTop();
    }

    @Override
    default Label adopt() {
        return kernel().adopt();
    }

    @Override
    default void spentOn(Cause cause, Runnable code) {
        kernel().spentOn(cause, code);
    }

    @Override
    default void probe(String name) {
        kernel().probe(name);
    }

    @Override
    default void outOfLine(Runnable code) {
        kernel().outOfLine(code);
    }
}
