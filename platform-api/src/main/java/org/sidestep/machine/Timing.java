package org.sidestep.machine;

import java.util.Collections;
import java.util.SortedMap;
import org.sidestep.isa.Instruction;

/**
 * The clock of one machine. The interpreter reports what an instruction does while it executes it, then calls
 * {@link #retire}, which turns all of it into cycles. Calls come in program order; all addresses are physical unless said
 * otherwise. An engine is deterministic and holds no reference to the machine.
 */
public abstract class Timing {
    private static final int NO_LINE = -1;

    /** Where APICs lie, and firmware above them. */
    private static final int ON_CHIP = 0xFEC0_0000;

    /** From here on up to {@link #ON_CHIP} nothing is cached. */
    private int memoryEnd = ON_CHIP;

    /** The line that the last instruction byte came from. */
    private int line = NO_LINE;

    /**
     * Called once when an instruction is decoded; the handle is passed back to {@link #retire} each time it executes.
     */
    public abstract Object prepare(Instruction instruction);

    /**
     * Called once when a block, instructions that follow one another, has been decoded, with their handles; the result is
     * passed to {@link #begin} each time the block executes. An engine that has no use for blocks returns null.
     */
    public Object schedule(Object[] prepared) {
        return null;
    }

    /**
     * The instructions of a block follow, one by one. Until {@link #end}, an engine may put off its work as long as the
     * clock stays before {@code deadline} for certain; it must do it when {@link #cycles} is asked for.
     */
    public void begin(Object schedule, long deadline) {}

    /** The block is over, or left early. */
    public void end() {}

    /** Whether the clock is before {@code cycle}; within a block, cheap for the block's deadline. */
    public boolean isBefore(long cycle) {
        return cycles() < cycle;
    }

    /**
     * A block that lies in one line and works on registers alone has been executed, and begins again. If this engine knows how long
     * that will take, if its branch goes as before, and that it will be over before {@code deadline}, it says so. Nothing but
     * the branch is to be reported then until {@link #round}; else the block is executed as any other.
     */
    public boolean again(Object schedule, int instructions, long deadline) {
        return false;
    }

    /** What began {@link #again} is over. */
    public void round(int instructions) {
        throw new UnsupportedOperationException();
    }

    /**
     * A block that has gone round a few times, its branch taken each time, would do so again and again. If nothing but time passes then, as far
     * as this engine knows, it has.
     *
     * @param branch where the branch is
     * @param most rounds
     * @return so many rounds have passed, each of them surely over before {@code deadline}; what else they do is done by who calls
     */
    public int rounds(Object schedule, int instructions, int branch, int most, long deadline) {
        return 0;
    }

    /**
     * Whether each instruction takes a cycle, whatever it meets. An engine that executes whole blocks may then count for the
     * clock, and tell it by {@link #passed}.
     */
    public boolean countsInstructions() {
        return false;
    }

    /** So many instructions have been executed, before the deadline; the last byte of the last one comes from this line. */
    public void passed(int instructions, int line) {
        throw new UnsupportedOperationException();
    }

    /** The next instruction's bytes come from these lines, which may be the same; asks for what was not fetched last. */
    public final void fetched(int firstLine, int lastLine) {
        if (lastLine == line) return;
        if (firstLine != line) fetch(firstLine);
        if (lastLine != firstLine) fetch(lastLine);
        line = lastLine;
    }

    /** The line that the last instruction byte came from, or -1; the machine keeps it in its snapshots. */
    public final int line() {
        return line;
    }

    public final void line(int last) {
        line = last;
    }

    /**
     * There are so many bytes of memory. Data behind it are a device's or nobody's: as firmware sets up a PC (memory type
     * ranges), they are not cached, and each access goes to the bus. Called once, by the machine.
     */
    public final void memory(int bytes) {
        memoryEnd = bytes;
    }

    /** Whether data at a physical address are not cached. */
    protected final boolean isUncached(int physical) {
        return Integer.compareUnsigned(physical, memoryEnd) >= 0 && Integer.compareUnsigned(physical, ON_CHIP) < 0;
    }

    /** Instruction bytes are fetched from another 32-byte line than before. */
    public abstract void fetch(int line);

    /** The instruction loads up to 8 bytes. */
    public abstract void load(int physical, int bytes);

    /** The instruction stores up to 8 bytes. */
    public abstract void store(int physical, int bytes);

    /**
     * The instruction asks for a line ahead of time. It has no effect but on time, waits for nothing, and is not called where
     * the TLB does not hold the page.
     *
     * @param first whether the line is to come into the first-level cache; {@code second} likewise
     */
    public void prefetch(int physical, boolean first, boolean second) {}

    /** The stores of this instruction, which follow, are of data that are not needed again soon: no line is read for them. */
    public void nonTemporal() {}

    /** The instruction waits until what non-temporal stores before it have written is on its way to memory. */
    public void fence() {}

    /**
     * The instruction stores {@code count} times more, from {@code physical} on one behind another, to the line of memory that
     * it has just stored to, which is cached: the same as so many calls of {@link #store}.
     */
    public void storeOn(int physical, int bytes, int count) {
        for (int i = 0; i < count; i++) store(physical + i * bytes, bytes);
    }

    /** A TLB missed and the walk read (and, where an accessed or dirty bit was set, wrote) a table entry; once per level. */
    public abstract void walk(int physical, boolean instructionSide, boolean written);

    /** The instruction branched (or did not); linear addresses. */
    public abstract void branch(Branch kind, int address, int next, int target, boolean taken);

    /** A cost that no instruction class expresses. */
    public abstract void event(Event event);

    /**
     * A store goes to a line that code may have been fetched from. The machine reports {@link Event#SELF_MODIFIED_CODE} if
     * the processor held it.
     *
     * @param physical an address in the line
     * @return whether the processor notices: it held the line among those to fetch from, and no longer does
     */
    public boolean invalidate(int physical) {
        return false;
    }

    /**
     * What the operands of a division, a root, a sine or a cosine of floating point say about its time. The interpreter
     * reports it while the instruction executes, of a packed one for the lane that takes longest; where it reports two
     * kinds, the first that the model knows of is the one that counts.
     */
    public void operands(Operands kind) {}

    /**
     * The instruction is complete.
     *
     * @param iterations of a repeated string instruction since the last {@link #pause}, else 1
     */
    public abstract void retire(Object prepared, int iterations);

    /**
     * A repeated string instruction has made {@code iterations} more, and will go on (or be interrupted first, and go on
     * later). What it costs only once per instruction is charged at one of these calls or at {@link #retire}, not at each.
     */
    public void pause(Object prepared, int iterations) {
        retire(prepared, iterations);
    }

    /** The processor halts; time passes until {@code cycle}. */
    public abstract void idleUntil(long cycle);

    /** Cycles since reset, at the retirement of the last instruction. */
    public abstract long cycles();

    public abstract long l1Misses();

    public abstract long l2Misses();

    public abstract long mispredictions();

    /**
     * How often each of the model's figures has been charged since reset, by parameter name: those of events and of
     * serialising instructions, which tell what a result rests on. Others have no count.
     */
    public SortedMap<String, Long> charges() {
        return Collections.emptySortedMap();
    }

    /**
     * Cycles that were lost since reset to one kind of happening. They are counted as they happen, those of a misprediction
     * when the branch retires; some pass while the processor has other work, so the clock may have advanced by less.
     */
    public long lost(Loss kind) {
        return 0;
    }

    /**
     * Lists the whole state on a tape, which records it for a snapshot or puts back what was recorded, of this engine or of
     * another that was made with the same parameters. Called between two instructions, never within a block. Whoever
     * listens goes on listening, and handles stay valid.
     */
    public abstract void keep(StateTape tape);

    /** From now on tells {@code listener} of each cache miss as it happens. An engine without caches has none to tell of. */
    public void listen(MissListener listener) {}

    /** Learns of cache misses, in the middle of an instruction. */
    @FunctionalInterface
    public interface MissListener {
        /** The cache of a level (1 or 2) did not hold the line at a physical address. */
        void cacheMissed(int level, int physical);
    }

    /** Where time goes beside the execution of instructions; the first three are exact. */
    public enum Loss {
        /** Changes of privilege level. */
        TRAP,
        /** Loads of CR3. */
        ADDRESS_SPACE,
        /** A halted processor. */
        IDLE,
        /** The right path came late. */
        MISPREDICTION,
        /** Page walks, with their cache misses. */
        TLB_REFILL,
        /** Lines that the first-level caches did not hold. */
        CACHE_REFILL
    }

    /** Operands of floating point that some processors are quick with; of lanes, a later one takes longer. */
    public enum Operands {
        /** The dividend, the radicand or the angle is zero. */
        ZERO,
        /** The divisor is a power of two, or the radicand one of four. */
        POWER,
        /** The angle is less than 1/4 away from where the function is zero. */
        SMALL,
        /** The angle is less than 1/4 away from where the function is one, or minus one. */
        PEAK,
        /** The angle is not as near to where the function is zero, but nearer than to where it is one. */
        SLOPE,
        /** The precision control asks for no more than a single. */
        SINGLE,
        /** The precision control asks for no more than a double. */
        DOUBLE,
        /** None of these. */
        FULL
    }

    /** How a branch is predicted. */
    public enum Branch {
        CONDITIONAL,
        DIRECT,
        INDIRECT,
        CALL,
        INDIRECT_CALL,
        RETURN
    }

    /** Privileged and serialising happenings. */
    public enum Event {
        /** An interrupt or exception changed to a more privileged level. */
        INTERRUPT_INWARD,
        /** An interrupt or exception stayed at its level. */
        INTERRUPT_SAME_LEVEL,
        IRET_OUTWARD,
        IRET_SAME_LEVEL,
        FAR_TRANSFER_INWARD,
        FAR_TRANSFER_OUTWARD,
        SYSENTER,
        SYSEXIT,
        CR3_LOAD,
        /** A memory access crossed a cache line. */
        SPLIT_ACCESS,
        /** An external interrupt was acknowledged at the 8259. */
        INTERRUPT_ACKNOWLEDGE,
        /** A line was overwritten that the processor held for fetching ({@link Timing#invalidate}). */
        SELF_MODIFIED_CODE
    }
}
