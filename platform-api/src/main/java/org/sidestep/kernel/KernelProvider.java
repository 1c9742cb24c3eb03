package org.sidestep.kernel;

import java.util.Optional;
import org.sidestep.machine.Machine;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.workload.Workload;

/** Assembles a kernel around the plugins of a cell, together with the workload's user program, into one boot image. */
public interface KernelProvider extends Extension {

    /** Called once per cell. The result depends on nothing but the request. */
    KernelImage assemble(Request request);

    /** The invariants of a kernel that this provider has assembled, if it can check them. */
    default Optional<KernelInvariants> invariants(Request request, KernelImage image) {
        return Optional.empty();
    }

    /** What can say why a run of a kernel that this provider has assembled ended otherwise than well, if it can. */
    default Optional<KernelDiagnosis> diagnosis(Request request, KernelImage image) {
        return Optional.empty();
    }

    /** The threads of a kernel that this provider has assembled, in a machine that has the image loaded, if it can tell them. */
    default Optional<KernelThreads> threads(Request request, KernelImage image, Machine machine) {
        return Optional.empty();
    }

    /**
     * The plugins of one cell.
     *
     * @param layout {@link #FIRST_LAYOUT} for code and data where the provider puts them by itself; with any other number the
     *     provider moves what may as well lie elsewhere, as drawn from seed and number
     * @param sources whether somebody will ask which line of source an instruction comes from; who only runs the image does not, and
     *     has it in two thirds of the time and half of the memory
     */
    record Request(
            Configured<KernelProvider> kernel,
            Configured<IpcPolicy> ipc,
            Configured<StateValidation> validation,
            Configured<Scheduler> scheduler,
            Configured<Workload> workload,
            long seed,
            int layout,
            boolean sources) {

        public static final int FIRST_LAYOUT = 1;

        /** The same image for who asks for no line of source. */
        public Request withoutSources() {
            return new Request(kernel, ipc, validation, scheduler, workload, seed, layout, false);
        }
    }
}
