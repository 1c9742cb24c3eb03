package org.sidestep.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.machine.Stop;
import org.sidestep.plugin.Configured;

/** Guest instructions a second, kernel code included, without timing model and with one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class InterpretBenchmark {

    private static final int INSTRUCTIONS = 1_000_000;

    @Param({"unit", "p3-coppermine"})
    public String cpu;

    private Machine machine;

    @Setup
    public void boot() {
        Cell cell = Cells.pingPong(cpu);
        Configured<MachineProvider> provider = cell.on(Axis.MACHINE);
        machine = provider.plugin().create(provider.parameters(), cell.on(Axis.CPU));
        machine.load(cell.on(Axis.KERNEL).plugin().assemble(cell.request()).elf());
    }

    @Benchmark
    @OperationsPerInvocation(INSTRUCTIONS)
    public Stop interpret() {
        Stop stop = machine.run(Limits.instructions(machine.instructions() + INSTRUCTIONS));
        if (stop.kind() != Stop.Kind.INSTRUCTION_LIMIT) throw new IllegalStateException(stop.reason());
        return stop;
    }
}
