package org.sidestep.machine.ia32.timing.inorder;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A CPU model on the in-order pipeline. */
abstract class InOrderModel implements CpuModel {

    /** CPUID leaf 1, as far as the machine implements what it says. */
    record Signature(int signature, int features) {}

    private final String id;
    private final String summary;
    private final Design design;
    private final Signature signature;
    private final List<Parameter> parameters;

    InOrderModel(String id, String summary, Design design, Signature signature, List<Parameter> figures) {
        this.id = id;
        this.summary = summary;
        this.design = design;
        this.signature = signature;
        parameters = new ArrayList<>(figures);
        parameters.addAll(Figures.ABLATIONS);
        if (design.pairs()) parameters.add(Figures.UNPAIRED);
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
    public final List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    @Override
    public final Identity identity(Parameters parameters) {
        return new Part(signature, parameters.integer("mhz") * 1000, instructionTlb(), dataTlb());
    }

    @Override
    public final Timing timing(Parameters parameters) {
        return new InOrderPipeline(design, Figures.of(parameters));
    }

    /** Design, for the model that this one is checked against. */
    final Design design() {
        return design;
    }

    abstract Tlb instructionTlb();

    abstract Tlb dataTlb();

    private record Part(Signature signature, int kiloHertz, Tlb instructionTlb, Tlb dataTlb)
            implements CpuModel.Identity {

        /** There is no leaf beyond 1; what is beyond answers like it (SDM vol. 2, CPUID). */
        @Override
        public int[] cpuid(int leaf) {
            if (leaf == 0) return new int[] {1, word("Genu"), word("ntel"), word("ineI")};
            return new int[] {signature.signature(), 0, 0, signature.features()};
        }

        private static int word(String four) {
            return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
        }
    }
}
