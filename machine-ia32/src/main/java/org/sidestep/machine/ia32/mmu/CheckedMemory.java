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

    CheckedMemory(Mmu mmu, Ram ram, CodePages code, PageCache reads, PageCache writes, Timing timing) {
        super(mmu, ram, code, reads, writes, timing);
    }

    /** From now on, checks alignment if {@code alignment} is set, and tells of every access. */
    CheckedMemory check(boolean alignment, AccessListener onAccess) {
        aligned = alignment;
        listener = onAccess;
        return this;
    }

    @Override
    public int load8(int linear) {
        int value = super.load8(linear);
        listener.accessed(linear, 1, false);
        return value;
    }

    @Override
    public int load16(int linear) {
        if (misaligned(linear, 2)) probeRead(linear, 2);
        int value = super.load16(linear);
        listener.accessed(linear, 2, false);
        return value;
    }

    @Override
    public int load32(int linear) {
        if (misaligned(linear, 4)) probeRead(linear, 4);
        int value = super.load32(linear);
        listener.accessed(linear, 4, false);
        return value;
    }

    @Override
    public long load64(int linear) {
        if (misaligned(linear, 8)) probeRead(linear, 8);
        long value = super.load64(linear);
        listener.accessed(linear, 8, false);
        return value;
    }

    @Override
    public void store8(int linear, int value) {
        super.store8(linear, value);
        listener.accessed(linear, 1, true);
    }

    @Override
    public void store16(int linear, int value) {
        if (misaligned(linear, 2)) probeWrite(linear, 2);
        super.store16(linear, value);
        listener.accessed(linear, 2, true);
    }

    @Override
    public void store32(int linear, int value) {
        if (misaligned(linear, 4)) probeWrite(linear, 4);
        super.store32(linear, value);
        listener.accessed(linear, 4, true);
    }

    @Override
    public void store64(int linear, long value) {
        if (misaligned(linear, 8)) probeWrite(linear, 8);
        super.store64(linear, value);
        listener.accessed(linear, 8, true);
    }

    @Override
    public int update8(int linear) {
        int value = super.update8(linear);
        listener.accessed(linear, 1, false);
        return value;
    }

    @Override
    public int update16(int linear) {
        if (misaligned(linear, 2)) probeWrite(linear, 2);
        int value = super.update16(linear);
        listener.accessed(linear, 2, false);
        return value;
    }

    @Override
    public int update32(int linear) {
        if (misaligned(linear, 4)) probeWrite(linear, 4);
        int value = super.update32(linear);
        listener.accessed(linear, 4, false);
        return value;
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
