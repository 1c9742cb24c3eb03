package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.DataAccess;
import org.sidestep.machine.ia32.mmu.AccessListener;

/** Tells the guest's breakpoints and watches from outside of the accesses that are made in one of three ways. */
final class AccessReport implements AccessListener {
    private final Cpu cpu;
    private final Way way;

    /** Who makes an access. */
    enum Way {
        USER,
        SUPERVISOR,
        /** The processor, to descriptor tables and TSSs: nothing for breakpoints. */
        IMPLICIT
    }

    AccessReport(Cpu cpu, Way way) {
        this.cpu = cpu;
        this.way = way;
    }

    @Override
    public boolean wants(int linear, int bytes, boolean write) {
        return cpu.watches.cover(linear, bytes, write);
    }

    @Override
    public void accessed(int linear, int bytes, boolean write, long before, long after) {
        if (way != Way.IMPLICIT) cpu.debug.accessed(linear, bytes, write);
        if (!cpu.watches.cover(linear, bytes, write)) return;
        cpu.watches.accessed(new DataAccess(linear, bytes, write, before, after, level()));
    }

    /** While an interrupt enters an inner level, the current one is still 3. */
    private int level() {
        return switch (way) {
            case USER -> 3;
            case SUPERVISOR -> cpu.cpl() == 3 ? 0 : cpu.cpl();
            case IMPLICIT -> 0;
        };
    }
}
