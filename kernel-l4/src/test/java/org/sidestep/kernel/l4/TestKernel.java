package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.layout.Struct;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.x2.ThreadId;

/**
 * A kernel with a test's root task, booted and run; where a run is to end well, once more under each {@link Combination} that is
 * tried.
 *
 * @param others the further kernels, if they were run
 */
record TestKernel(Booted booted, Outcome outcome, List<TestKernel> others) {

    private static final long MAX_CYCLES = 120_000_000;
    /** A thread that spins for some ticks does not execute so many instructions in them. */
    private static final int SLOW_MHZ = 100;

    /** Boots and runs to the end, which must be the root task's own, under each combination. */
    static TestKernel run(Function<UserProgram, RootTask> root) {
        return run(Map.of(), root);
    }

    /** The same, of a kernel with these parameters. */
    static TestKernel run(Map<String, ?> kernelParameters, Function<UserProgram, RootTask> root) {
        return run(kernelParameters, MAX_CYCLES, root);
    }

    /** The same, within so many cycles. */
    static TestKernel run(Map<String, ?> kernelParameters, long cycles, Function<UserProgram, RootTask> root) {
        return together(Combination.each(kernelParameters).stream()
                .map(each -> runWell(each.of(TestCell.of(new Program(root)), kernelParameters)
                        .within(cycles)))
                .toList());
    }

    /**
     * Under both policies and both safe validations, by both ways into the kernel, with the fast path and without: any three of
     * these in each combination; on a slow processor.
     */
    static TestKernel everywhere(Function<UserProgram, RootTask> root) {
        return together(Combination.everywhere().stream()
                .map(each -> runWell(each.of(TestCell.of(new Program(root)), Map.of())
                        .with(Axis.CPU, "p3-coppermine", Map.of("mhz", SLOW_MHZ))
                        .within(MAX_CYCLES)))
                .toList());
    }

    private static TestKernel together(List<TestKernel> kernels) {
        TestKernel first = kernels.get(0);
        return new TestKernel(first.booted, first.outcome, List.copyOf(kernels.subList(1, kernels.size())));
    }

    private static TestKernel runWell(TestCell cell) {
        TestKernel kernel = run(cell);
        assertThat(kernel.stop())
                .as("%s: %s", cell, kernel.booted.diagnosis().threads())
                .isEqualTo(new Stop(Stop.Kind.EXIT, 0, kernel.stop().reason()));
        return kernel;
    }

    private static TestKernel run(TestCell cell) {
        Booted booted = cell.boot();
        Outcome outcome = booted.run();
        assertThat(outcome.violations()).isEmpty();
        return new TestKernel(booted, outcome, List.of());
    }

    /** The same of one kernel, which {@code watcher} watches from the beginning. */
    static TestKernel watched(Consumer<Booted> watcher, Function<UserProgram, RootTask> root) {
        Booted booted = cell(Map.of(), new Program(root)).within(MAX_CYCLES).boot();
        watcher.accept(booted);
        TestKernel kernel = new TestKernel(booted, booted.run(), List.of());
        assertThat(kernel.outcome.violations()).isEmpty();
        assertThat(kernel.stop().kind()).isEqualTo(Stop.Kind.EXIT);
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
        return run(cell(kernelParameters, new Program(root))
                .with(Axis.MACHINE, "ia32", machineParameters)
                .within(cycles));
    }

    /** What has been written to the consoles since the kernel's first line, which says which kernel it is. */
    String output() {
        String console = outcome.console();
        assertThat(console).startsWith("Sidestep L4 X.2: ").contains("\n");
        return console.substring(console.indexOf('\n') + 1);
    }

    static KernelImage assemble(Map<String, ?> parameters, Function<UserProgram, RootTask> root) {
        return cell(parameters, new Program(root)).assemble();
    }

    /** The kernel of the defaults, whatever combination was asked for. */
    static KernelImage assemble(Map<String, ?> parameters, Workload workload) {
        return TestCell.of(workload).with(Axis.KERNEL, "l4", parameters).assemble();
    }

    private static TestCell cell(Map<String, ?> kernelParameters, Workload workload) {
        return Combination.first().of(TestCell.of(workload), kernelParameters);
    }

    Machine machine() {
        return booted.machine();
    }

    Stop stop() {
        return outcome.stop();
    }

    /** Each kernel that was run. */
    List<TestKernel> each() {
        return Stream.concat(Stream.of(this), others.stream()).toList();
    }

    KernelImage image() {
        return booted.image();
    }

    /** What the root task, or a thread of its, kept under that name: the same under all kernels. */
    int kept(String name) {
        int kept = measured(name);
        others.forEach(run -> assertThat(run.measured(name))
                .as("%s under another kernel: %s", name, run.outcome.console())
                .isEqualTo(kept));
        return kept;
    }

    /** The same of what depends on how long things take. */
    int measured(String name) {
        byte[] word = machine().peekPhysical(booted.address("kept." + name), 4);
        return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    int physicalWord(int address) {
        byte[] word = machine().peekPhysical(address, 4);
        return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** Physical address of the page directory of a thread. */
    int pageDirectory(int globalId) {
        ThreadLayout layout = new ThreadLayout(
                Struct.upwards("tcb", MemoryMap.TCB_ORIGIN), Struct.downwards("utcb", 0), MemoryMap.TCB_SIZE);
        int tcb = MemoryMap.TCBS + (globalId >>> ThreadId.NUMBER_SHIFT) * MemoryMap.TCB_SIZE;
        return machine().peek(tcb + layout.pageDirectory.offset());
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
