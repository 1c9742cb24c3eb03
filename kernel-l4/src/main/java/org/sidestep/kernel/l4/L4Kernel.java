package org.sidestep.kernel.l4;

import java.util.List;
import java.util.Optional;
import org.sidestep.kernel.KernelDiagnosis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.KernelThreads;
import org.sidestep.kernel.l4.check.Diagnosis;
import org.sidestep.kernel.l4.check.Invariants;
import org.sidestep.kernel.l4.check.ThreadsSeen;
import org.sidestep.machine.Machine;
import org.sidestep.plugin.Parameter;

/** An L4 X.2 kernel for IA-32 that never blocks inside itself: one kernel stack picture per thread, interrupts off. */
public final class L4Kernel implements KernelProvider {

    @Override
    public String id() {
        return "l4";
    }

    @Override
    public String summary() {
        return "L4 X.2 on IA-32, event-driven, with IPC policy, validation and scheduler as plugins";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.choice("entry", "how Ipc enters the kernel", "int", "sysenter"),
                Parameter.flag("fastpath", true, "a short path for short Ipc to a waiting receiver"),
                Parameter.choice(
                        "ports",
                        "whose are the ports of the consoles and of the run's end: the root task's space's, or everybody's",
                        "root",
                        "all"),
                Parameter.integer("tick", 1000, 100, 50000, "period of the timer interrupt in microseconds"));
    }

    @Override
    public KernelImage assemble(Request request) {
        return new KernelBuilder(request).build();
    }

    @Override
    public Optional<KernelDiagnosis> diagnosis(Request request, KernelImage image) {
        return Optional.of(new Diagnosis(request, image));
    }

    @Override
    public Optional<KernelInvariants> invariants(Request request, KernelImage image) {
        return Optional.of(new Invariants(request, image));
    }

    @Override
    public Optional<KernelThreads> threads(Request request, KernelImage image, Machine machine) {
        return Optional.of(new ThreadsSeen(request, image, machine));
    }
}
