package org.sidestep.machine.ia32.engine;

/** Blocks in a form that executes faster than the interpreter executes them; of a {@link Translator}. */
public interface Executable {

    /** A block that it was made from is no longer what it was: nobody may enter it from now on. */
    void discard();
}
