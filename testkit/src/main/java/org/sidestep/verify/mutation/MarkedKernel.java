package org.sidestep.verify.mutation;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.plugin.Parameters;

/** A kernel as one plugin sees it, in which what the plugin puts out of line stays its own. */
record MarkedKernel(KernelCode kernel) implements KernelCode {

    /** Emits code as written by {@code author}. */
    static void by(Assembler asm, String author, Runnable code) {
        String before = asm.author(author);
        code.run();
        asm.author(before);
    }

    @Override
    public Assembler asm() {
        return kernel.asm();
    }

    @Override
    public Parameters parameters() {
        return kernel.parameters();
    }

    @Override
    public ThreadLayout thread() {
        return kernel.thread();
    }

    @Override
    public ValidationHooks validation() {
        return kernel.validation();
    }

    @Override
    public int currentUtcb() {
        return kernel.currentUtcb();
    }

    @Override
    public Label killCurrent() {
        return kernel.killCurrent();
    }

    @Override
    public Label findLocal() {
        return kernel.findLocal();
    }

    @Override
    public void bss() {
        kernel.bss();
    }

    @Override
    public void text() {
        kernel.text();
    }

    @Override
    public int stackTop() {
        return kernel.stackTop();
    }

    @Override
    public Label adopt() {
        return kernel.adopt();
    }

    @Override
    public void outOfLine(Runnable code) {
        String author = asm().author("");
        asm().author(author);
        kernel.outOfLine(() -> by(asm(), author, code));
    }

    @Override
    public void spentOn(Cause cause, Runnable code) {
        kernel.spentOn(cause, code);
    }

    @Override
    public void probe(String name) {
        kernel.probe(name);
    }
}
