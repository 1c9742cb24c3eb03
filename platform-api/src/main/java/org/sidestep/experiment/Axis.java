package org.sidestep.experiment;

import java.util.List;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.StateValidation;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Extension;
import org.sidestep.verification.Disturbance;
import org.sidestep.workload.Workload;

/**
 * One dimension of the matrix: a kind of plugin that a researcher varies.
 *
 * @param name how experiment files, selections and results call it
 * @param spi the interface that its plugins implement and list in {@code META-INF/services}
 */
public record Axis<E extends Extension>(String name, Class<E> spi) {

    public static final Axis<MachineProvider> MACHINE = new Axis<>("machine", MachineProvider.class);
    public static final Axis<CpuModel> CPU = new Axis<>("cpu", CpuModel.class);
    public static final Axis<KernelProvider> KERNEL = new Axis<>("kernel", KernelProvider.class);
    public static final Axis<Scheduler> SCHEDULER = new Axis<>("scheduler", Scheduler.class);
    public static final Axis<IpcPolicy> IPC = new Axis<>("ipc", IpcPolicy.class);
    public static final Axis<StateValidation> VALIDATION = new Axis<>("validation", StateValidation.class);
    public static final Axis<Workload> WORKLOAD = new Axis<>("workload", Workload.class);

    /** In the order in which files, results and tables name them. */
    public static final List<Axis<?>> ALL = List.of(MACHINE, CPU, KERNEL, SCHEDULER, IPC, VALIDATION, WORKLOAD);

    /** What verification does to a run; no dimension of the matrix. */
    public static final Axis<Disturbance> DISTURBANCE = new Axis<>("disturbance", Disturbance.class);

    /** All kinds of plugins. */
    public static final List<Axis<?>> PLUGINS =
            List.of(MACHINE, CPU, KERNEL, SCHEDULER, IPC, VALIDATION, WORKLOAD, DISTURBANCE);

    /** By hand, as {@link #hashCode}, since that of a record is put together when it is first called, which takes longer. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Axis<?> axis && name.equals(axis.name) && spi.equals(axis.spi);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
