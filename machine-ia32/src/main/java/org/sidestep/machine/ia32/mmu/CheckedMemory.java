package org.sidestep.machine.ia32.mmu;

import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Memory as a privilege level sees it while alignment is checked or data breakpoints are set. A misaligned access raises
 * #AC (SDM vol. 3, section 6.15) unless it raises a page fault.
 */
public final class CheckedMemory extends LinearMemory {
    private boolean aligned;
    private AccessListener listener;

    CheckedMemory(Mmu mmu, Ram ram, CodePages code, boolean user, Timing timing) {
        super(mmu, ram, code, user, timing);
    }

    /** From now on, checks alignment if {@code alignment} is set, and tells of every access. */
    CheckedMemory check(boolean alignment, AccessListener onAccess) {
        aligned = alignment;
        listener = onAccess;
        return this;
    }

    @Override
    public int load8(int linear) {
        return (int) loaded(linear, 1, super.load8(linear));
    }

    @Override
    public int load16(int linear) {
        if (misaligned(linear, 2)) probeRead(linear, 2);
        return (int) loaded(linear, 2, super.load16(linear));
    }

    @Override
    public int load32(int linear) {
        if (misaligned(linear, 4)) probeRead(linear, 4);
        return (int) loaded(linear, 4, Integer.toUnsignedLong(super.load32(linear)));
    }

    @Override
    public long load64(int linear) {
        if (misaligned(linear, 8)) probeRead(linear, 8);
        return loaded(linear, 8, super.load64(linear));
    }

    @Override
    public void store8(int linear, int value) {
        long before = overwritten(linear, 1);
        super.store8(linear, value);
        listener.accessed(linear, 1, true, before, value & 0xFF);
    }

    @Override
    public void store16(int linear, int value) {
        if (misaligned(linear, 2)) probeWrite(linear, 2);
        long before = overwritten(linear, 2);
        super.store16(linear, value);
        listener.accessed(linear, 2, true, before, value & 0xFFFF);
    }

    @Override
    public void store32(int linear, int value) {
        if (misaligned(linear, 4)) probeWrite(linear, 4);
        long before = overwritten(linear, 4);
        super.store32(linear, value);
        listener.accessed(linear, 4, true, before, Integer.toUnsignedLong(value));
    }

    @Override
    public void store64(int linear, long value) {
        if (misaligned(linear, 8)) probeWrite(linear, 8);
        long before = overwritten(linear, 8);
        super.store64(linear, value);
        listener.accessed(linear, 8, true, before, value);
    }

    /** Each store is checked by itself. */
    @Override
    public int storeOn(int linear, int bytes, int value, int most) {
        return 0;
    }

    @Override
    public int update8(int linear) {
        return (int) loaded(linear, 1, super.update8(linear));
    }

    @Override
    public int update16(int linear) {
        if (misaligned(linear, 2)) probeWrite(linear, 2);
        return (int) loaded(linear, 2, super.update16(linear));
    }

    @Override
    public int update32(int linear) {
        if (misaligned(linear, 4)) probeWrite(linear, 4);
        return (int) loaded(linear, 4, Integer.toUnsignedLong(super.update32(linear)));
    }

    private long loaded(int linear, int bytes, long value) {
        listener.accessed(linear, bytes, false, value, value);
        return value;
    }

    /** What a store is about to overwrite, if somebody wants to know; raises the page fault that the store would raise. */
    private long overwritten(int linear, int bytes) {
        return listener.wants(linear, bytes, true) ? contentToWrite(linear, bytes) : 0;
    }

    @Override
    public void probeRead(int linear, int bytes) {
        super.probeRead(linear, bytes);
        if (misaligned(linear, bytes)) throw Fault.ac();
    }

    @Override
    public void probeWrite(int linear, int bytes) {
        super.probeWrite(linear, bytes);
        if (misaligned(linear, bytes)) throw Fault.ac();
    }

    /** Larger operands (environments of the floating-point unit) consist of words that are checked one by one. */
    private boolean misaligned(int linear, int bytes) {
        return aligned && bytes <= 8 && (linear & bytes - 1) != 0;
    }
}
