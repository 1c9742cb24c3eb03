package org.sidestep.machine;

import java.util.Set;
import java.util.function.IntConsumer;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Seg;

/**
 * A machine from outside, as a debugger or verifier sees and changes it. Nothing here takes guest time, and nothing is
 * counted in {@link Machine#counters}. Breakpoints and watches belong to the machine object: no part of snapshots, they stay
 * when one is restored. Changes are for a machine that is not running; what they do to a register is what the instruction
 * that loads it would do, but without its privilege checks.
 */
public interface Debugger {

    /**
     * Makes {@link Machine#run} return {@link Stop.Kind#BREAKPOINT} whenever execution arrives at a linear address, before
     * the instruction there. The next run goes on with that instruction. The guest's own debug registers are another thing.
     */
    Watch breakpoint(int linear);

    /**
     * Tells of each access to data that touches linear addresses {@code first} to {@code last}, both included, unsigned:
     * those of instructions, of stacks at interrupts and far transfers, and the implicit ones to descriptor tables and
     * TSSs. Not those of page walks, of devices, or from outside. While any such watch is set, the machine runs slower.
     */
    Watch watchData(int first, int last, DataAccess.Kind kind, DataListener listener);

    /** Learns of accesses. */
    @FunctionalInterface
    interface DataListener {

        /**
         * In the middle of an instruction, after the access has succeeded; the next instruction is still the one that makes
         * it. May inspect the machine, set and take back watches, and ask for a stop.
         */
        void accessed(Machine machine, DataAccess access);
    }

    /** Makes {@link Machine#run} return {@link Stop.Kind#REQUEST} after the current instruction; see {@link BootedMachine#requestStop}. */
    void requestStop(String reason);

    /**
     * Reads memory through the current page tables, whatever the rights, without any effect.
     *
     * @throws NotMapped if any of it is not mapped to memory
     */
    byte[] peek(int linear, int length);

    /**
     * Writes memory through the current page tables, whatever the rights; decoded code is refreshed, and accessed and dirty
     * bits stay as they are.
     *
     * @throws NotMapped if any of it is not mapped to memory; then nothing is written
     */
    void poke(int linear, byte[] bytes);

    /** Writes EFLAGS; bits that do not exist keep their fixed values. */
    void setEflags(int value);

    CachedSegment segment(Seg register);

    /** Sets a segment register and the descriptor cached with it; that of CS decides about the privilege level. */
    void setSegment(Seg register, CachedSegment value);

    CachedSegment ldtr();

    void setLdtr(CachedSegment value);

    CachedSegment tr();

    void setTr(CachedSegment value);

    DescriptorTable gdtr();

    void setGdtr(DescriptorTable value);

    DescriptorTable idtr();

    void setIdtr(DescriptorTable value);

    /**
     * Loads a control register, TLBs and cached page-directory pointers as a load does.
     *
     * @throws IllegalArgumentException if the register does not exist or cannot hold the value
     */
    void setControl(Cr register, int value);

    /** DR0 to DR7; DR4 and DR5 are the same as DR6 and DR7. */
    int debug(Dr register);

    void setDebug(Dr register, int value);

    /**
     * A model-specific register.
     *
     * @throws IllegalArgumentException if the processor does not have it
     */
    long modelSpecific(int number);

    /**
     * Writes a model-specific register.
     *
     * @throws IllegalArgumentException if the processor does not have it or it cannot be written
     */
    void setModelSpecific(int number, long value);

    /** The registers of x87, MMX and SSE. */
    FloatingPoint floatingPoint();

    void setFloatingPoint(FloatingPoint state);

    /** A moment in the life of memory, for {@link #changedPages}: the present one. */
    long memoryEpoch();

    /**
     * Tells of each 4 KB page that may have changed since a moment, by physical address, some of them several times: whoever
     * remembers something of memory need not look at the others again.
     *
     * @param since what {@link #memoryEpoch} said then
     * @return false if that is too long ago, and any page may have changed
     */
    boolean changedPages(long since, IntConsumer page);

    /**
     * The cycle up to which nothing comes from outside the processor, since no device acts and no input is to come; 0 if an
     * input is to come, or an interrupt request already waits.
     */
    long quietUntil();

    /**
     * Whether all translations that TLBs hold are what the page tables now say, apart from accessed and dirty bits. Then they
     * decide only how long things take.
     */
    boolean translationsCurrent();

    /**
     * A hash of parts of the state. Equal states have equal hashes, in every run and on every host; different ones have
     * different hashes but for a chance of about 2<sup>-64</sup> a pair. What a machine does next, apart from when, depends
     * on all parts but {@link StatePart#CLOCK}. Quick: memory that has not changed since the last snapshot or restore is not
     * looked at. Not for use by a listener of {@link #watchData}.
     */
    long hash(Set<StatePart> parts);

    /** The hash of the whole state. */
    default long hash() {
        return hash(Set.of(StatePart.values()));
    }
}
