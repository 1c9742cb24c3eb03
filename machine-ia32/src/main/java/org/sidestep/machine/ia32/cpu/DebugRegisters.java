package org.sidestep.machine.ia32.cpu;

import java.util.Arrays;
import org.sidestep.machine.ia32.fault.Fault;

/** DR0 to DR7 and the breakpoints they set (SDM vol. 3, sections 17.2 and 17.3). */
public final class DebugRegisters {
    /** In DR6: an instruction wanted to access a debug register while DR7.GD was set. */
    public static final int BD = 1 << 13;

    /** In DR6: single step. */
    public static final int BS = 1 << 14;

    /** In DR6: switch to a task whose TSS asks for a trap. */
    public static final int BT = 1 << 15;

    private static final int DR6_FIXED = 0xFFFF0FF0;
    private static final int DR7_FIXED = 0x400;
    private static final int DR6_DEFINED = 0xE00F;
    private static final int DR7_DEFINED = 0xFFFF23FF;

    /** In DR7: L0 to L3 and LE. */
    private static final int LOCAL_ENABLES = 0x155;

    /** In DR7: general detect. */
    private static final int GD = 1 << 13;

    private static final int BREAKPOINTS = 4;

    /** The R/W field of a breakpoint. */
    private static final int EXECUTE = 0;

    private static final int WRITE = 1;
    private static final int PORT = 2;
    private static final int ACCESS = 3;

    private final Cpu cpu;
    private final int[] dr = new int[8];

    /** The breakpoints that are enabled for each R/W field, as bits of DR6. */
    private final int[] enabled = new int[4];

    DebugRegisters(Cpu cpu) {
        this.cpu = cpu;
        reset();
    }

    void reset() {
        Arrays.fill(dr, 0);
        dr[6] = DR6_FIXED;
        dr[7] = DR7_FIXED;
        Arrays.fill(enabled, 0);
    }

    /** MOV from a debug register: raises #UD for an alias that CR4.DE forbids, #DB while DR7.GD guards. */
    public int read(int number) {
        return dr[accessible(number)];
    }

    /** MOV to a debug register; raises what {@link #read} raises. */
    public void write(int number, int value) {
        set(accessible(number), value);
    }

    /** A register, not by an alias, whoever may access it. */
    public int get(int index) {
        return dr[index];
    }

    /** Sets a register without asking who may, as a debugger does. */
    public void set(int index, int value) {
        if (index == 6) dr[6] = value & DR6_DEFINED | DR6_FIXED;
        else if (index == 7) setControl(value & DR7_DEFINED | DR7_FIXED);
        else dr[index] = value;
    }

    /** DR4 and DR5 are aliases of DR6 and DR7 unless CR4.DE is set. */
    private int accessible(int number) {
        boolean alias = number == 4 || number == 5;
        if (alias && (cpu.control.cr4 & ControlRegisters.DE) != 0) throw Fault.ud();
        if ((dr[7] & GD) != 0) throw Fault.db(BD);
        return alias ? number + 2 : number;
    }

    private void setControl(int value) {
        dr[7] = value;
        Arrays.fill(enabled, 0);
        for (int n = 0; n < BREAKPOINTS; n++) if ((value >> 2 * n & 3) != 0) enabled[condition(n)] |= 1 << n;
        cpu.attention();
    }

    private int condition(int breakpoint) {
        return dr[7] >> 16 + 4 * breakpoint & 3;
    }

    /** The length of a breakpoint less one, which is also the mask of address bits that it ignores. */
    private int reach(int breakpoint) {
        return dr[7] >> 18 + 4 * breakpoint & 3;
    }

    /** A debug exception is delivered, for these reasons; its handler may access the debug registers. */
    public void entered(int dr6Bits) {
        dr[6] |= dr6Bits;
        dr[7] &= ~GD;
    }

    /** A task switch leaves only the global breakpoints (SDM vol. 3, section 17.2.4). */
    public void disableLocal() {
        setControl(dr[7] & ~LOCAL_ENABLES);
    }

    /** Whether any breakpoint is. */
    public boolean enabled() {
        return (enabled[EXECUTE] | enabled[WRITE] | enabled[PORT] | enabled[ACCESS]) != 0;
    }

    /** Whether an instruction breakpoint is enabled. */
    public boolean watchesCode() {
        return enabled[EXECUTE] != 0;
    }

    boolean watchesData() {
        return (enabled[WRITE] | enabled[ACCESS]) != 0;
    }

    /** The bits of DR6 for an instruction about to execute at a linear address; zero if no breakpoint is hit. */
    public int executing(int linear) {
        int hit = 0;
        for (int n = 0; n < BREAKPOINTS; n++) if (condition(n) == EXECUTE && dr[n] == linear) hit |= 1 << n;
        return (hit & enabled[EXECUTE]) != 0 ? hit : 0;
    }

    /** Data has been accessed. */
    void accessed(int linear, int bytes, boolean write) {
        int hit = covering(linear, bytes, ACCESS);
        int wanted = enabled[ACCESS];
        if (write) {
            hit |= covering(linear, bytes, WRITE);
            wanted |= enabled[WRITE];
        }
        if ((hit & wanted) != 0) cpu.debugTrap(hit);
    }

    /** A port has been accessed. */
    public void portAccessed(int port, int bytes) {
        if (enabled[PORT] == 0 || (cpu.control.cr4 & ControlRegisters.DE) == 0) return;
        int hit = covering(port, bytes, PORT);
        if ((hit & enabled[PORT]) != 0) cpu.debugTrap(hit);
    }

    /** Breakpoints of a kind that overlap an access, enabled or not: DR6 tells of all of them. */
    private int covering(int address, int bytes, int kind) {
        int hit = 0;
        for (int n = 0; n < BREAKPOINTS; n++) {
            int first = dr[n] & ~reach(n);
            boolean overlaps = Integer.compareUnsigned(first - address, bytes) < 0
                    || Integer.compareUnsigned(address - first, reach(n)) <= 0;
            if (condition(n) == kind && overlaps) hit |= 1 << n;
        }
        return hit;
    }

    void copy(DebugRegisters other) {
        System.arraycopy(other.dr, 0, dr, 0, dr.length);
        System.arraycopy(other.enabled, 0, enabled, 0, enabled.length);
    }
}
