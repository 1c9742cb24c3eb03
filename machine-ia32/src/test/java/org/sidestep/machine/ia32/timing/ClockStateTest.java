package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Parameters;

/** What a snapshot keeps of a clock. */
class ClockStateTest {

    private static Stream<CpuModel> models() {
        return ServiceLoader.load(CpuModel.class).stream().map(ServiceLoader.Provider::get);
    }

    private static Timing clock(CpuModel model) {
        Timing clock = model.timing(Parameters.defaults(model));
        for (int i = 0; i < 3; i++)
            Sequence.of("add 4[esi], eax; mul ecx; fld 4[esi]; nop").on(clock).run();
        return clock;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void aStateThatIsPutBackIsTheStateThatWasRecorded(CpuModel model) {
        Timing clock = clock(model);
        StateTape.Recording recording = StateTape.record(clock::keep);
        Timing other = model.timing(Parameters.defaults(model));
        Sequence.of("div ecx; fsqrt; push eax; mov 4[edi], eax")
                .times(5)
                .on(other)
                .run();
        recording.putBack(other::keep);
        assertThat(StateTape.record(other::keep)).isEqualTo(recording);
        assertThat(other.charges()).isEqualTo(clock.charges());
    }

    @Test
    void aStateOfAnotherClockIsRefusedBeforeAnythingChanges() {
        CpuModel model = new P3Coppermine();
        Timing clock = clock(model);
        StateTape.Recording before = StateTape.record(clock::keep);
        Timing larger = model.timing(Parameters.of(model, Map.of("cache.l2.size", 512)));
        assertThatThrownBy(() -> StateTape.record(larger::keep).putBack(clock::keep))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("configured otherwise");
        assertThat(StateTape.record(clock::keep)).isEqualTo(before);
    }
}
