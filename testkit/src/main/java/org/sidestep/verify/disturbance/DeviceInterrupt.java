package org.sidestep.verify.disturbance;

import java.util.List;
import java.util.Locale;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** A device interrupts for which a thread of the workload waits: it becomes ready, in whichever space it lives. */
public final class DeviceInterrupt implements Disturbance {

    @Override
    public String id() {
        return "device-interrupt";
    }

    @Override
    public String summary() {
        return "a device interrupts at each instruction boundary, and its driver becomes ready";
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.interruptible()) return List.of();
        return occasion.image().observables().lines().stream()
                .map(DeviceInterrupt::raised)
                .toList();
    }

    private static Strike raised(int line) {
        return new Strike(
                String.format(Locale.ROOT, "line %d", line),
                Promise.EQUIVALENCE,
                machine -> machine.interruptAt(machine.instructions(), line));
    }
}
