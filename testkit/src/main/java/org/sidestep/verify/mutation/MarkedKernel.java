package org.sidestep.verify.mutation;

import org.sidestep.asm.Assembler;
import org.sidestep.kernel.KernelCode;

/** A kernel as one plugin sees it, in which what the plugin puts out of line stays its own. */
record MarkedKernel(KernelCode kernel) implements KernelAround {

    /** Emits code as written by {@code author}. */
    static void by(Assembler asm, String author, Runnable code) {
        String before = asm.author(author);
        code.run();
        asm.author(before);
    }

    @Override
    public void outOfLine(Runnable code) {
        String author = asm().author("");
        asm().author(author);
        kernel.outOfLine(() -> by(asm(), author, code));
    }
}
