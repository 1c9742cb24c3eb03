package org.sidestep.lab.part;

import java.util.List;
import java.util.SortedMap;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * A part as its file describes it: it works as {@code base} does, with its own figures as defaults, and answers CPUID with
 * its own leaves where it has them.
 *
 * @param parameters those of the base, with the part's own defaults and evidence
 * @param leaves EAX, EBX, ECX, EDX by leaf; a negative number is an extended leaf
 */
record DescribedPart(
        String id, String summary, CpuModel base, List<Parameter> parameters, SortedMap<Integer, List<Integer>> leaves)
        implements CpuModel {

    private static final int EXTENDED = 0x80000000;

    @Override
    public void check(Parameters values) {
        base.check(values);
    }

    @Override
    public Timing timing(Parameters values) {
        return base.timing(values);
    }

    @Override
    public Identity identity(Parameters values) {
        return new OwnIdentity(base.identity(values));
    }

    /** What the base says, with the part's own leaves. */
    private final class OwnIdentity implements Identity {

        private final Identity others;

        OwnIdentity(Identity others) {
            this.others = others;
        }

        @Override
        public int kiloHertz() {
            return others.kiloHertz();
        }

        /** Leaves beyond the highest one answer like the highest basic one (SDM vol. 2, CPUID). */
        @Override
        public int[] cpuid(int leaf) {
            int highest = words(0)[0];
            int highestExtended = words(EXTENDED)[0];
            boolean exists = leaf >= 0 ? leaf <= highest : highestExtended < 0 && leaf <= highestExtended;
            return words(exists ? leaf : highest);
        }

        private int[] words(int leaf) {
            List<Integer> own = leaves.get(leaf);
            if (own == null) return others.cpuid(leaf);
            return own.stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public Tlb instructionTlb() {
            return others.instructionTlb();
        }

        @Override
        public Tlb dataTlb() {
            return others.dataTlb();
        }
    }
}
