package org.sidestep.kernel.l4.assembly;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.plugin.Parameters;

/** One plugin's view of the kernel. */
record PluginCode(Kernel kernel, Parameters parameters) implements KernelCode {

    @Override
    public Assembler asm() {
        return kernel.asm;
    }

    @Override
    public ValidationHooks validation() {
        return kernel.validation;
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
    public Label killCurrent() {
        return kernel.labels.killCurrent;
    }

    @Override
    public Label findLocal() {
        return kernel.labels.findLocal;
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
        return MemoryMap.TCB_SIZE;
    }

    @Override
    public Label adopt() {
        return kernel.labels.adopt;
    }

    @Override
    public void outOfLine(Runnable code) {
        kernel.outOfLine(code);
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
