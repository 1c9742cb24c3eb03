package org.sidestep.verify;

import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Probe;
import org.sidestep.testkit.Booted;

/** Looks on while a machine runs: does each thread have its turn when it should? */
interface Turns {

    /** Lets a probe look on at each of the kernel's exits. */
    static void atExits(Booted booted, Probe probe) {
        for (String exit : booted.image().probes().get(KernelProbes.KERNEL_EXIT)) {
            booted.machine().watch(booted.address(exit), probe);
        }
    }

    /** Forgets what was. */
    void begin();

    /** What was wrong since then; empty if nothing was. */
    String violation();
}
