package org.sidestep.lab.conformance;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;

/**
 * Where a host of today and a Pentium III may differ, each with its reason. Everything else must agree
 * to the bit.
 */
final class HostDifferences {
    /** Results within this many units of the last place: the manuals promise one, and neither unit rounds correctly. */
    private static final long ULPS = 2;

    /**
     * Condition code C1 and the underflow exception tell of the last bit, in which transcendental results may differ:
     * whether a denormal is exact, for one.
     */
    private static final int LAST_BIT = 0x210;

    private static final Set<String> TRANSCENDENTAL =
            Set.of("fsin", "fcos", "fsincos", "fptan", "fpatan", "f2xm1", "fyl2x", "fyl2xp1");

    private static final Set<String> ESTIMATES = Set.of("rcpps", "rcpss", "rsqrtps", "rsqrtss");

    private HostDifferences() {}

    /**
     * Whether an instruction cannot be compared at all: images tell where the last instruction was, which hosts of today
     * keep only for some instructions and without its selectors; MXCSR has got bits; and instructions of the 8087 and
     * 287 that the P6 ignores are undefined.
     */
    static boolean isNeverAlike(InstructionForm row) {
        boolean image = row.operands().stream().anyMatch(o -> o.size() == OperandForm.Size.IMAGE);
        return image || Set.of("ldmxcsr", "fneni", "fndisi", "fnsetpm").contains(row.mnemonic());
    }

    /** Whether any of the instructions is a transcendental one. */
    static boolean isTranscendental(List<Instruction> code) {
        return code.stream().anyMatch(i -> TRANSCENDENTAL.contains(i.form.mnemonic()));
    }

    /** RCPPS and RSQRTPS only promise 11 bits, and each design has its own table. */
    static boolean isEstimate(List<Instruction> code) {
        return code.stream().anyMatch(i -> ESTIMATES.contains(i.form.mnemonic()));
    }

    /** In which order the bytes of MASKMOVDQU are stored, and so which of them faults, is the processor's affair. */
    static int addressMask(List<Instruction> code) {
        return code.stream().anyMatch(i -> i.form.mnemonic().equals("maskmovdqu")) ? ~0xFFF : -1;
    }

    static int statusMask(List<Instruction> code) {
        return isTranscendental(code) ? ~LAST_BIT : -1;
    }

    /** Whether two extended reals are neighbours. */
    static boolean isNear(String expected, String actual) {
        long a = Long.parseUnsignedLong(expected.substring(4), 16);
        long b = Long.parseUnsignedLong(actual.substring(4), 16);
        if (expected.regionMatches(0, actual, 0, 4)) return Math.abs(a - b) <= ULPS;
        int exponents = Integer.parseInt(expected.substring(0, 4), 16) - Integer.parseInt(actual.substring(0, 4), 16);
        return exponents == 1 && a == Long.MIN_VALUE && b >= -ULPS
                || exponents == -1 && b == Long.MIN_VALUE && a >= -ULPS;
    }

    /** Whether the results of a transcendental instruction mean nothing because an operand is outside its domain. */
    static boolean isOutsideDomain(Instruction instruction, Map<String, String> state) {
        String st0 = state.get("st0");
        int exponent = Integer.parseInt(st0.substring(0, 4), 16) & 0x7FFF;
        return switch (instruction.form.mnemonic()) {
            case "f2xm1" -> exponent >= 0x3FFF && exponent != 0x7FFF && !st0.endsWith("fff8000000000000000");
            case "fyl2xp1" -> exponent >= 0x3FFD && exponent != 0x7FFF;
            default -> false;
        };
    }
}
