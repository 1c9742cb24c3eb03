package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.device.BoardOptions;
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
        "CLFLUSH,     0F AE 3F,    19, p4-northwood",
        "SFENCE,      0F AE F8,    25, p3-katmai",
        "PREFETCHNTA, 0F 18 07,    25, p3-katmai",
        "PADDQ,       0F D4 C1,    26, p4-northwood",
        "MOVNTI,      0F C3 07,    26, p4-northwood",
        "LFENCE,      0F AE E8,    26, p4-northwood",
        "MFENCE,      0F AE F0,    26, p4-northwood"
    })
    void anInstructionIsUndefinedUnlessCpuidClaimsIt(String name, String bytes, int bit, String first) {
        boolean present = false;
        for (String part : PARTS) {
            CpuModel model = Models.named(part);
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

    /** Bits of CR4 and model-specific registers, by the feature that they belong to. */
    @ParameterizedTest
    @CsvSource({
        // bit, CR4, first and last register
        "VME,  1,  3,   0,   0",
        "DE,   2,  8,   0,   0",
        "PSE,  3,  10,  0,   0",
        "TSC,  4,  4,   10,  10",
        "PAE,  6,  20,  0,   0",
        "MCE,  7,  40,  1,   1",
        "SEP,  11, 0,   174, 176",
        "MTRR, 12, 0,   200, 20F",
        "MTRR, 12, 0,   2FF, 2FF",
        "MTRR, 12, 0,   268, 26F",
        "PGE,  13, 80,  0,   0",
        "MCA,  14, 0,   179, 17A",
        "MCA,  14, 0,   400, 40F",
        "PAT,  16, 0,   277, 277",
        "FXSR, 24, 200, 0,   0",
        "SSE,  25, 400, 0,   0"
    })
    void controlBitsAndRegistersExistIfCpuidClaimsTheirFeature(
            String name, int bit, String control, String first, String last) {
        for (String part : PARTS) {
            int features = features(part);
            int expected = (features >> bit & 1) != 0 ? -1 : 13;
            for (int left = Integer.parseInt(control, 16); left != 0; left &= left - 1) {
                int one = left & -left;
                Bare bare = bare(part).kernel(a -> {
                    a.emit("mov", Reg32.EAX, Imm.imm(one));
                    a.emit("mov", Cr.CR4, Reg32.EAX);
                });
                assertThat(bare.vector())
                        .as("%s: CR4 bit %x on %s", name, one, part)
                        .isEqualTo(expected);
            }
            // A part without RDMSR has no registers to ask for.
            if ((features & 1 << 5) == 0) continue;
            for (int msr = Integer.parseInt(first, 16); msr != 0 && msr <= Integer.parseInt(last, 16); msr++) {
                int number = msr;
                Bare bare = bare(part).kernel(a -> {
                    a.emit("mov", Reg32.ECX, Imm.imm(number));
                    a.emit("rdmsr");
                });
                assertThat(bare.vector())
                        .as("%s: register %x on %s", name, msr, part)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void whatTheMachineDoesNotDoNoPartClaims() {
        // PSE-36, serial number, debug store, thermal control, logical processors, thermal monitor, pending break
        int none = 1 << 17 | 1 << 18 | 1 << 21 | 1 << 22 | 1 << 28 | 1 << 29 | 1 << 31;
        for (String part : PARTS) assertThat(features(part) & none).as(part).isZero();
    }

    /** EDX of leaf 1 is the part's own without what {@link #whatTheMachineDoesNotDoNoPartClaims} and without the board's APIC. */
    @ParameterizedTest
    @CsvSource({
        "p5,           525, 1BF",
        "ppro,         617, F1FF",
        "p2-deschutes, 651, 181F9FF",
        "p3-katmai,    673, 381F9FF",
        "p4-northwood, F24, F89F9FF"
    })
    void aPartIdentifiesItself(String part, String signature, String features) {
        assertThat(identity(part).cpuid(1)[0]).isEqualTo(Integer.parseInt(signature, 16));
        assertThat(features(part)).isEqualTo(Integer.parseInt(features, 16));
    }

    @Test
    void thePentium4SaysItsName() {
        CpuModel.Identity identity = identity("p4-northwood");
        StringBuilder name = new StringBuilder();
        for (int leaf = 0x80000002; leaf <= 0x80000004; leaf++) {
            for (int word : identity.cpuid(leaf)) {
                for (int i = 0; i < 4; i++) name.append((char) (word >> 8 * i & 0xFF));
            }
        }
        assertThat(name).hasSize(48).endsWith("  Intel(R) Pentium(R) 4 CPU 2.40GHz\0");
        assertThat(identity.cpuid(1)[1] >> 8 & 0xFF)
                .as("quadwords in a line of CLFLUSH")
                .isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"i486, 0", "p5, 1", "ppro, 1", "p4-northwood, 1"})
    void aBoardsLocalApicShowsInPartsThatMayHaveOne(String part, int shown) {
        Bare bare = bare(part, BoardOptions.PLAIN.withApic()).kernel(a -> {
            a.emit("mov", Reg32.EAX, Imm.imm(1));
            a.emit("cpuid");
        });
        assertThat(bare.machine.register(Reg32.EDX) >> 9 & 1).isEqualTo(shown);
    }

    private static CpuModel.Identity identity(String part) {
        CpuModel model = Models.named(part);
        return model.identity(Parameters.defaults(model));
    }

    private static int features(String part) {
        return identity(part).cpuid(1)[3];
    }

    private static Bare bare(String part) {
        return bare(part, BoardOptions.PLAIN);
    }

    private static Bare bare(String part, BoardOptions options) {
        CpuModel model = Models.named(part);
        return new Bare(new Ia32Machine(4 << 20, identity(part), model.timing(Parameters.defaults(model)), options));
    }
}
