package org.sidestep.machine.ia32.translator;

import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Flags;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.LinearMemory;
import org.sidestep.machine.ia32.mmu.PageCache;
import org.sidestep.machine.ia32.mmu.WalkListener;
import org.sidestep.machine.ia32.timing.memo.Course;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Walks;

/** What translated code finds when it begins, beside the processor's registers, and where it leaves them when it ends. */
public final class Frame implements WalkListener {
    final Cpu cpu;
    final int[] r;
    final Flags flags;
    final SegmentRegister[] segments;
    final Ram ram;
    /** The way of a clock that does not just count; else null. */
    final Course course;

    /** The last blocks that have been completed. */
    final Path path = new Path();

    /** What the sites of the current block have met. */
    public final int[] met = new int[512];

    /** What the present privilege level finds at once. */
    PagesAtHand pages;

    /** Instructions that may still be executed. */
    int budget;

    /** The way between user and kernel. */
    final Crossing crossing;

    /** Of the region that is being executed. */
    Block[] blocks;

    /** By how much each of them may be delayed, whatever it meets. */
    int[] reaches;

    /** For whose access a page is walked for. */
    private int walkSite;

    private final PagesAtHand ofUsers;
    private final PagesAtHand ofSupervisors;

    /**
     * How execution leaves a region: the block, the instruction before which it is left (all of them:
     * {@link Translation#WHOLE}), and whether the clock has admitted the block.
     */
    static int exit(int block, int place, boolean admitted) {
        return block << 9 | place << 1 | (admitted ? 1 : 0);
    }

    static int block(int exit) {
        return exit >> 9;
    }

    static int place(int exit) {
        return exit >> 1 & 0xFF;
    }

    static boolean isAdmitted(int exit) {
        return (exit & 1) != 0;
    }

    Frame(Cpu cpu, Ram ram) {
        this.cpu = cpu;
        this.ram = ram;
        r = cpu.r;
        flags = cpu.flags;
        segments = cpu.segments;
        crossing = new Crossing(this);
        ofUsers = new PagesAtHand(cpu.mmu.memory(true), cpu.mmu.fetches(true));
        ofSupervisors = new PagesAtHand(cpu.mmu.memory(false), cpu.mmu.fetches(false));
        course = cpu.timing instanceof MemoizedTiming memoized ? new Course(memoized) : null;
    }

    /** Memory is as the current privilege level sees it. */
    void look() {
        pages = cpu.memory == ofUsers.memory ? ofUsers : ofSupervisors;
    }

    /** Whether the engine is to look around before the next instruction. */
    boolean isDisturbed() {
        return cpu.flow.deadline == 0;
    }

    /** Names an access to the methods below: the site of a block. */
    static int access(int site, int block) {
        return site << 8 | block;
    }

    /** Where to load what was not found in the page cache, or -1. */
    private int load(int linear, int bytes, int access) {
        PageCache reads = pages.memory.reads();
        boolean prepared = isInLine(linear, bytes) && prepares(reads, linear, access >> 8, access & 0xFF);
        return prepared ? reads.physical(linear) : -1;
    }

    /** Likewise where to store; pages that hold code can be written to beside it. */
    private int store(int linear, int bytes, int access) {
        LinearMemory memory = pages.memory;
        int physical = memory.besideCode(linear, bytes);
        if (physical >= 0) return physical;
        boolean prepared = isInLine(linear, bytes) && prepares(memory.writes(), linear, access >> 8, access & 0xFF);
        return prepared ? memory.storableAtOnce(linear, bytes) : -1;
    }

    /**
     * A block behind another one lies in a page that is not known to lead there: looks, and walks for it if need be. Whether
     * the block can be entered; if not, nothing has happened.
     *
     * @param budget instructions that may still be executed
     */
    boolean fetches(int number, int budget) {
        Block to = blocks[number];
        if (budget < to.ops.length || !cpu.notices.isIdle()) return false;
        PageCache fetches = cpu.mmu.fetches(cpu.cpl() == 3);
        if (course != null && !course.admitsFetch(to.schedule, reaches[number])) return false;
        walkSite = Walks.CODE;
        return cpu.mmu.prepareFetch(fetches, to.linear, to.physical, this);
    }

    private static boolean isInLine(int linear, int bytes) {
        return (linear & 31) <= 32 - bytes;
    }

    /** Whether so many pages can be walked for in a block. */
    boolean admitsWalks(int walks, int block) {
        if (!cpu.notices.isIdle()) return false;
        return course == null || course.admitsWalks(walks, reaches[block]);
    }

    /** Walks for a page if need be; this has been {@link #admitsWalks admitted}, and must succeed. */
    void bringIn(PageCache cache, int linear, int site) {
        walkSite = site;
        boolean done = cache.contains(linear) || cpu.mmu.prepare(cache, linear, this);
        if (!done) throw new IllegalStateException("page gone");
    }

    /**
     * Brings a page into a cache, walking for it if need be. Only for the first access of an instruction, or for the last one: what
     * is accessed before a walk must not be accessed anew.
     */
    boolean prepares(PageCache cache, int linear, int site, int block) {
        if (!admitsWalks(1, block)) return false;
        walkSite = site;
        return cpu.mmu.prepare(cache, linear, this);
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        if (course != null) course.walks.add(walkSite, physical, written);
    }

    /** The physical address of what translated code reads; -1 if the interpreter has to look. */
    static int read(Frame frame, int[] tags, int[] frames, int linear, int bytes, int access) {
        int physical = cached(tags, frames, linear, bytes);
        return physical >= 0 ? physical : frame.load(linear, bytes, access);
    }

    /** Likewise of what it writes. */
    static int write(Frame frame, int[] tags, int[] frames, int linear, int bytes, int access) {
        int physical = cached(tags, frames, linear, bytes);
        return physical >= 0 ? physical : frame.store(linear, bytes, access);
    }

    /** The physical address behind a linear one that is in a page cache, or -1; -1 too if the bytes cross a line. */
    static int cached(int[] tags, int[] frames, int linear, int bytes) {
        int slot = linear >>> 12 & 127;
        boolean isThere = tags[slot] == (linear & ~0xFFF) && (linear & 31) <= 32 - bytes;
        return isThere ? frames[slot] | linear & 0xFFF : -1;
    }

    /** Registers and flags go back to the processor. */
    static void leave(
            Frame frame,
            int eax,
            int ecx,
            int edx,
            int ebx,
            int esp,
            int ebp,
            int esi,
            int edi,
            int zero,
            int sign,
            int carries) {
        int[] r = frame.r;
        r[0] = eax;
        r[1] = ecx;
        r[2] = edx;
        r[3] = ebx;
        r[4] = esp;
        r[5] = ebp;
        r[6] = esi;
        r[7] = edi;
        Flags flags = frame.flags;
        flags.zero = zero;
        flags.sign = sign;
        flags.carries = carries;
    }
}
