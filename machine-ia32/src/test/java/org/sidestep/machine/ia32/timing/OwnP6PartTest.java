package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.p6.P6Model;
import org.sidestep.machine.ia32.timing.p6.P6Part;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;
import org.sidestep.plugin.Parameters;

/** A part of the P6 family from outside its package, as a jar adds one. */
class OwnP6PartTest {

    private static final class Klamath extends P6Model {
        Klamath() {
            super(new P6Part(
                    "p2-klamath",
                    "Pentium II Klamath",
                    266,
                    0x634,
                    0,
                    true,
                    0x0C040843,
                    new Geometry(16, 4, "S"),
                    new Geometry(16, 4, "S"),
                    new Geometry(512, 4, "S"),
                    4,
                    new Bracket(28, 28, 28, "D as the Deschutes"),
                    6,
                    new Bracket(14, 12, 29, "D as the Deschutes"),
                    new Bracket(58, 50, 72, "D as the Deschutes"),
                    new Bracket(20, 0, 30, "R"),
                    new Bracket(30, 16, 32, "D as the Deschutes"),
                    Map.of("cpuid", P6Part.cpuid(70))));
        }
    }

    @Test
    void itNamesItselfAndHasItsOwnRows() {
        CpuModel part = new Klamath();
        assertThat(part.identity(Parameters.defaults(part)).cpuid(1)[0]).isEqualTo(0x634);
        Timing timing = part.timing(Parameters.defaults(part));
        timing.retire(timing.prepare(Sequence.decoded("cpuid")), 1);
        assertThat(timing.cycles()).isBetween(70L, 72L);
    }
}
