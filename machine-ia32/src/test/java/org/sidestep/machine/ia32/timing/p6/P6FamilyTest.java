package org.sidestep.machine.ia32.timing.p6;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Sequence;
import org.sidestep.plugin.Parameters;

class P6FamilyTest {

    private static final int DATA = 0x200000;
    /** Lines this far apart fall into one set of every first-level cache of the family. */
    private static final int STRIDE = 4096;

    private static CpuModel model(String id) {
        return switch (id) {
            case "ppro" -> new PentiumPro();
            case "p2-deschutes" -> new P2Deschutes();
            case "p3-katmai" -> new P3Katmai();
            default -> new P3Coppermine();
        };
    }

    private static Timing timing(String id) {
        CpuModel model = model(id);
        return model.timing(Parameters.defaults(model));
    }

    @ParameterizedTest
    @CsvSource({
        "ppro,          0x617, 0xF1FF, 0x06040A42",
        "p2-deschutes,  0x651, 0x181F9FF, 0x0C040843",
        "p3-katmai,     0x673, 0x381F9FF, 0x0C040843",
        "p3-coppermine, 0x683, 0x381F9FF, 0x0C040882"
    })
    void eachPartNamesItself(String id, String signature, String features, String caches) {
        CpuModel model = model(id);
        CpuModel.Identity identity = model.identity(Parameters.defaults(model));
        assertThat(model.id()).isEqualTo(id);
        assertThat(identity.cpuid(1)[0]).isEqualTo(Integer.decode(signature));
        assertThat(identity.cpuid(1)[3]).isEqualTo(Integer.decode(features));
        assertThat(identity.cpuid(2)[3]).isEqualTo(Integer.decode(caches));
    }

    @ParameterizedTest
    @CsvSource({"ppro, 7", "p2-deschutes, 28", "p3-katmai, 22", "p3-coppermine, 13"})
    void aLoadThatMissesOnlyTheFirstLevelTakesTheSecondLevelsLatency(String id, int latency) {
        Timing timing = timing(id);
        chase(timing, 16);
        long warm = timing.cycles();
        chase(timing, 16);
        assertThat((timing.cycles() - warm) / 16).isEqualTo(latency);
    }

    @ParameterizedTest
    @CsvSource({"ppro, 2", "p2-deschutes, 4", "p3-katmai, 4", "p3-coppermine, 4"})
    void theFirstLevelKeepsAsManyLinesOfASetAsItHasWays(String id, int ways) {
        Timing timing = timing(id);
        chase(timing, ways);
        chase(timing, ways);
        assertThat(timing.l1Misses()).isEqualTo(ways);
        chase(timing, ways + 1);
        chase(timing, ways + 1);
        assertThat(timing.l1Misses()).as("one that is new, then all").isEqualTo(ways + 1 + ways + 1);
    }

    @ParameterizedTest
    @CsvSource({"ppro, 59", "p2-deschutes, 76", "p3-katmai, 92", "p3-coppermine, 106"})
    void cpuidTakesLongerOnEachLaterPart(String id, int cycles) {
        Timing timing = timing(id);
        Object cpuid = timing.prepare(Sequence.decoded("cpuid"));
        timing.retire(cpuid, 1);
        long before = timing.cycles();
        timing.retire(cpuid, 1);
        assertThat(timing.cycles() - before).isBetween((long) cycles, cycles + 2L);
    }

    /** Each load's address is the result of the one before. */
    private static void chase(Timing timing, int lines) {
        Object load = timing.prepare(Sequence.decoded("mov eax, [eax]"));
        for (int i = 0; i < lines; i++) {
            timing.load(DATA + i * STRIDE, 4);
            timing.retire(load, 1);
        }
    }
}
