package org.sidestep.machine.ia32.translator;

import org.sidestep.machine.Sites;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.engine.Executable;
import org.sidestep.machine.ia32.mmu.LinearMemory;

/** Blocks that follow one another, as a method of the host's. A generated class for each extends this. */
public abstract class Translation implements Executable {

    /** Execution has left the region between two blocks: {@code eip} says where it goes on. */
    static final int WHOLE = 255;

    final Block[] blocks;
    final Object[] schedules;
    final Sites[] sites;
    /** By how much each block may be delayed, whatever it meets; of a clock that counts, not at all. */
    final int[] reaches;

    /** Instructions that are executed by the interpreter's semantics. */
    final Op[] ops;

    /** As long as it has been entered so seldom, it is new. */
    private static final int FEW = 1 << 14;

    /** How often it has been entered, up to that. */
    private int entered;

    /** Segments that the code takes to be flat, as a set. */
    final int flat;

    /** What a generated class is made with. */
    record Parts(
            BlockTranslator owner,
            LinearMemory view,
            Block[] blocks,
            Object[] schedules,
            Sites[] sites,
            int[] reaches,
            Op[] ops,
            int flat) {}

    /** Blocks after which it is asked whether the code is worth it. */
    private static final int ENOUGH = 1 << 16;

    /** Blocks that have been completed since this was asked last, and those that met something unusual. */
    private int completed;

    private int unusual;

    private final BlockTranslator owner;

    /** Memory as the code takes it to look, or null. */
    private final LinearMemory view;

    Translation(Parts parts) {
        owner = parts.owner;
        view = parts.view;
        blocks = parts.blocks;
        schedules = parts.schedules;
        sites = parts.sites;
        reaches = parts.reaches;
        ops = parts.ops;
        flat = parts.flat;
    }

    /** Whether memory looks as the code takes it to. */
    final boolean sees(LinearMemory memory) {
        return view == null || view == memory;
    }

    /**
     * So many of its blocks have been completed. Whether it had better not be run any more: so much of what they met had to be
     * told to the clock, for which translated code takes twice as long as the interpreter.
     */
    final boolean isVain(int blocksNow) {
        completed += blocksNow;
        if (completed < ENOUGH) return false;
        boolean vain = unusual > completed / 8 * 3;
        completed = 0;
        unusual = 0;
        return vain;
    }

    /** It is entered. */
    final void enter() {
        if (isNew()) entered++;
    }

    /** Whether it has been entered but few times. */
    final boolean isNew() {
        return entered < FEW;
    }

    @Override
    public void discard() {
        for (Block block : blocks) block.leaves(this);
        owner.forget(this);
    }

    /** All of a block is done; from a site on it has met what generated code has no way for. Called by that. */
    final void complete(Frame frame, int block, int site, long usual) {
        unusual++;
        frame.course.complete(schedules[block], sites[block], frame.met, blocks[block].ops.length, site, usual);
    }

    /** All of a block is done, in which pages were walked for, or while lines may be in flight. Called by generated code. */
    final void otherwise(Frame frame, int block) {
        boolean usual = frame.course.report(schedules[block], sites[block], frame.met, blocks[block].ops.length);
        if (!usual) unusual++;
    }

    /** Called by generated code, with the registers in the processor. */
    final void perform(Frame frame, int number) {
        Op op = ops[number];
        op.semantics.execute(frame.cpu, op);
    }

    /** Whether the segments are as the code takes them to be. */
    final boolean fits(Cpu cpu) {
        SegmentRegister[] segments = cpu.segments;
        if (!segments[Cpu.SS].big || !segments[Cpu.CS].isFlat()) return false;
        for (int rest = flat, i = 0; rest != 0; rest >>= 1, i++) {
            if ((rest & 1) != 0 && !segments[i].isFlatData()) return false;
        }
        return true;
    }

    /**
     * Executes from the beginning of a block until execution leaves the region.
     *
     * @return how it was left: see {@link Frame}
     */
    abstract int run(Frame frame, int entry);
}
