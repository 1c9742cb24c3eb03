package org.sidestep.machine.ia32.cpu;

/** An 8-byte segment or gate descriptor (SDM vol. 3, sections 3.4.5, 3.5 and 5.8.3). */
public record Descriptor(int low, int high) {
    public static final int TSS16_AVAILABLE = 1;
    public static final int LDT = 2;
    public static final int CALL_GATE16 = 4;
    public static final int TASK_GATE = 5;
    static final int INTERRUPT_GATE16 = 6;
    public static final int TSS32_AVAILABLE = 9;
    public static final int CALL_GATE32 = 12;

    /** In the high word: the accessed bit of a code or data segment. */
    static final int ACCESSED = 1 << 8;

    /** In the high word: the busy bit of a TSS. */
    static final int BUSY = 1 << 9;

    private static final int GRANULAR = 1 << 23;

    /** In the high word: present, a data segment that may be written, accessed; the type field and DPL cleared for it. */
    private static final int READ_WRITE = 0x9300;

    private static final int RIGHTS = 0xFF00;
    private static final int DPL3 = 3 << 13;

    /** A segment as real mode has them after reset: 64 KB that can be read, written and executed. */
    static final Descriptor REAL = new Descriptor(0xFFFF, READ_WRITE);

    /** A segment of virtual-8086 mode (SDM vol. 3, section 20.2.1): as in real mode after reset, at level 3. */
    static Descriptor virtual8086(int base) {
        return new Descriptor(0xFFFF, READ_WRITE | DPL3).at(base);
    }

    /** The same segment elsewhere. */
    Descriptor at(int base) {
        return new Descriptor(low & 0xFFFF | base << 16, high & 0x00FFFF00 | base >> 16 & 0xFF | base & 0xFF000000);
    }

    /** The same base, limit and size, with nothing forbidden. */
    Descriptor unprotected() {
        return new Descriptor(low, high & ~RIGHTS | READ_WRITE);
    }

    /** Whether another one is of the same segment, but for who may use it. */
    boolean isAlike(Descriptor other) {
        return low == other.low && ((high ^ other.high) & ~DPL3) == 0;
    }

    /** Of a segment: its linear base. */
    public int base() {
        return low >>> 16 | high << 16 & 0xFF0000 | high & 0xFF000000;
    }

    /** The last offset, in bytes. */
    public int limit() {
        int limit = low & 0xFFFF | high & 0xF0000;
        return (high & GRANULAR) != 0 ? limit << 12 | 0xFFF : limit;
    }

    /** The four type bits; of a system descriptor also what kind it is. */
    public int type() {
        return high >> 8 & 15;
    }

    /** The privilege level that the descriptor asks for. */
    public int dpl() {
        return high >> 13 & 3;
    }

    /** The P bit. */
    public boolean present() {
        return (high & 1 << 15) != 0;
    }

    /** The D or B bit. */
    boolean big() {
        return (high & 1 << 22) != 0;
    }

    /** A system segment or gate rather than code or data. */
    public boolean system() {
        return (high & 1 << 12) == 0;
    }

    /** Whether this is a code segment. */
    public boolean code() {
        return !system() && (high & 1 << 11) != 0;
    }

    boolean data() {
        return !system() && (high & 1 << 11) == 0;
    }

    /** Whether this is a code segment that runs at the level of its caller. */
    public boolean conforming() {
        return code() && (high & 1 << 10) != 0;
    }

    boolean expandDown() {
        return data() && (high & 1 << 10) != 0;
    }

    /** Whether data may be read through it. */
    public boolean readable() {
        return data() || code() && (high & 1 << 9) != 0;
    }

    /** Whether data may be written through it. */
    public boolean writable() {
        return data() && (high & 1 << 9) != 0;
    }

    boolean accessed() {
        return (high & ACCESSED) != 0;
    }

    /** Whether an entry of the IDT leads to a handler in this task. */
    public boolean interruptOrTrapGate() {
        return system() && (type() & ~8) >= INTERRUPT_GATE16;
    }

    /** Whether this leads to a TSS. */
    public boolean taskGate() {
        return system() && type() == TASK_GATE;
    }

    /** Of any gate. */
    public int gateSelector() {
        return low >>> 16;
    }

    /** Of a call, interrupt or trap gate. */
    public int gateOffset() {
        return low & 0xFFFF | ((type() & 8) != 0 ? high & 0xFFFF0000 : 0);
    }

    /** Of a call gate: parameters to copy between stacks. */
    public int parameters() {
        return high & 31;
    }

    /** Whether a system descriptor is a TSS, available or busy. */
    public boolean tss() {
        return system() && (type() & ~(8 | 2)) == 1;
    }

    /** Of a TSS: whether a task runs in it, or was interrupted. */
    public boolean tssBusy() {
        return (high & BUSY) != 0;
    }

    /** Of a gate or TSS: whether it is one of the 80386, with 32-bit words. */
    public boolean is32() {
        return (type() & 8) != 0;
    }
}
