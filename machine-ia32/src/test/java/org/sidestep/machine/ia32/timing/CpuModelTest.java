package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Parameters;

class CpuModelTest {

    private final CpuModel coppermine = new P3Coppermine();

    @Test
    void theModelsAreFoundAsPlugins() {
        assertThat(ServiceLoader.load(CpuModel.class))
                .extracting(CpuModel::id)
                .contains("p2-deschutes", "p3-coppermine", "p3-katmai", "ppro", "unit");
    }

    @Test
    void cpuidNamesThePartAndOnlyWhatTheMachineExecutes() {
        CpuModel.Identity identity = coppermine.identity(Parameters.defaults(coppermine));
        int[] vendor = identity.cpuid(0);
        assertThat(vendor[0]).isEqualTo(2);
        assertThat(text(vendor[1]) + text(vendor[3]) + text(vendor[2])).isEqualTo("GenuineIntel");
        assertThat(identity.cpuid(1)[0]).isEqualTo(0x683);
        assertThat(identity.cpuid(1)[3]).isEqualTo(0x381F9FF);
        assertThat(identity.cpuid(2)).containsExactly(0x03020101, 0, 0, 0x0C040882);
        assertThat(identity.cpuid(0x80000000)).isEqualTo(identity.cpuid(2));
    }

    @Test
    void theClockIsAParameter() {
        Parameters faster = Parameters.of(coppermine, Map.of("mhz", 933));
        assertThat(coppermine.identity(faster).kiloHertz()).isEqualTo(933_000);
    }

    @Test
    void theUnitModelTakesOneCycleForEveryInstruction() {
        CpuModel unit = new UnitModel();
        Timing timing = unit.timing(Parameters.defaults(unit));
        Sequence.of("add eax, 1; cpuid; push 4[esi]").times(10).on(timing).run();
        assertThat(timing.cycles()).as("and one for the jump back").isEqualTo(31);
        assertThat(Sequence.continuing(timing, unit.timing(Parameters.defaults(unit)))
                        .cycles())
                .isEqualTo(31);
    }

    private static String text(int word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) text.append((char) (word >> 8 * i & 0xFF));
        return text.toString();
    }
}
