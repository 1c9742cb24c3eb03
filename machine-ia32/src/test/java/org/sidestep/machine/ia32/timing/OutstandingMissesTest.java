package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.Models;
import org.sidestep.plugin.Parameters;

/** Streams through memory: how many misses are under way at once, and what hints about them gain. */
class OutstandingMissesTest {

    private static final int LINES = 2000;
    private static final int WARM = 200;
    private static final int MEMORY = 64 << 20;

    private CpuModel model;
    private Timing timing;
    private int lineBytes;
    private final Map<String, Object> handles = new HashMap<>();

    private void processor(String id, Map<String, Object> figures) {
        model = Models.named(id);
        timing = model.timing(Parameters.of(model, figures));
        timing.memory(MEMORY);
        lineBytes = id.startsWith("p4") ? 64 : 32;
        handles.clear();
    }

    private int figure(String name) {
        return Parameters.defaults(model).integer(name);
    }

    /** Cycles a line, beginning at {@code from}, once the stream runs. */
    private double perLine(int from, IntConsumer body) {
        long begin = 0;
        for (int line = 0; line < LINES; line++) {
            if (line == WARM) begin = timing.cycles();
            body.accept(from + line * lineBytes);
        }
        return (timing.cycles() - begin) / (double) (LINES - WARM);
    }

    private void retire(String code) {
        Object handle = handles.computeIfAbsent(
                code,
                bytes -> timing.prepare(new Decoder()
                        .decode(ByteSource.of(HexFormat.ofDelimiter(" ").parseHex(bytes), 0), true)));
        timing.retire(handle, 1);
    }

    private void load(int address) {
        timing.load(address, 4);
        retire("8b 06");
    }

    private void store(int address) {
        timing.store(address, 4);
        retire("89 07");
    }

    private void prefetch(int address) {
        timing.prefetch(address, true, true);
        retire("0f 18 0e");
    }

    /** MOVNTQ. */
    private void storeAround(int address) {
        timing.nonTemporal();
        timing.store(address, 8);
        retire("0f e7 07");
    }

    /** The chain of additions goes on with what is loaded. */
    private void loadIntoChain(int address) {
        timing.load(address, 4);
        retire("03 06");
    }

    private void compute(int count) {
        for (int i = 0; i < count; i++) retire("01 c0");
    }

    /** Measured under lmbench: 0.52 to 0.57 of the latency for each line. */
    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "p3-katmai"})
    void aStreamOfReadsTakesTheBusHalfOfTheLatencyForEachLine(String id) {
        processor(id, Map.of());
        double cycles = perLine(0x100000, at -> {
            for (int word = 0; word < lineBytes; word += 4) load(at + word);
        });
        assertThat(cycles / figure("memory.latency")).isBetween(0.52, 0.58);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "p4-northwood"})
    void whereTheBusIsFastSoManyMissesOverlapAsThereAreFillBuffers(String id) {
        for (int buffers : new int[] {1, 2, 4}) {
            processor(id, Map.of("memory.transfer", 1, "fill-buffers.entries", buffers));
            double cycles = perLine(0x100000, this::load);
            assertThat(cycles).isEqualTo((double) figure("memory.latency") / buffers, within(2.5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "p3-katmai", "p4-northwood"})
    void aLineThatIsAskedForAheadOfTimeIsThereWhenItIsNeeded(String id) {
        int work = 150;
        processor(id, Map.of());
        double without = perLine(0x100000, at -> {
            loadIntoChain(at);
            compute(work);
        });
        processor(id, Map.of());
        double with = perLine(0x100000, at -> {
            prefetch(at + 4 * lineBytes);
            loadIntoChain(at);
            compute(work);
        });
        assertThat(without - with).as("gain").isGreaterThan(figure("memory.latency") * 0.4);
        double busy = id.startsWith("p4") ? work / 2.0 : work;
        double atLeast = Math.max(busy, figure("memory.transfer"));
        assertThat(with).isBetween(atLeast, atLeast + 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "p4-northwood"})
    void aLineThatIsAskedForTooLateIsWaitedFor(String id) {
        processor(id, Map.of());
        load(0x200000);
        timing.idleUntil(10_000);
        long before = timing.cycles();
        prefetch(0x300000);
        load(0x300000);
        assertThat(timing.cycles() - before).isBetween((long) figure("memory.latency"), figure("memory.latency") + 80L);
    }

    @Test
    void aPrefetchByItselfIsNotWaitedFor() {
        processor("p3-coppermine", Map.of());
        prefetch(0x300000);
        assertThat(timing.cycles()).isLessThan(10);
        assertThat(timing.l2Misses()).as("it is no miss of an access").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "p4-northwood"})
    void nonTemporalStoresTakeTheBusOnceForALineAndReadNothing(String id) {
        processor(id, Map.of("cache.l2.size", 64));
        double usual = perLine(0x100000, at -> {
            for (int word = 0; word < lineBytes; word += 4) store(at + word);
        });
        processor(id, Map.of("cache.l2.size", 64));
        double around = perLine(0x100000, at -> {
            for (int word = 0; word < lineBytes; word += 8) storeAround(at + word);
        });
        assertThat(around).isEqualTo(figure("memory.transfer"), within(4.0));
        assertThat(usual).as("a line is read, and another written back").isGreaterThan(1.5 * around);
        assertThat(timing.l2Misses()).isZero();
    }

    /** Measured: POPAD, which loads a line of the second level, takes 12.8 cycles on a Coppermine and 14.3 on a Pentium Pro. */
    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "ppro"})
    void aLineFromTheSecondLevelOccupiesTheFirstWhileItComesIn(String id) {
        processor(id, Map.of());
        int bytes = 64 << 10;
        for (int at = 0; at < bytes; at += lineBytes) load(0x100000 + at);
        long begin = timing.cycles();
        for (int at = 0; at < bytes; at += 4) load(0x100000 + at);
        double perLine = (timing.cycles() - begin) / (double) (bytes / lineBytes);
        assertThat(perLine).isEqualTo(8 + figure("cache.l2.fill"), within(2.1));
    }

    @Test
    void storesThatMissTakeAboutALatencyForEachLine() {
        processor("p3-coppermine", Map.of());
        double cycles = perLine(0x100000, at -> {
            for (int word = 0; word < lineBytes; word += 4) store(at + word);
        });
        assertThat(cycles / figure("memory.latency")).isBetween(0.95, 1.2);
    }

    @Test
    void piecesOfLinesTakeTheBusForEachPiece() {
        processor("p3-coppermine", Map.of());
        double pieces = perLine(0x100000, this::storeAround);
        assertThat(pieces).as("a piece of each line").isEqualTo(figure("memory.transfer"), within(4.0));
        processor("p3-coppermine", Map.of());
        double two = perLine(0x100000, at -> {
            storeAround(at);
            storeAround(at + 16);
        });
        assertThat(two).isEqualTo(2 * figure("memory.transfer"), within(4.0));
    }

    @Test
    void aFenceWaitsForWhatHasBeenCombined() {
        processor("p3-coppermine", Map.of());
        long nothing = fence();
        for (int i = 0; i < 3; i++) storeAround(0x100000 + i * lineBytes);
        assertThat(fence() - nothing).isGreaterThanOrEqualTo(3L * figure("memory.transfer") - 10);
    }

    private long fence() {
        long before = timing.cycles();
        timing.fence();
        retire("0f ae f8");
        return timing.cycles() - before;
    }

    @Test
    void nonTemporalStoresToALineThatIsCachedAreAsAnyOther() {
        processor("p3-coppermine", Map.of());
        load(0x100000);
        long before = timing.cycles();
        for (int i = 0; i < 100; i++) storeAround(0x100000 + i % 4 * 8);
        assertThat(timing.cycles() - before).isLessThan(130);
    }

    @Test
    void writtenBackLinesTakeTheBusFromReads() {
        for (String id : List.of("p3-coppermine", "p4-northwood")) {
            processor(id, Map.of("cache.l2.size", 64));
            for (int at = 0; at < 128 << 10; at += lineBytes) store(0x100000 + at);
            double dirty = perLine(0x200000, at -> {
                load(at);
                store(at);
            });
            processor(id, Map.of("cache.l2.size", 64));
            double clean = perLine(0x200000, this::load);
            assertThat(dirty).as(id).isGreaterThan(clean + 0.5 * figure("memory.transfer"));
        }
    }
}
