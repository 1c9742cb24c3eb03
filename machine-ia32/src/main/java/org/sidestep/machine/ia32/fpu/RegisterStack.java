package org.sidestep.machine.ia32.fpu;

import java.util.Arrays;

/**
 * The x87 register stack with its control, status and tag words (SDM vol. 1, section 8.1). An instruction is
 * {@link #begin}, one or more operations, {@link #end}; until then only registers may have changed, and those only in
 * their last operation, so that a store to memory which faults leaves no trace.
 */
public class RegisterStack {
    /** In the status word. */
    public static final int C0 = 1 << 8;

    public static final int C1 = 1 << 9;
    public static final int C2 = 1 << 10;
    public static final int C3 = 1 << 14;
    private static final int STACK_FAULT = 1 << 6;
    private static final int SUMMARY = 1 << 7;
    private static final int BUSY = 1 << 15;
    private static final int EXCEPTIONS = 0x3F;
    static final int CODES = C0 | C1 | C2 | C3;

    private static final int RESET_CONTROL = 0x37F;
    private static final int CONTROL_DEFINED = 0x1F3F;
    private static final int CONTROL_FIXED = 0x40;
    private static final Format[] PRECISIONS = {Format.EXTENDED_24, Format.EXTENDED, Format.EXTENDED_53, Format.EXTENDED
    };

    private final Float80[] registers = new Float80[8];
    final Rounding rounding = new Rounding(false);
    private int control;

    /** Without the top of stack. */
    private int status;

    private int top;

    /** Bit n: physical register n holds something. */
    private int used;

    private boolean stackFault;
    private boolean overflow;

    /** What the instruction says about C1, if not rounding or the stack does. */
    private boolean one;

    /** Where the last instruction that was not a control instruction is, its opcode and its memory operand. */
    public final Pointers pointers = new Pointers();

    RegisterStack() {
        initialize();
        Arrays.fill(registers, Float80.ZERO);
    }

    /** FNINIT. */
    public void initialize() {
        control = RESET_CONTROL;
        status = 0;
        top = 0;
        used = 0;
        pointers.clear();
    }

    public int control() {
        return control;
    }

    public void setControl(int value) {
        control = value & CONTROL_DEFINED | CONTROL_FIXED;
        summarize();
    }

    public int status() {
        return status | top << 11;
    }

    public void setStatus(int value) {
        status = value & ~(7 << 11);
        top = value >> 11 & 7;
        summarize();
    }

    /** FNCLEX. */
    public void clearExceptions() {
        status &= ~(EXCEPTIONS | STACK_FAULT | SUMMARY | BUSY);
    }

    /** Whether an unmasked exception waits to be reported. */
    public boolean isPending() {
        return (status & SUMMARY) != 0;
    }

    private void summarize() {
        boolean pending = (status & ~control & EXCEPTIONS) != 0;
        status = pending ? status | SUMMARY | BUSY : status & ~(SUMMARY | BUSY);
    }

    /** The tag word: two bits for each physical register. */
    public int tags() {
        int tags = 0;
        for (int i = 0; i < 8; i++) tags |= tag(i) << 2 * i;
        return tags;
    }

    private int tag(int physical) {
        if ((used >> physical & 1) == 0) return 3;
        Float80 value = registers[physical];
        if (value.isZero()) return 1;
        return value.exponent() == 0 || value.exponent() == Float80.LARGEST || value.isUnsupported() ? 2 : 0;
    }

    /** Of a tag word only which registers are empty counts. */
    public void setTags(int tags) {
        used = 0;
        for (int i = 0; i < 8; i++) if ((tags >> 2 * i & 3) != 3) used |= 1 << i;
    }

    /** Bit n: physical register n holds something. */
    public int used() {
        return used;
    }

    public void setUsed(int registersUsed) {
        used = registersUsed & 0xFF;
    }

    /** st(i), empty or not. */
    public Float80 register(int i) {
        return registers[top + i & 7];
    }

    public void setRegister(int i, Float80 value) {
        registers[top + i & 7] = value;
    }

    /** An MMX register: the significand of a physical register. */
    public long mmx(int number) {
        return registers[number].significand();
    }

    public void setMmx(int number, long value) {
        registers[number] = new Float80(0xFFFF, value);
    }

    /** The part of {@link #enterMmx} that stores do first. */
    public void resetTop() {
        top = 0;
    }

    /** What every MMX instruction does to the stack. */
    public void enterMmx() {
        resetTop();
        used = 0xFF;
    }

    /** EMMS. */
    public void leaveMmx() {
        top = 0;
        used = 0;
    }

    public void begin() {
        rounding.begin(control >> 10 & 3, control & EXCEPTIONS);
        stackFault = false;
        overflow = false;
        one = false;
    }

    /** Takes over what the instruction raised. C1 says which way it rounded, or which way the stack was exceeded. */
    public void end() {
        status |= rounding.raised();
        if (stackFault) status |= STACK_FAULT;
        boolean up = rounding.roundedUp() && (rounding.raised() & Rounding.PRECISION) != 0;
        boolean c1 = stackFault ? overflow : one || up;
        status = c1 ? status | C1 : status & ~C1;
        summarize();
    }

    /** Whether an unmasked exception keeps the result from being delivered to a register. */
    boolean isStopped() {
        return rounding.isStopped();
    }

    /** Whether an unmasked exception keeps the result from being stored to memory. */
    public boolean isStoreStopped() {
        int range = Rounding.OVERFLOW | Rounding.UNDERFLOW;
        return rounding.isStopped() || (rounding.raised() & ~control & range) != 0;
    }

    void fault(boolean over) {
        stackFault = true;
        overflow = over;
        rounding.raise(Rounding.INVALID);
    }

    boolean isEmpty(int i) {
        return (used >> (top + i & 7) & 1) == 0;
    }

    /** Whether one of two registers is empty; if so, the stack fault is raised. */
    boolean underflows(int i, int j) {
        if (!isEmpty(i) && !isEmpty(j)) return false;
        fault(false);
        return true;
    }

    void write(int i, Float80 value) {
        if (isStopped()) return;
        setRegister(i, value);
        used |= 1 << (top + i & 7);
    }

    public void pop() {
        if (!isStopped()) popAlways();
    }

    void popAlways() {
        used &= ~(1 << top);
        top = top + 1 & 7;
    }

    /** Puts a value on the stack, overwriting what may be there, unless an unmasked exception prevents it. */
    void grow(Float80 value) {
        if (isStopped()) return;
        top = top - 1 & 7;
        write(0, value);
    }

    public void push(Float80 value) {
        boolean full = !isEmpty(7);
        if (full) fault(true);
        grow(full ? Float80.INDEFINITE : value);
    }

    public void rotate(int by) {
        top = top + by & 7;
        status &= ~C1;
    }

    public void free(int i) {
        used &= ~(1 << (top + i & 7));
    }

    Format precision() {
        return PRECISIONS[control >> 8 & 3];
    }

    void setCodes(int codes) {
        status = status & ~CODES | codes;
    }

    /** The comparisons and moves of the P6 leave C1 alone unless the stack is at fault. */
    void keepC1() {
        one = (status & C1) != 0;
    }

    /** C2, by which an instruction says that it is not done. */
    void setIncomplete(boolean incomplete) {
        status = incomplete ? status | C2 : status & ~C2;
    }

    /** Says what C1 is to be, if the stack is not at fault. */
    void setC1(boolean value) {
        one = value;
    }

    /** Whether the instruction has raised the stack fault. */
    boolean isFaulty() {
        return stackFault;
    }

    public void copy(RegisterStack other) {
        System.arraycopy(other.registers, 0, registers, 0, registers.length);
        control = other.control;
        status = other.status;
        top = other.top;
        used = other.used;
        pointers.copy(other.pointers);
    }
}
