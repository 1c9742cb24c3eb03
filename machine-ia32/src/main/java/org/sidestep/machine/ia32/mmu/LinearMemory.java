package org.sidestep.machine.ia32.mmu;

import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Memory at linear addresses, as one privilege level sees it. Every access is reported to the clock. An access that
 * faults, even in its second page, has changed nothing.
 *
 * <p>Read-modify-write instructions call {@code update} (which checks for writing before it reads) and then
 * {@code updated}, which cannot fault any more.
 */
public sealed class LinearMemory permits CheckedMemory {
    private static final int LINE = 32;

    private final Mmu mmu;
    private final Ram ram;
    private final CodePages code;
    private final PageCache reads;
    private final PageCache writes;
    private final PageCache guarded;

    private final Timing timing;
    private int updateLinear;
    private int updatePhysical;

    LinearMemory(Mmu mmu, Ram ram, CodePages code, boolean user, Timing timing) {
        this.mmu = mmu;
        this.ram = ram;
        this.code = code;
        reads = mmu.caches().reads(user);
        writes = mmu.caches().writes(user);
        guarded = mmu.caches().guarded(user);
        this.timing = timing;
    }

    /** The pages that can be read, and written, without a further look. */
    public final PageCache reads() {
        return reads;
    }

    public final PageCache writes() {
        return writes;
    }

    /** Where to store without a further look, not across a line; or -1. */
    public final int storableAtOnce(int linear, int bytes) {
        boolean plain = writes.contains(linear) && !splits(linear, bytes);
        return plain ? writes.physical(linear) : besideCode(linear, bytes);
    }

    /**
     * Where to store to a line without a further look, in a page that holds code elsewhere; or -1.
     *
     * @param bytes that do not cross a line
     */
    public final int besideCode(int linear, int bytes) {
        if (splits(linear, bytes) || !guarded.contains(linear)) return -1;
        int physical = guarded.physical(linear);
        return code.holdsCodeInLine(physical) ? -1 : physical;
    }

    public int load8(int linear) {
        int physical = readable(linear);
        timing.load(physical, 1);
        return ram.read8(physical);
    }

    public int load16(int linear) {
        if (splits(linear, 2)) return loadSplit(linear, 2);
        int physical = readable(linear);
        timing.load(physical, 2);
        return ram.read16(physical);
    }

    public int load32(int linear) {
        return word(linear);
    }

    private int word(int linear) {
        if (splits(linear, 4)) return loadSplit(linear, 4);
        int physical = readable(linear);
        timing.load(physical, 4);
        return ram.read32(physical);
    }

    public long load64(int linear) {
        if (splits(linear, 8)) {
            probeRead(linear, 8);
            splitInTheMiddle(linear);
            return Integer.toUnsignedLong(word(linear)) | (long) word(linear + 4) << 32;
        }
        int physical = readable(linear);
        timing.load(physical, 8);
        return Integer.toUnsignedLong(ram.read32(physical)) | (long) ram.read32(physical + 4) << 32;
    }

    public void store64(int linear, long value) {
        if (splits(linear, 8)) {
            probeWrite(linear, 8);
            splitInTheMiddle(linear);
            storeWord(linear, (int) value);
            storeWord(linear + 4, (int) (value >>> 32));
        } else {
            int physical = storable(linear, 8);
            timing.store(physical, 8);
            ram.write32(physical, (int) value);
            ram.write32(physical + 4, (int) (value >>> 32));
        }
    }

    public void store8(int linear, int value) {
        int physical = storable(linear, 1);
        timing.store(physical, 1);
        ram.write8(physical, value);
    }

    public void store16(int linear, int value) {
        if (splits(linear, 2)) {
            storeSplit(linear, value, 2);
        } else {
            int physical = storable(linear, 2);
            timing.store(physical, 2);
            ram.write16(physical, value);
        }
    }

    public void store32(int linear, int value) {
        storeWord(linear, value);
    }

    private void storeWord(int linear, int value) {
        if (splits(linear, 4)) {
            storeSplit(linear, value, 4);
        } else {
            int physical = storable(linear, 4);
            timing.store(physical, 4);
            ram.write32(physical, value);
        }
    }

    /**
     * Asks for a line ahead of time. Nothing faults, and nothing is walked for: what the TLB does not hold is not asked for
     * (S Intel's optimization manual, of all processors up to the first Pentium 4s).
     *
     * @param first whether the line is to come into the first-level cache; {@code second} likewise
     */
    public final void prefetch(int linear, boolean first, boolean second) {
        long physical = mmu.held(reads, linear);
        if (physical >= 0) timing.prefetch((int) physical, first, second);
    }

    /**
     * Stores the same again behind {@code linear}, where it has just been stored, up to the end of the line.
     *
     * @param most how often at most
     * @return how often; not at all where a store needs a further look
     */
    public int storeOn(int linear, int bytes, int value, int most) {
        int count = Math.min(most, (LINE - (linear & LINE - 1)) / bytes - 1);
        if (count <= 0 || !writes.contains(linear)) return 0;
        int physical = writes.physical(linear) + bytes;
        timing.storeOn(physical, bytes, count);
        ram.repeat(physical, bytes, value, count);
        return count;
    }

    public int update8(int linear) {
        return prepare(linear, 1) ? ram.read8(updatePhysical) : 0;
    }

    public int update16(int linear) {
        return prepare(linear, 2) ? ram.read16(updatePhysical) : loadSplit(linear, 2);
    }

    public int update32(int linear) {
        return prepare(linear, 4) ? ram.read32(updatePhysical) : loadSplit(linear, 4);
    }

    /** Completes {@link #update8}. */
    public void updated8(int value) {
        store8(updateLinear, value);
    }

    /** Completes {@link #update16}. */
    public void updated16(int value) {
        store16(updateLinear, value);
    }

    /** Completes {@link #update32}. */
    public void updated32(int value) {
        store32(updateLinear, value);
    }

    /**
     * Raises the page fault, if any, that writing {@code bytes} (at most a page) at {@code linear} would raise; accessed
     * and dirty bits are set.
     */
    public void probeWrite(int linear, int bytes) {
        writable(linear);
        if ((linear & 0xFFF) + bytes > 0x1000) writable(linear + bytes - 1 & ~0xFFF);
    }

    /** Raises the page fault, if any, that reading {@code bytes} (at most a page) at {@code linear} would raise. */
    public void probeRead(int linear, int bytes) {
        readable(linear);
        if ((linear & 0xFFF) + bytes > 0x1000) readable(linear + bytes - 1 & ~0xFFF);
    }

    /** What memory holds where {@code bytes} are about to be written; devices are not asked. Raises what the write would. */
    final long contentToWrite(int linear, int bytes) {
        writable(linear);
        if ((linear & 0xFFF) + bytes > 0x1000) writable(linear + bytes - 1 & ~0xFFF);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int physical = writable(linear + i);
            if (ram.contains(physical, 1)) value |= (long) ram.read8(physical) << 8 * i;
        }
        return value;
    }

    /** Whether all the access lies in one line, and reports the load if so. */
    private boolean prepare(int linear, int bytes) {
        updateLinear = linear;
        if (splits(linear, bytes)) {
            probeWrite(linear, bytes);
            return false;
        }
        updatePhysical = writable(linear);
        timing.load(updatePhysical, bytes);
        return true;
    }

    private int readable(int linear) {
        return reads.contains(linear) ? reads.physical(linear) : mmu.translate(reads, linear);
    }

    private int writable(int linear) {
        return writes.contains(linear) ? writes.physical(linear) : guardedly(linear);
    }

    private int guardedly(int linear) {
        return guarded.contains(linear) ? guarded.physical(linear) : mmu.translate(writes, linear);
    }

    /** Where to store, after whoever has decoded code from there has been told. */
    private int storable(int linear, int bytes) {
        if (writes.contains(linear)) return writes.physical(linear);
        int physical = guardedly(linear);
        if (code.holdsCode(physical) && code.holdsCodeInLine(physical)) overwrite(physical, bytes);
        return physical;
    }

    private void overwrite(int physical, int bytes) {
        code.written(physical, bytes);
        boolean noticed = timing.invalidate(physical) | timing.invalidate(physical + bytes - 1);
        if (noticed) timing.event(Timing.Event.SELF_MODIFIED_CODE);
    }

    private static boolean splits(int linear, int bytes) {
        return (linear & LINE - 1) > LINE - bytes;
    }

    /** Two halves of which neither crosses the line where the whole does. */
    private void splitInTheMiddle(int linear) {
        if ((linear & 3) == 0) timing.event(Timing.Event.SPLIT_ACCESS);
    }

    private int loadSplit(int linear, int bytes) {
        int first = LINE - (linear & LINE - 1);
        probeRead(linear, bytes);
        timing.event(Timing.Event.SPLIT_ACCESS);
        timing.load(readable(linear), first);
        timing.load(readable(linear + first), bytes - first);
        int value = 0;
        for (int i = 0; i < bytes; i++) value |= ram.read8(readable(linear + i)) << 8 * i;
        return value;
    }

    private void storeSplit(int linear, int value, int bytes) {
        int first = LINE - (linear & LINE - 1);
        probeWrite(linear, bytes);
        timing.event(Timing.Event.SPLIT_ACCESS);
        timing.store(writable(linear), first);
        timing.store(writable(linear + first), bytes - first);
        for (int i = 0; i < bytes; i++) {
            ram.write8(storable(linear + i, 1), value >> 8 * i);
        }
    }
}
