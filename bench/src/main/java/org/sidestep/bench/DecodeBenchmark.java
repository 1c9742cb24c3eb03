package org.sidestep.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sidestep.asm.Program;
import org.sidestep.asm.Program.Line;
import org.sidestep.asm.Program.Segment;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;

/** Time to decode one instruction, over all the code of a kernel with its workload. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {

    private final Decoder decoder = new Decoder();
    private final List<byte[]> instructions = instructions();
    private int next;

    @Benchmark
    public Instruction decode() {
        next = next + 1 == instructions.size() ? 0 : next + 1;
        return decoder.decode(ByteSource.of(instructions.get(next), 0), true);
    }

    private static List<byte[]> instructions() {
        Cell cell = Cells.pingPong("unit");
        Program program = cell.on(Axis.KERNEL).plugin().assemble(cell.request()).program();
        return program.lines().stream()
                .filter(line -> line.kind() == Line.Kind.CODE)
                .map(line -> bytes(program, line))
                .toList();
    }

    private static byte[] bytes(Program program, Line line) {
        for (Segment segment : program.segments()) {
            int from = line.address() - segment.address();
            if (from >= 0 && from < segment.bytes().length) {
                return Arrays.copyOfRange(segment.bytes(), from, from + line.length());
            }
        }
        throw new IllegalStateException(String.format(Locale.ROOT, "no segment holds %08x", line.address()));
    }
}
