package org.sidestep.lab.run;

import java.util.Map;
import java.util.TreeMap;
import org.sidestep.experiment.Distribution;

/**
 * Costs of finding out, at a kernel entry, who really runs: from the begin of the check until the kernel's state is up to
 * date. By kind: nothing changed, one switch at user level since the last entry, a chain of them.
 */
final class Fixups {

    private final Samples all = new Samples();
    private final Samples unchanged = new Samples();
    private final Samples pair = new Samples();
    private final Samples chain = new Samples();
    private long checkedAt;
    private int switches;
    private boolean fixed;

    void switchedAtUserLevel() {
        switches++;
    }

    void checkBegins(long cycle) {
        checkedAt = cycle;
    }

    /** Passed after a fix-up, too: then it says nothing new. */
    void foundUnchanged(long cycle) {
        if (!fixed) unchanged.add(cycle - checkedAt);
        fixed = false;
        switches = 0;
    }

    void fixed(long cycle) {
        long cost = cycle - checkedAt;
        all.add(cost);
        (switches <= 1 ? pair : chain).add(cost);
        switches = 0;
        fixed = true;
    }

    Map<String, Distribution> distributions() {
        Map<String, Distribution> distributions = new TreeMap<>();
        all.distribution(1).ifPresent(d -> distributions.put("fixup.cycles", d));
        unchanged.distribution(1).ifPresent(d -> distributions.put("fixup.unchanged.cycles", d));
        pair.distribution(1).ifPresent(d -> distributions.put("fixup.pair.cycles", d));
        chain.distribution(1).ifPresent(d -> distributions.put("fixup.chain.cycles", d));
        return distributions;
    }
}
