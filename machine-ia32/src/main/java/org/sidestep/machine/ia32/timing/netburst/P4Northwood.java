package org.sidestep.machine.ia32.timing.netburst;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * The Pentium 4 "Northwood", CPUID 00000F24, at 2.4 GHz with a front-side bus of 533 MHz: an approximation.
 *
 * <p>The real part's CPUID shows 3FEBFBFF. What the machine does not do, this one does not claim: 36-bit page addresses, the
 * debug store, thermal control and monitoring, and the count of logical processors.
 */
public final class P4Northwood implements CpuModel {

    /** Made when somebody asks: of the models that there are a run needs few. */
    private static final class Sheet {
        static final List<Parameter> PARAMETERS = NetBurstSheet.parameters();
    }

    @Override
    public String id() {
        return "p4-northwood";
    }

    @Override
    public String summary() {
        return "Pentium 4 Northwood, approximated: trace cache, double-pumped arithmetic, deep pipeline";
    }

    @Override
    public List<Parameter> parameters() {
        return Sheet.PARAMETERS;
    }

    @Override
    public void check(Parameters values) {
        NetBurstSheet.check(id(), values);
    }

    @Override
    public Identity identity(Parameters values) {
        return new Part(values);
    }

    @Override
    public Timing timing(Parameters values) {
        return new NetBurstPipeline(new NetBurstSheet(values));
    }

    private record Part(Parameters values) implements Identity {

        // spotless:off
        private static final int FPU = 1, VME = 1 << 1, DE = 1 << 2, PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, PAE = 1 << 6, MCE = 1 << 7, CX8 = 1 << 8, SEP = 1 << 11;
        private static final int MTRR = 1 << 12, PGE = 1 << 13, MCA = 1 << 14, CMOV = 1 << 15, PAT = 1 << 16, CLFSH = 1 << 19, MMX = 1 << 23, FXSR = 1 << 24, SSE = 1 << 25, SSE2 = 1 << 26, SS = 1 << 27;
        /** Brand, and the line that CLFLUSH flushes in units of 8 bytes. */
        private static final int BRAND = 0x09, LINE = 8 << 8;
        private static final int EXTENDED = 0x80000000, BRAND_STRING = 0x80000002, LAST_EXTENDED = 0x80000004;
        // spotless:on

        @Override
        public int kiloHertz() {
            return values.integer("mhz") * 1000;
        }

        /** Leaves beyond the highest one answer like the highest basic one (SDM vol. 2, CPUID). */
        @Override
        public int[] cpuid(int leaf) {
            return switch (leaf) {
                case 0 -> new int[] {2, 0x756E6547, 0x6C65746E, 0x49656E69}; // "Genu", "ntel", "ineI"
                case 1 -> new int[] {0xF24, BRAND | LINE, 0, features()};
                case EXTENDED -> new int[] {LAST_EXTENDED, 0, 0, 0};
                case EXTENDED + 1 -> new int[4];
                case BRAND_STRING, BRAND_STRING + 1, LAST_EXTENDED -> name(leaf - BRAND_STRING);
                default -> new int[] {0x665B5001, 0, 0, 0x007B7040};
            };
        }

        /** Sixteen bytes of the brand string, which ends where the last of them do. */
        private int[] name(int part) {
            int mhz = values.integer("mhz");
            String gigahertz = mhz / 1000 + "." + mhz / 100 % 10 + mhz / 10 % 10;
            String name = "Intel(R) Pentium(R) 4 CPU " + gigahertz + "GHz\0";
            byte[] bytes = (" ".repeat(48 - name.length()) + name).getBytes(StandardCharsets.US_ASCII);
            ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            return new int[] {
                words.getInt(16 * part),
                words.getInt(16 * part + 4),
                words.getInt(16 * part + 8),
                words.getInt(16 * part + 12)
            };
        }

        private static int features() {
            int system = VME | DE | PSE | TSC | MSR | PAE | MCE | CX8 | SEP | MTRR | PGE | MCA | PAT | CLFSH | SS;
            return system | FPU | CMOV | MMX | FXSR | SSE | SSE2;
        }

        @Override
        public Tlb instructionTlb() {
            return Figures.tlb(values, "tlb.code");
        }

        @Override
        public Tlb dataTlb() {
            return Figures.tlb(values, "tlb.data");
        }
    }
}
