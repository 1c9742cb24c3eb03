package org.sidestep.lab.run;

import java.util.SortedMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/**
 * Costs of finding out, at a kernel entry, who really runs: from the begin of the check until the kernel's state is up to
 * date. By kind: nothing changed, one switch at user level since the last entry, a chain of them.
 */
final class Fixups implements Recorder {

    private final Samples all = new Samples();
    private final Samples unchanged = new Samples();
    private final Samples pair = new Samples();
    private final Samples chain = new Samples();
    private long checkedAt;
    private int switches;
    private boolean fixed;

    @Override
    public void passed(String probe, Machine machine) {
        switch (probe) {
            case KernelProbes.IPC_USER -> switches++;
            case KernelProbes.ENTRY_CHECK -> checkedAt = machine.cycles();
            case KernelProbes.ENTRY_UNCHANGED -> foundUnchanged(machine.cycles());
            case KernelProbes.FIXUP_END -> fixed(machine.cycles());
            default -> {}
        }
    }

    /** Passed after a fix-up, too: then it says nothing new. */
    private void foundUnchanged(long cycle) {
        if (!fixed) unchanged.add(cycle - checkedAt);
        fixed = false;
        switches = 0;
    }

    private void fixed(long cycle) {
        long cost = cycle - checkedAt;
        all.add(cost);
        (switches <= 1 ? pair : chain).add(cost);
        switches = 0;
        fixed = true;
    }

    @Override
    public void report(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {
        all.distribution(1).ifPresent(d -> distributions.put("fixup.cycles", d));
        unchanged.distribution(1).ifPresent(d -> distributions.put("fixup.unchanged.cycles", d));
        pair.distribution(1).ifPresent(d -> distributions.put("fixup.pair.cycles", d));
        chain.distribution(1).ifPresent(d -> distributions.put("fixup.chain.cycles", d));
    }
}
