package org.sidestep.machine.ia32.cpu;

import org.sidestep.isa.Eflags;

/**
 * EFLAGS. The six arithmetic flags are kept as the values they derive from, since most results are never looked at:
 * ZF from {@link #zero}, SF and PF from {@link #sign}, and CF, OF and AF from a vector of carries.
 */
public final class Flags {
    /** Always set, and the only flag set after reset. */
    public static final int FIXED = 2;

    private static final int CARRY = 1 << 31;
    private static final int BELOW_CARRY = 1 << 30;
    private static final int ADJUST = 1 << 3;

    /** ZF is set if this is zero. */
    public int zero = 1;

    /** SF is the sign of this, PF the parity of its low byte. */
    public int sign = 1;

    /** Carries out of bits: bit 31 out of the operand's top bit (CF), bit 30 out of the one below, bit 3 out of bit 3 (AF). */
    public int carries;

    /** All other flags as they are in EFLAGS; the arithmetic ones are zero here. */
    public int system = FIXED;

    /** Sets ZF, SF and PF from a sign-extended result, and the carries (bit n: out of bit n of the operand). */
    public void set(int result, int carriesOut, int shift) {
        zero = result;
        sign = result;
        carries = carriesOut & ADJUST | carriesOut << shift;
    }

    /** Sets ZF, SF and PF from a sign-extended result, and clears CF, OF and AF. */
    public void logic(int result) {
        zero = result;
        sign = result;
        carries = 0;
    }

    /** Sets ZF, SF and PF from a sign-extended result and keeps the others. */
    public void result(int result) {
        zero = result;
        sign = result;
    }

    /** Sets these three; ZF, SF and PF stay as the last result left them. */
    public void carry(boolean cf, boolean of, boolean af) {
        carries = (cf ? CARRY : 0) | (cf != of ? BELOW_CARRY : 0) | (af ? ADJUST : 0);
    }

    /** Sets CF and OF; the others stay. */
    public void carryAndOverflow(boolean cf, boolean of) {
        carry(cf, of, af());
    }

    /** Sets CF; the others stay. */
    public void carry(boolean cf) {
        carry(cf, of(), af());
    }

    /** Sets ZF; the others stay. */
    public void zero(boolean set) {
        int value = value();
        arithmetic(set ? value | Eflags.ZF : value & ~Eflags.ZF);
    }

    /** CF. */
    public boolean cf() {
        return carries < 0;
    }

    /** PF. */
    public boolean pf() {
        return (0x9669 >> ((sign ^ sign >> 4) & 15) & 1) != 0;
    }

    /** AF. */
    public boolean af() {
        return (carries & ADJUST) != 0;
    }

    /** ZF. */
    public boolean zf() {
        return zero == 0;
    }

    /** SF. */
    public boolean sf() {
        return sign < 0;
    }

    /** OF. */
    public boolean of() {
        return (carries ^ carries << 1) < 0;
    }

    /** DF. */
    public boolean df() {
        return (system & Eflags.DF) != 0;
    }

    /** IF. */
    public boolean interruptsEnabled() {
        return (system & Eflags.IF) != 0;
    }

    /** IOPL, 0 to 3. */
    public int iopl() {
        return system >> 12 & 3;
    }

    /** Whether a condition (SDM vol. 2, appendix B "tttn") holds. */
    public boolean test(int condition) {
        boolean holds = switch (condition >> 1) {
            case 0 -> of();
            case 1 -> cf();
            case 2 -> zf();
            case 3 -> cf() || zf();
            case 4 -> sf();
            case 5 -> pf();
            case 6 -> sf() != of();
            default -> zf() || sf() != of();
        };
        return holds == ((condition & 1) == 0);
    }

    /** The whole register. */
    public int value() {
        return system
                | (cf() ? Eflags.CF : 0)
                | (pf() ? Eflags.PF : 0)
                | (af() ? Eflags.AF : 0)
                | (zf() ? Eflags.ZF : 0)
                | (sf() ? Eflags.SF : 0)
                | (of() ? Eflags.OF : 0);
    }

    /** Sets the six arithmetic flags from a register image. */
    void arithmetic(int eflags) {
        zero = (eflags & Eflags.ZF) != 0 ? 0 : 1;
        sign = ((eflags & Eflags.SF) != 0 ? CARRY : 0) | ((eflags & Eflags.PF) != 0 ? 0 : 1);
        carry((eflags & Eflags.CF) != 0, (eflags & Eflags.OF) != 0, (eflags & Eflags.AF) != 0);
    }

    /** Replaces those flags that {@code mask} names. */
    public void replace(int eflags, int mask) {
        int merged = value() & ~mask | eflags & mask;
        arithmetic(merged);
        system = merged & ~Eflags.ARITH | FIXED;
    }

    /** Clears flags that are in {@link #system}. */
    public void clear(int mask) {
        system &= ~mask;
    }

    void copy(Flags other) {
        zero = other.zero;
        sign = other.sign;
        carries = other.carries;
        system = other.system;
    }
}
