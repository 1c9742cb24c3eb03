package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.ServiceLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.plugin.Parameters;

/** A part executes what its CPUID claims, and nothing else of what came later. */
class FeaturesTest {
    private static final String[] PARTS = {"i486", "p5", "ppro", "p2-deschutes", "p3-katmai", "p4-northwood"};

    @ParameterizedTest
    @CsvSource({
        // bytes, CPUID bit (or that of what it came with), first part that has it
        "RDTSC,       0F 31,       4,  i486",
        "CMPXCHG8B,   0F C7 0F,    8,  p5",
        "CMOV,        0F 44 C1,    15, ppro",
        "FCMOV,       DA C9,       15, ppro",
        "FCOMI,       DB F1,       15, ppro",
        "a hint nop,  0F 19 C0,    15, ppro",
        "PADDB,       0F FC C1,    23, p2-deschutes",
        "EMMS,        0F 77,       23, p2-deschutes",
        "FXSAVE,      0F AE 07,    24, p2-deschutes",
        "PAVGB,       0F E0 C1,    25, p3-katmai",
        "SFENCE,      0F AE F8,    25, p3-katmai",
        "PREFETCHNTA, 0F 18 07,    25, p3-katmai"
    })
    void anInstructionIsUndefinedUnlessCpuidClaimsIt(String name, String bytes, int bit, String first) {
        boolean present = false;
        for (String part : PARTS) {
            CpuModel model = model(part);
            Parameters defaults = Parameters.defaults(model);
            present |= part.equals(first);
            boolean claimed = (model.identity(defaults).cpuid(1)[3] >> bit & 1) != 0;
            assertThat(claimed).as("%s claims %s", part, name).isEqualTo(present);
            Machine machine = new Ia32Machine(4 << 20, model.identity(defaults), model.timing(defaults));
            Bare bare = new Bare(machine).kernel(a -> {
                a.emit("mov", Reg32.EDI, Imm.imm(0x30000));
                a.bytes(HexFormat.ofDelimiter(" ").parseHex(bytes));
            });
            assertThat(bare.vector()).as("%s on %s", name, part).isEqualTo(claimed ? -1 : 6);
        }
    }

    private static CpuModel model(String id) {
        return ServiceLoader.load(CpuModel.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(m -> m.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
