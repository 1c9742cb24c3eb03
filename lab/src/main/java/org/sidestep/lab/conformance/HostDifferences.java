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

    private static final Set<String> SEGMENTS = Set.of("es", "cs", "ss", "ds", "fs", "gs");

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

    /**
     * Whether a fragment proves nothing on a host that is not Intel's. Seen on an AMD processor under a hypervisor: INT1 leaves the
     * address of itself; SHLD and SHRD of words by more than 16, which the manual leaves undefined, have another result; PUSH of a
     * segment register writes a whole doubleword. A page fault goes before the exception of an x87 or MMX store, before what the store
     * does to the top of the stack, and before the flags of comparisons that have been repeated up to there.
     *
     * @param faults whether it ends with a page fault
     */
    static boolean isIntelsAlone(List<Instruction> code, boolean faults) {
        return code.stream().anyMatch(i -> isIntelsAlone(i) || faults && isLostInFault(i));
    }

    private static boolean isIntelsAlone(Instruction i) {
        String mnemonic = i.form.mnemonic();
        boolean doubleShift = mnemonic.equals("shld") || mnemonic.equals("shrd");
        boolean segment = mnemonic.equals("push")
                && SEGMENTS.contains(i.form.operands().get(0).letters());
        return mnemonic.equals("int1") || segment || doubleShift && i.operandSize == Short.BYTES;
    }

    /** Whether a page fault may come before what the instruction has done already. */
    private static boolean isLostInFault(Instruction i) {
        if (i.repeat != 0 && Set.of("cmps", "scas").contains(i.form.mnemonic())) return true;
        if (i.modrm < 0 || i.isRegisterForm()) return false;
        boolean mmx = i.form.operands().stream().anyMatch(o -> o.kind() == OperandForm.Kind.P);
        return mmx || i.form.mnemonic().startsWith("f");
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
