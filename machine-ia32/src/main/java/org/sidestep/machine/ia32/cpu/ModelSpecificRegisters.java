package org.sidestep.machine.ia32.cpu;

import java.util.Map;
import java.util.TreeMap;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.ia32.fault.Fault;

/**
 * The model-specific registers (SDM vol. 3, appendix B): those of the P6 family or the Pentium 4 with the features that
 * CPUID claims, or the few that a Pentium has. Memory types, machine checks and event counters keep what is written to them and have no
 * effect.
 */
public final class ModelSpecificRegisters {
    public static final int TSC = 0x10;
    static final int SYSENTER_CS = 0x174;
    static final int SYSENTER_ESP = 0x175;
    static final int SYSENTER_EIP = 0x176;
    static final int APIC_BASE = 0x1B;
    private static final int MTRR_CAP = 0xFE;
    private static final int MCG_CAP = 0x179;

    /** Eight variable ranges, the fixed ranges, write combining. */
    private static final long MTRRS = 0x508;

    /** Banks, and on the P6 the global control register. */
    private static final int P6_BANKS = 5, NETBURST_BANKS = 4, GLOBAL_CONTROL = 0x100;

    private static final int TIME_STAMP = 1 << 4;
    private static final int MCE = 1 << 7;
    private static final int SEP = 1 << 11;
    private static final int MTRR = 1 << 12;
    private static final int MCA = 1 << 14;
    private static final int PAT = 1 << 16;

    /** Platform identification, power-on configuration, test control, microcode update, performance counters, debug control. */
    private static final int[] P6 = {
        0x17, 0x2A, 0x33, 0x79, 0x8B, 0xC1, 0xC2, 0x119, 0x11E, 0x186, 0x187, 0x1D9, 0x1DB, 0x1DC, 0x1DD, 0x1DE, 0x1E0
    };

    /**
     * Platform identification, power-on configuration, frequency, microcode update, debug control and last exception; performance
     * counters, their configuration, event selection and peculiar controls.
     */
    private static final int[][] NETBURST = {
        {0x17, 0x17},
        {0x2A, 0x2C},
        {0x79, 0x79},
        {0x8B, 0x8B},
        {0x1A0, 0x1A0},
        {0x1D7, 0x1DE},
        {0x300, 0x311},
        {0x360, 0x371},
        {0x3A0, 0x3E1},
        {0x3F0, 0x3F2}
    };

    private static final int P6_FAMILY = 6, NETBURST_FAMILY = 15;

    public int sysenterCs;
    public int sysenterEsp;
    public int sysenterEip;

    /** What WRMSR has added to the cycle counter. */
    long tscOffset;

    /** Registers that only keep what is written to them. */
    private final Map<Integer, Long> plain = new TreeMap<>();

    private final int features;
    private final long machineChecks;

    ModelSpecificRegisters(CpuModel.Identity identity) {
        int[] leaf = identity.cpuid(1);
        features = leaf[3];
        if ((features & MCE) != 0) zero(0, 1);
        int family = leaf[0] >> 8 & 15;
        boolean netBurst = family == NETBURST_FAMILY;
        if (family == P6_FAMILY) for (int number : P6) zero(number, number);
        if (netBurst) for (int[] range : NETBURST) zero(range[0], range[1]);
        if (family >= P6_FAMILY) plain.put(APIC_BASE, 0xFEE0_0100L);
        int banks = netBurst ? NETBURST_BANKS : P6_BANKS;
        machineChecks = netBurst ? banks : banks | GLOBAL_CONTROL;
        if ((features & PAT) != 0) plain.put(0x277, 0x0007_0406_0007_0406L);
        if ((features & MCA) != 0) {
            zero(0x17A, netBurst ? 0x17A : 0x17B);
            zero(0x400, 0x3FF + 4 * banks);
        }
        if ((features & MTRR) != 0) memoryTypes();
    }

    /** The default type, eight pairs of base and mask, and the fixed ranges. */
    private void memoryTypes() {
        zero(0x2FF, 0x2FF);
        zero(0x200, 0x20F);
        zero(0x250, 0x250);
        zero(0x258, 0x259);
        zero(0x268, 0x26F);
    }

    private void zero(int first, int last) {
        for (int number = first; number <= last; number++) plain.put(number, 0L);
    }

    /** Whether the processor has a register of this number; reading or writing another raises #GP(0). */
    public boolean exists(int number) {
        return switch (number) {
            case TSC -> (features & TIME_STAMP) != 0;
            case SYSENTER_CS, SYSENTER_ESP, SYSENTER_EIP -> (features & SEP) != 0;
            case MTRR_CAP -> (features & MTRR) != 0;
            case MCG_CAP -> (features & MCA) != 0;
            default -> plain.containsKey(number);
        };
    }

    /** Reads a register that exists. */
    public long read(int number, long cycles) {
        return switch (number) {
            case TSC -> cycles + tscOffset;
            case SYSENTER_CS -> Integer.toUnsignedLong(sysenterCs);
            case SYSENTER_ESP -> Integer.toUnsignedLong(sysenterEsp);
            case SYSENTER_EIP -> Integer.toUnsignedLong(sysenterEip);
            case MTRR_CAP -> MTRRS;
            case MCG_CAP -> machineChecks;
            default -> plain.get(number);
        };
    }

    /** Writes a register that exists. */
    void write(int number, long value, long cycles) {
        switch (number) {
            case TSC -> tscOffset = (value & 0xFFFF_FFFFL) - cycles;
            case SYSENTER_CS -> sysenterCs = (int) value;
            case SYSENTER_ESP -> sysenterEsp = (int) value;
            case SYSENTER_EIP -> sysenterEip = (int) value;
            // The capabilities cannot be written.
            case MTRR_CAP, MCG_CAP -> throw Fault.gp(0);
            default -> plain.put(number, value);
        }
    }

    void copy(ModelSpecificRegisters other) {
        sysenterCs = other.sysenterCs;
        sysenterEsp = other.sysenterEsp;
        sysenterEip = other.sysenterEip;
        tscOffset = other.tscOffset;
        plain.putAll(other.plain);
    }
}
