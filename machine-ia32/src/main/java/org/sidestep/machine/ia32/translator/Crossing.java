package org.sidestep.machine.ia32.translator;

import org.sidestep.isa.Eflags;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Flow;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.instruction.Sysenter;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.CheckedMemory;
import org.sidestep.machine.ia32.mmu.LinearMemory;
import org.sidestep.machine.ia32.mmu.Mmu;
import org.sidestep.machine.ia32.mmu.PageCache;
import org.sidestep.machine.ia32.mmu.Paging;
import org.sidestep.machine.ia32.observe.Notices;
import org.sidestep.machine.ia32.transfer.Interrupts;
import org.sidestep.machine.ia32.transfer.Returns;

/**
 * Changes between user and kernel as translated code makes them, where all is plain: flat segments that have been used before,
 * every page at hand, nothing that faults, and no interrupt that is let in. All of that is looked at first; if anything is otherwise, nothing has happened, and the change is the interpreter's ({@code Interrupts},
 * {@code Returns}, {@code Sysenter}). Where execution goes on is in {@code Cpu.next} then, and the addresses of all loads and
 * stores are among what the block has met, in the order in which the interpreter makes them.
 */
final class Crossing {

    /** Loads of an interrupt: the gate, the code segment, the stack pointer and its segment in the TSS, the stack segment. */
    static final int[] INTERRUPT_LOADS = {4, 4, 4, 4, 4, 2, 4, 4};

    /** Stores of an interrupt: SS, ESP, EFLAGS, CS, EIP. */
    static final int[] INTERRUPT_STORES = {4, 4, 4, 4, 4};

    /** Loads of an IRET: EFLAGS, EIP, CS, the code segment, ESP, SS, the stack segment. */
    static final int[] RETURN_LOADS = {4, 4, 4, 4, 4, 4, 4, 4, 4};

    /** Flat segments, present and accessed, of level 0; of code, whether it can be read does not matter. */
    private static final long CODE = 0x00CF9900_0000FFFFL;

    private static final long READABLE = 1L << 41;
    private static final long DATA = 0x00CF9300_0000FFFFL;
    private static final long DPL3 = 3L << 45;

    private static final Descriptor KERNEL_DATA = descriptor(DATA);
    private static final Descriptor USER_DATA = descriptor(DATA | DPL3);

    /** In the high word of a gate: present, level and what kind it is; the lowest bit tells traps from interrupts. */
    private static final int GATE = 0xFE00;

    private static final int USER_GATE = 0xEE00;
    private static final int TRAP = 1 << 8;

    /** Where the pointer to the stack of level 0 is in the TSS, and its segment. */
    private static final int ESP0 = 4;

    private static final int SS0 = 8;

    /** Flags that make a return more than a return if they are set. */
    private static final int SPECIAL = Eflags.VM | Eflags.NT | Eflags.TF | Eflags.RF | Eflags.VIF | Eflags.VIP;

    private static final int PAGE = 1 << 12;

    private static final int[] DATA_SEGMENTS = {0, 3, 4, 5};

    private final Frame frame;
    private final Cpu cpu;
    private final Ram ram;
    private final int[] met;
    /** Memory as the kernel, and descriptor tables, are accessed. */
    private final LinearMemory supervisor;

    private final PageCache reads;

    /** The code segments that were entered last. */
    private Descriptor kernelCode = KERNEL_DATA;

    private Descriptor userCode = USER_DATA;

    /** The first site of the change, how many accesses have been looked at, and whether all of them can be made at once or with walks. */
    private int firstSite;

    private int count;
    private boolean possible;
    /** Of the accesses, those that are the first to a page that is not at hand. */
    private final int[] missed = new int[INTERRUPT_LOADS.length + INTERRUPT_STORES.length];

    private int missedCount;

    /** Whether it is noted where each access is; that is needed once a page is not at hand. */
    private boolean notes;

    /** Where each access is, and the cache that its page is to be in. */
    private final int[] linears = new int[missed.length];

    private final PageCache[] pages = new PageCache[linears.length];

    Crossing(Frame frame) {
        this.frame = frame;
        cpu = frame.cpu;
        ram = frame.ram;
        met = frame.met;
        supervisor = cpu.mmu.memory(false);
        reads = supervisor.reads();
    }

    /** INT n of a user, to level 0. */
    boolean interrupt(int vector, int behind, int atSite, int block) {
        begin(atSite, false);
        return interrupt(vector, behind, block) || lacksPages() && interrupt(vector, behind, block);
    }

    private boolean interrupt(int vector, int behind, int block) {
        if (cpu.cpl() != 3
                || !isPlain()
                || cpu.tr.isNull()
                || !cpu.tr.descriptor().is32()) return false;
        if (!cpu.idtr.contains(8 * vector) || Integer.compareUnsigned(SS0 + 1, cpu.tr.limit) > 0) return false;
        long gate = loadBoth(cpu.idtr.base + 8 * vector);
        int selector = (int) gate >>> 16;
        int kind = (int) (gate >>> 32);
        long code = loadBoth(descriptorAt(selector));
        int esp = load(cpu.tr.base + ESP0);
        int ss = load(cpu.tr.base + SS0) & 0xFFFF;
        boolean plain = (kind & GATE) == USER_GATE
                && isGlobal(selector, selector & 3)
                && (code & ~READABLE) == CODE
                && isGlobal(ss, 0)
                && loadBoth(descriptorAt(ss)) == DATA;
        for (int i = 1; i <= INTERRUPT_STORES.length; i++) reserve(esp - 4 * i);
        if (!plain || !bringsIn(block)) return false;
        int stores = firstSite + INTERRUPT_LOADS.length;
        ram.dword(met[stores], cpu.segments[Cpu.SS].selector);
        ram.dword(met[stores + 1], cpu.r[Cpu.ESP]);
        ram.dword(met[stores + 2], cpu.flags.value());
        ram.dword(met[stores + 3], cpu.segments[Cpu.CS].selector);
        ram.dword(met[stores + 4], behind);
        cpu.flow.comparing = Flow.NOT_COMPARING;
        if (isOther(kernelCode, code)) kernelCode = descriptor(code);
        enter(selector & ~3, kernelCode, ss, KERNEL_DATA, esp - 4 * INTERRUPT_STORES.length, 0);
        Interrupts.clearFlags(cpu, (kind & TRAP) == 0);
        cpu.next = (int) gate & 0xFFFF | kind & 0xFFFF0000;
        cpu.notices.privilegeChanged(3, 0, vector);
        return true;
    }

    /** IRET of the kernel, to a user. */
    boolean iret(int atSite, int block) {
        begin(atSite, false);
        return iret(block) || lacksPages() && iret(block);
    }

    private boolean iret(int block) {
        boolean plain = cpu.cpl() == 0
                && isPlain()
                && !cpu.nmiBlocked
                && (cpu.flags.system & Eflags.NT) == 0
                && cpu.segments[Cpu.SS].isFlatData()
                && cpu.segments[Cpu.SS].big;
        if (!plain) return false;
        int top = cpu.r[Cpu.ESP];
        int image = load(top + 8);
        int eip = load(top);
        int selector = load(top + 4) & 0xFFFF;
        long code = loadBoth(descriptorAt(selector));
        int esp = load(top + 12);
        int ss = load(top + 16) & 0xFFFF;
        boolean flat = isGlobal(selector, 3)
                && (code & ~READABLE) == (CODE | DPL3)
                && isGlobal(ss, 3)
                && loadBoth(descriptorAt(ss)) == (DATA | DPL3);
        if (!flat || !letsNothingIn(image) || !keepsSegments() || !bringsIn(block)) return false;
        int writable = Returns.kernelReturnedFlags(cpu);
        if (isOther(userCode, code)) userCode = descriptor(code);
        enter(selector, userCode, ss, USER_DATA, esp, 3);
        cpu.flags.replace(image, writable);
        cpu.next = eip;
        cpu.notices.privilegeChanged(0, 3, Notices.BY_RETURN);
        return true;
    }

    /** SYSENTER. */
    boolean sysenter() {
        if (!isPlain() || !Sysenter.isReady(cpu)) return false;
        int from = cpu.cpl();
        Sysenter.enter(cpu);
        cpu.notices.privilegeChanged(from, 0, Notices.BY_SYSENTER);
        return true;
    }

    /** SYSEXIT. */
    boolean sysexit() {
        if (cpu.cpl() != 0 || !isPlain() || !Sysenter.isReady(cpu)) return false;
        Sysenter.exit(cpu);
        cpu.notices.privilegeChanged(0, 3, Notices.BY_RETURN);
        return true;
    }

    /** Whether the change is one within protected mode, and data are accessed at once on both sides. */
    private boolean isPlain() {
        return cpu.protectedMode() && cpu.memoryAt(0) == supervisor && !(cpu.memoryAt(3) instanceof CheckedMemory);
    }

    /** Whether the engine need not look around if these become the flags. */
    private boolean letsNothingIn(int image) {
        boolean same = (image & SPECIAL) == 0 && ((image ^ cpu.flags.system) & Eflags.AC) == 0;
        boolean enables = (image & Eflags.IF) != 0 && !cpu.flags.interruptsEnabled();
        return same && !(enables && cpu.board.interruptRequested());
    }

    /** Whether a user may keep what is in the segment registers. */
    private boolean keepsSegments() {
        for (int segment : DATA_SEGMENTS) {
            if (Segmentation.isDropped(cpu.segments[segment], 3)) return false;
        }
        return true;
    }

    private void enter(int cs, Descriptor code, int ss, Descriptor stack, int esp, int level) {
        cpu.setCpl(level);
        cpu.segments[Cpu.SS].load(ss, stack);
        cpu.r[Cpu.ESP] = esp;
        cpu.segments[Cpu.CS].load(cs, code);
    }

    /** MOV to CR3, of two-level paging. */
    boolean loadCr3(int value, int behind) {
        if (cpu.cpl() != 0 || (cpu.control.cr4 & Paging.CR4_PAE) != 0) return false;
        cpu.control.loadCr3(value);
        cpu.next = behind;
        return true;
    }

    private void begin(int atSite, boolean notesAccesses) {
        firstSite = atSite;
        notes = notesAccesses;
        count = 0;
        possible = true;
        missedCount = 0;
    }

    /** Whether nothing has happened because a page is not at hand: then all is looked at anew, and noted. */
    private boolean lacksPages() {
        if (missedCount == 0) return false;
        begin(firstSite, true);
        return true;
    }

    private int load(int linear) {
        int physical = (linear & 31) <= 28 ? readable(linear) : -1;
        if (!isPossible(physical)) return 0;
        enter(linear, physical, reads);
        return ram.dword(physical);
    }

    /** Two words, the first in the lower half. */
    private long loadBoth(int linear) {
        int physical = (linear & 31) <= 24 ? readable(linear) : -1;
        if (!isPossible(physical)) return 0;
        enter(linear, physical, reads);
        enter(linear + 4, physical + 4, reads);
        return Integer.toUnsignedLong(ram.dword(physical)) | (long) ram.dword(physical + 4) << 32;
    }

    private int readable(int linear) {
        return reads.contains(linear) ? reads.physical(linear) : missed(reads, linear);
    }

    private void reserve(int linear) {
        int physical = supervisor.storableAtOnce(linear, 4);
        if (physical < 0 && (linear & 31) <= 28) physical = missed(supervisor.writes(), linear);
        if (isPossible(physical)) enter(linear, physical, supervisor.writes());
    }

    private int missed(PageCache cache, int linear) {
        if (!notes) {
            missedCount = 1;
            return -1;
        }
        for (int i = 0; i < missedCount; i++) {
            int other = missed[i];
            boolean same = pages[other] == cache && isSamePage(linears[other], linear);
            if (same) return met[firstSite + other] & -PAGE | linear & PAGE - 1;
        }
        missed[missedCount++] = count;
        return cpu.mmu.preparable(cache, linear);
    }

    private boolean isPossible(int physical) {
        possible &= physical >= 0;
        return physical >= 0;
    }

    private void enter(int linear, int physical, PageCache cache) {
        met[firstSite + count] = physical;
        if (notes) {
            linears[count] = linear;
            pages[count] = cache;
        }
        count++;
    }

    /**
     * Walks for the pages that are not at hand, each before the access that needs it first, which lets none of the accesses go
     * elsewhere than it was found to go. Nothing has happened if the answer is no.
     */
    private boolean bringsIn(int block) {
        if (!possible || missedCount == 0) return possible;
        boolean disturbing = isDisturbing();
        if (disturbing && !areAllAsInTables()) return false;
        if (!frame.admitsWalks(disturbing ? count : missedCount, block)) return false;
        if (disturbing) for (int i = 0; i < count; i++) bringIn(i);
        else for (int i = 0; i < missedCount; i++) bringIn(missed[i]);
        return true;
    }

    private void bringIn(int access) {
        PageCache cache = pages[access];
        int linear = linears[access];
        boolean there = cache == reads ? reads.contains(linear) : supervisor.storableAtOnce(linear, 4) >= 0;
        if (!there) frame.bringIn(cache, linear, firstSite + access);
    }

    /** Whether a walk may throw a page out that is accessed too. */
    private boolean isDisturbing() {
        for (int i = 0; i < missedCount; i++) {
            PageCache cache = pages[missed[i]];
            int linear = linears[missed[i]];
            for (int j = 0; j < i; j++) if (cpu.mmu.areTogether(cache, linear, linears[missed[j]])) return true;
            int gone = cpu.mmu.displaced(cache, linear);
            if (gone != Mmu.NOTHING && accesses(gone)) return true;
        }
        return false;
    }

    /** Whether one of the accesses is to a page, of which log2 of the size is in the lower bits. */
    private boolean accesses(int page) {
        for (int i = 0; i < count; i++) if ((linears[i] ^ page) >>> (page & 31) == 0) return true;
        return false;
    }

    /** Whether a walk for any page would find what the TLB holds. */
    private boolean areAllAsInTables() {
        for (int i = 0; i < count; i++) {
            if (cpu.mmu.preparable(pages[i], linears[i]) != met[firstSite + i]) return false;
        }
        return true;
    }

    private static boolean isSamePage(int linear, int other) {
        return ((linear ^ other) & -PAGE) == 0;
    }

    private int descriptorAt(int selector) {
        return cpu.gdtr.base + (selector & 0xFFF8);
    }

    /** Whether a selector names a descriptor of the GDT, with this privilege level. */
    private boolean isGlobal(int selector, int rpl) {
        return (selector & 7) == rpl && !Segmentation.isNull(selector) && cpu.gdtr.contains(selector & 0xFFF8);
    }

    private static boolean isOther(Descriptor known, long words) {
        return known.low() != (int) words || known.high() != (int) (words >>> 32);
    }

    private static Descriptor descriptor(long words) {
        return new Descriptor((int) words, (int) (words >>> 32));
    }
}
