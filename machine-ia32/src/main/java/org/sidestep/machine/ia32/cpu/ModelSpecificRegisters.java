package org.sidestep.machine.ia32.cpu;

import java.util.Map;
import java.util.TreeMap;
import org.sidestep.machine.ia32.fault.Fault;

/** The model-specific registers of the P6 family that system software uses (SDM vol. 3, appendix B). */
final class ModelSpecificRegisters {
    static final int TSC = 0x10;
    static final int SYSENTER_CS = 0x174;
    static final int SYSENTER_ESP = 0x175;
    static final int SYSENTER_EIP = 0x176;
    static final int APIC_BASE = 0x1B;
    private static final int MTRR_CAP = 0xFE;
    private static final int MTRR_DEF_TYPE = 0x2FF;
    private static final int PAT = 0x277;

    int sysenterCs;
    int sysenterEsp;
    int sysenterEip;

    /** What WRMSR has added to the cycle counter. */
    long tscOffset;

    /** Registers that only keep what is written to them. */
    private final Map<Integer, Long> plain = new TreeMap<>();

    ModelSpecificRegisters() {
        plain.put(APIC_BASE, 0xFEE0_0100L);
        plain.put(MTRR_DEF_TYPE, 0L);
        plain.put(PAT, 0x0007_0406_0007_0406L);
        for (int i = 0x200; i < 0x210; i++) plain.put(i, 0L);
        for (int i : new int[] {0x250, 0x258, 0x259}) plain.put(i, 0L);
        for (int i = 0x268; i < 0x270; i++) plain.put(i, 0L);
        // Performance event counters and selects: present, but nothing counts.
        for (int i : new int[] {0xC1, 0xC2, 0x186, 0x187}) plain.put(i, 0L);
    }

    boolean exists(int number) {
        return switch (number) {
            case TSC, SYSENTER_CS, SYSENTER_ESP, SYSENTER_EIP, MTRR_CAP -> true;
            default -> plain.containsKey(number);
        };
    }

    /** Reads a register that exists. */
    long read(int number, long cycles) {
        return switch (number) {
            case TSC -> cycles + tscOffset;
            case SYSENTER_CS -> Integer.toUnsignedLong(sysenterCs);
            case SYSENTER_ESP -> Integer.toUnsignedLong(sysenterEsp);
            case SYSENTER_EIP -> Integer.toUnsignedLong(sysenterEip);
            case MTRR_CAP -> 0x508;
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
            case MTRR_CAP -> throw Fault.gp(0);
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
