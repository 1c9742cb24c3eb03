package org.sidestep.machine.ia32.timing.inorder;

import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A CPU model on the in-order pipeline. */
abstract class InOrderModel implements CpuModel {

    private final String id;
    private final String summary;
    private final int signature;
    private List<Parameter> parameters;

    InOrderModel(String id, String summary, int signature) {
        this.id = id;
        this.summary = summary;
        this.signature = signature;
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final synchronized List<Parameter> parameters() {
        if (parameters == null) parameters = Sheet.parameters(design(), figures());
        return parameters;
    }

    @Override
    public final void check(Parameters values) {
        Sheet.check(id, design(), values);
    }

    @Override
    public final Identity identity(Parameters values) {
        return new Part(signature, features(values), values);
    }

    /** How the part is built. */
    abstract Design design();

    /** What its data sheet has beside the clocks of instructions. */
    abstract List<Parameter> figures();

    /** EDX of CPUID leaf 1, as far as the machine implements what it says. */
    abstract int features(Parameters values);

    @Override
    public final Timing timing(Parameters values) {
        return new InOrderPipeline(sheet(values));
    }

    final Sheet sheet(Parameters values) {
        return new Sheet(design(), values);
    }

    private record Part(int signature, int features, Parameters values) implements CpuModel.Identity {

        @Override
        public int kiloHertz() {
            return values.integer("mhz") * 1000;
        }

        /** There is no leaf beyond 1; what is beyond answers like it (SDM vol. 2, CPUID). */
        @Override
        public int[] cpuid(int leaf) {
            if (leaf == 0) return new int[] {1, word("Genu"), word("ntel"), word("ineI")};
            return new int[] {signature, 0, 0, features};
        }

        @Override
        public CpuModel.Tlb instructionTlb() {
            return Figures.tlb(values, "tlb.code");
        }

        @Override
        public CpuModel.Tlb dataTlb() {
            return Figures.tlb(values, "tlb.data");
        }

        private static int word(String four) {
            return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
        }
    }
}
