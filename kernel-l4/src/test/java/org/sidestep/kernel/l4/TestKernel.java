package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Function;
import org.sidestep.ipc.strict.StrictPolicy;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.l4.check.Invariants;
import org.sidestep.kernel.l4.schedule.PriorityRoundRobin;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;
import org.sidestep.validation.TwinValidation;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;

/** A kernel with a test's root task, booted on the machine. */
final class TestKernel {

    private static final long MAX_CYCLES = 120_000_000;

    private final KernelImage image;
    private final Machine machine;
    private final Stop stop;

    private TestKernel(KernelImage image, Machine machine, Stop stop) {
        this.image = image;
        this.machine = machine;
        this.stop = stop;
    }

    /** Boots and runs to the end, which must be the root task's own. */
    static TestKernel run(Function<UserProgram, RootTask> root) {
        return run(Map.of(), root);
    }

    /** The same, of a kernel with these parameters. */
    static TestKernel run(Map<String, ?> kernelParameters, Function<UserProgram, RootTask> root) {
        return run(kernelParameters, MAX_CYCLES, root);
    }

    /** The same, within so many cycles. */
    static TestKernel run(Map<String, ?> kernelParameters, long cycles, Function<UserProgram, RootTask> root) {
        TestKernel kernel = runAnyhow(Map.of(), kernelParameters, cycles, root);
        assertThat(kernel.stop).isEqualTo(new Stop(Stop.Kind.EXIT, 0, kernel.stop.reason()));
        return kernel;
    }

    /** Boots and runs to whatever end. */
    static TestKernel runAnyhow(
            Map<String, ?> machineParameters, Map<String, ?> kernelParameters, Function<UserProgram, RootTask> root) {
        return runAnyhow(machineParameters, kernelParameters, MAX_CYCLES, root);
    }

    private static TestKernel runAnyhow(
            Map<String, ?> machineParameters,
            Map<String, ?> kernelParameters,
            long cycles,
            Function<UserProgram, RootTask> root) {
        KernelProvider.Request request = request(kernelParameters, new Program(root));
        KernelImage image = request.kernel().plugin().assemble(request);
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine =
                provider.create(Parameters.of(provider, machineParameters), Configured.defaults(new P3Coppermine()));
        machine.load(image.elf());
        Invariants invariants = new Invariants(request, image).attach(machine);
        Stop stop = machine.run(Limits.cycles(cycles));
        assertThat(invariants.violations()).isEmpty();
        return new TestKernel(image, machine, stop);
    }

    /** What has been written to the consoles since the kernel's first line, which says which kernel it is. */
    String output() {
        String console = machine.console();
        assertThat(console).startsWith("Sidestep L4 X.2: ").contains("\n");
        return console.substring(console.indexOf('\n') + 1);
    }

    static KernelImage assemble(Map<String, ?> parameters, Function<UserProgram, RootTask> root) {
        return assemble(parameters, new Program(root));
    }

    static KernelImage assemble(Map<String, ?> parameters, Workload workload) {
        KernelProvider.Request request = request(parameters, workload);
        return request.kernel().plugin().assemble(request);
    }

    private static KernelProvider.Request request(Map<String, ?> parameters, Workload workload) {
        return new KernelProvider.Request(
                Configured.of(new L4Kernel(), parameters),
                Configured.defaults(new StrictPolicy()),
                Configured.defaults(new TwinValidation()),
                Configured.defaults(new PriorityRoundRobin()),
                Configured.defaults(workload),
                0);
    }

    Machine machine() {
        return machine;
    }

    Stop stop() {
        return stop;
    }

    KernelImage image() {
        return image;
    }

    /** What the root task, or a thread of its, kept under that name. */
    int kept(String name) {
        byte[] word = machine.peekPhysical(image.program().address("kept." + name), 4);
        return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private record Program(Function<UserProgram, RootTask> root) implements Workload {

        @Override
        public String id() {
            return "test";
        }

        @Override
        public String summary() {
            return "a test's root task";
        }

        @Override
        public void build(UserProgram program) {
            root.apply(program).emit();
        }
    }
}
