package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelDiagnosis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.l4.check.Invariants;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.workload.Workload;

/** One workload under one policy, ready to run; counts the probes between the beginning and the end of measuring. */
final class Cell {

    static final List<String> WORKLOADS = List.of("ping-pong", "monitor", "load-distribution", "chain", "preempted");

    private static final long SEED = 0x51DE57E9;
    private static final long ENOUGH = 2_000_000_000L;

    /** Where the kernel sees physical address 0. */
    private static final int KERNEL_WINDOW = 0xF0000000;

    final KernelImage image;
    final Machine machine;
    /** What says why a run ended badly. */
    final KernelDiagnosis diagnosis;

    private final Map<Integer, String> watched = new LinkedHashMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Invariants invariants;
    private boolean measuring;

    Cell(String workload, String policy, Map<String, ?> parameters) {
        this(workload, policy, parameters, Map.of());
    }

    Cell(String workload, String policy, Map<String, ?> parameters, Map<String, ?> kernelParameters) {
        this(plugin(Workload.class, workload), policy, parameters, kernelParameters);
    }

    Cell(Workload workload, String policy, Map<String, ?> parameters, Map<String, ?> kernelParameters) {
        KernelProvider.Request request = new KernelProvider.Request(
                Configured.of(plugin(KernelProvider.class, "l4"), kernelParameters),
                Configured.defaults(plugin(IpcPolicy.class, policy)),
                Configured.defaults(plugin(StateValidation.class, "twin")),
                Configured.defaults(plugin(Scheduler.class, "priority-rr")),
                Configured.of(workload, parameters),
                SEED);
        image = request.kernel().plugin().assemble(request);
        MachineProvider provider = plugin(MachineProvider.class, "ia32");
        machine = provider.create(
                Configured.defaults(provider).parameters(),
                Configured.defaults(plugin(CpuModel.class, "p3-coppermine")));
        machine.load(image.elf());
        invariants = new Invariants(request, image).attach(machine);
        diagnosis = request.kernel()
                .plugin()
                .diagnosis(request, image)
                .orElseThrow()
                .attach(machine);
        watch();
    }

    private static <E extends Extension> E plugin(Class<E> type, String id) {
        return ServiceLoader.load(type).stream()
                .map(ServiceLoader.Provider::get)
                .filter(e -> e.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + type.getSimpleName() + " '" + id + "'"));
    }

    private void watch() {
        image.probes().forEach((probe, labels) -> labels.forEach(label -> watched.put(address(label), probe)));
        watched.keySet().forEach(machine::watch);
        if (image.observables().begin() != null)
            measure(image.observables().begin(), image.observables().end());
    }

    private void measure(String beginLabel, String endLabel) {
        int begin = address(beginLabel);
        int end = address(endLabel);
        machine.watch(begin);
        machine.watch(end);
        machine.observe(new Observer() {
            @Override
            public void passed(Machine passing, int address) {
                if (address == begin) measuring = true;
                else if (address == end) measuring = false;
                else if (measuring && watched.containsKey(address)) counts.merge(watched.get(address), 1L, Long::sum);
            }
        });
    }

    int address(String label) {
        return image.program().address(label);
    }

    /** Writes over the code or data at a label of the kernel. */
    void poke(String label, byte[] bytes) {
        machine.pokePhysical(address(label) - KERNEL_WINDOW, bytes);
    }

    /** Runs to the end; the kernel's structures must have been in order at every exit. */
    Stop run() {
        Stop stop = machine.run(Limits.cycles(ENOUGH));
        assertThat(invariants.violations()).isEmpty();
        return stop;
    }

    /** Runs to the first passage of a label. */
    void runTo(String label) {
        try (Watch breakpoint = machine.debugger().breakpoint(address(label))) {
            while (machine.codeAddress() != address(label)) {
                Stop stop = machine.run(Limits.cycles(ENOUGH));
                if (stop.kind() != Stop.Kind.BREAKPOINT) throw new AssertionError(label + " is never reached: " + stop);
            }
        }
    }

    /** How often the probe was passed while measuring. */
    long count(String probe) {
        return counts.getOrDefault(probe, 0L);
    }
}
