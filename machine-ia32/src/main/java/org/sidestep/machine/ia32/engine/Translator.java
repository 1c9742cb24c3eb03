package org.sidestep.machine.ia32.engine;

/**
 * Makes executables of hot blocks and runs them. What an executable cannot do, or not now, it leaves to the interpreter, in
 * the state that the interpreter would have reached.
 */
public interface Translator {

    /** A block has been interpreted so often that it may pay to make an executable of it and of what follows it. */
    void hot(Block block);

    /**
     * Runs the executable of a block.
     *
     * @param budget instructions that may be executed
     * @return whether it has been run at all; if so, the methods below say how it was left
     */
    boolean run(Block block, long budget);

    /** Instructions that have been executed. */
    int executed();

    /** The block in which it was left, or behind which. */
    Block block();

    /** Whether it was left before the block's end, or before it began: the rest is the interpreter's. */
    boolean isUnfinished();

    /**
     * Goes to the place where an unfinished block was left, and tells the clock what has been done of it.
     *
     * @return how many of its instructions are done; negative if the clock has not even begun it
     */
    int handOver();
}
