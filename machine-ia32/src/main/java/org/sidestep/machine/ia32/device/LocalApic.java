package org.sidestep.machine.ia32.device;

/**
 * The local APIC of a P6 processor (SDM vol. 3, chapter 10), number 0 and alone on its bus, in virtual wire mode as firmware
 * leaves it: the 8259 pair drives LINT0.
 */
final class LocalApic {
    /** What IA32_APIC_BASE holds after the firmware: enabled, bootstrap processor. */
    static final long RESET_BASE = 0xFEE0_0900L;

    // spotless:off
    private static final int ID = 0x020, VERSION = 0x030, TPR = 0x080, APR = 0x090, PPR = 0x0A0, EOI = 0x0B0, LDR = 0x0D0, DFR = 0x0E0, SVR = 0x0F0;
    private static final int ISR = 0x100, TMR = 0x180, IRR = 0x200, ESR = 0x280, ICR_LOW = 0x300, ICR_HIGH = 0x310;
    private static final int LVT_TIMER = 0x320, LVT_PERFORMANCE = 0x340, LVT_LINT0 = 0x350, LVT_LINT1 = 0x360, LVT_ERROR = 0x370;
    private static final int INITIAL_COUNT = 0x380, CURRENT_COUNT = 0x390, DIVIDE = 0x3E0;
    private static final int PRESENT = 0x0004_0011, BASE_ENABLE = 1 << 11, SVR_ENABLE = 1 << 8;
    private static final int MASKED = 1 << 16, PERIODIC = 1 << 17, MODE = 7 << 8, FIXED = 0, LOWEST = 1 << 8, NMI = 4 << 8, EXT_INT = 7 << 8;
    private static final int SEND_ILLEGAL = 1 << 5, RECEIVE_ILLEGAL = 1 << 6, NO_REGISTER = 1 << 7, LOWEST_LEGAL = 16;
    private static final int LOGICAL = 1 << 11, SHORTHAND = 18, TO_SELF = 1, TO_ALL = 2, TO_OTHERS = 3, BROADCAST = 0xF;
    // spotless:on

    /** The timer counts cycles of the front-side bus. */
    private static final int BUS_HERTZ = 100_000_000;

    private final Clock busClock;
    private final int[] isr = new int[8];
    private final int[] tmr = new int[8];
    private final int[] irr = new int[8];
    /** Registers that only keep what is written, by offset over 16. */
    private final int[] plain = new int[256];

    private long base = RESET_BASE;
    private int errors;
    private int errorsShown;
    private boolean nmi;
    /** INTR of the 8259 pair. */
    private boolean lint0;

    /** The bus cycle from which the timer counts down. */
    private long started;

    private long now;

    LocalApic(int kiloHertz) {
        busClock = new Clock(kiloHertz * 1000L, BUS_HERTZ);
        plain[DFR >> 4] = -1;
        plain[SVR >> 4] = SVR_ENABLE | 0x0F;
        for (int lvt : new int[] {LVT_TIMER, LVT_PERFORMANCE, LVT_ERROR}) plain[lvt >> 4] = MASKED;
        plain[LVT_LINT0 >> 4] = EXT_INT;
        plain[LVT_LINT1 >> 4] = NMI;
    }

    LocalApic(LocalApic other) {
        busClock = other.busClock;
        System.arraycopy(other.isr, 0, isr, 0, isr.length);
        System.arraycopy(other.tmr, 0, tmr, 0, tmr.length);
        System.arraycopy(other.irr, 0, irr, 0, irr.length);
        System.arraycopy(other.plain, 0, plain, 0, plain.length);
        base = other.base;
        errors = other.errors;
        errorsShown = other.errorsShown;
        nmi = other.nmi;
        lint0 = other.lint0;
        started = other.started;
        now = other.now;
    }

    /** IA32_APIC_BASE. */
    long base() {
        return base;
    }

    void setBase(long value) {
        base = value;
    }

    boolean enabled() {
        return (base & BASE_ENABLE) != 0;
    }

    /** Whether the registers are at this physical address. */
    boolean isAt(int physical) {
        return enabled() && (physical & ~0xFFF) == ((int) base & ~0xFFF);
    }

    private boolean softwareEnabled() {
        return (plain[SVR >> 4] & SVR_ENABLE) != 0;
    }

    /** The vector that the processor would get now, or -1. */
    int pending() {
        int vector = highest(irr);
        return enabled() && vector >> 4 > priority() >> 4 ? vector : -1;
    }

    /** The processor takes {@link #pending}. */
    int acknowledge() {
        int vector = pending();
        clear(irr, vector);
        set(isr, vector);
        return vector;
    }

    /** Whether LINT0 hands the processor on to the 8259 pair. */
    boolean passesExternal() {
        return !enabled() || softwareEnabled() && (plain[LVT_LINT0 >> 4] & (MASKED | MODE)) == EXT_INT;
    }

    /** INTR of the 8259 pair changes. */
    void lint0(boolean high) {
        boolean rises = high && !lint0;
        lint0 = high;
        int lvt = plain[LVT_LINT0 >> 4];
        if (!rises || !softwareEnabled() || (lvt & MASKED) != 0) return;
        if ((lvt & MODE) == FIXED) request(lvt & 0xFF, false);
        if ((lvt & MODE) == NMI) nmi = true;
    }

    /** A message of the APIC bus for this processor. */
    void request(int vector, boolean level) {
        if (!softwareEnabled() || !enabled()) return;
        if (vector < LOWEST_LEGAL) {
            fail(RECEIVE_ILLEGAL);
            return;
        }
        set(irr, vector);
        if (level) set(tmr, vector);
        else clear(tmr, vector);
    }

    void requestNmi() {
        nmi = true;
    }

    /** Takes the pending non-maskable interrupt, if there is one. */
    boolean takeNmi() {
        boolean pending = nmi;
        nmi = false;
        return pending;
    }

    /** Whether a message with this destination is for this processor. */
    boolean isDestination(int destination, boolean logical) {
        if (!logical) return destination == plain[ID >> 4] >>> 24 || (destination & BROADCAST) == BROADCAST;
        int own = plain[LDR >> 4] >>> 24;
        boolean flat = plain[DFR >> 4] >>> 28 == BROADCAST;
        if (flat) return (own & destination) != 0;
        boolean cluster = own >> 4 == destination >> 4 || destination >> 4 == BROADCAST;
        return cluster && (own & destination & 0xF) != 0;
    }

    long nextEvent() {
        if (plain[INITIAL_COUNT >> 4] == 0 || started == Clock.NEVER) return Clock.NEVER;
        return busClock.cycleOf(started + period());
    }

    /** Counts down; at zero the timer requests its interrupt and stops or starts over. */
    void advanceTo(long cycle) {
        now = cycle;
        if (nextEvent() > cycle) return;
        int lvt = plain[LVT_TIMER >> 4];
        if ((lvt & PERIODIC) != 0) {
            started += (busClock.ticksAt(cycle) - started) / period() * period();
        } else {
            started = Clock.NEVER;
        }
        if ((lvt & MASKED) == 0) request(lvt & 0xFF, false);
    }

    private long period() {
        return Integer.toUnsignedLong(plain[INITIAL_COUNT >> 4]) << divider();
    }

    /** The power of two by which the bus clock is divided. */
    private int divider() {
        int bits = plain[DIVIDE >> 4];
        return (bits >> 1 & 4 | bits & 3) + 1 & 7;
    }

    private int currentCount() {
        if (started == Clock.NEVER || plain[INITIAL_COUNT >> 4] == 0) return 0;
        long elapsed = busClock.ticksAt(now) - started;
        return (int) (Integer.toUnsignedLong(plain[INITIAL_COUNT >> 4]) - (elapsed >> divider()));
    }

    int read(int offset) {
        int register = offset & 0xFF0;
        int word = register >> 4 & 7;
        return switch (register & 0xF80) {
            case ISR -> isr[word];
            case TMR -> tmr[word];
            case IRR -> irr[word];
            default -> readControl(register);
        };
    }

    private int readControl(int register) {
        return switch (register) {
            case VERSION -> PRESENT;
            case PPR -> priority();
            case APR, EOI -> 0;
            case ESR -> errorsShown;
            case CURRENT_COUNT -> currentCount();
            default -> {
                if (!isPlain(register)) fail(NO_REGISTER);
                yield plain[register >> 4];
            }
        };
    }

    private static boolean isPlain(int register) {
        return switch (register) {
            case ID, TPR, LDR, DFR, SVR, ICR_LOW, ICR_HIGH, INITIAL_COUNT, DIVIDE -> true;
            default -> isLvt(register);
        };
    }

    private static boolean isLvt(int register) {
        return register == LVT_TIMER || register >= LVT_PERFORMANCE && register <= LVT_ERROR;
    }

    /** Writes a register; returns the vector of a level-triggered interrupt that has ended with this, or -1. */
    int write(int offset, int value) {
        int register = offset & 0xFF0;
        switch (register) {
            case EOI -> {
                return endOfInterrupt();
            }
            case ESR -> {
                errorsShown = errors;
                errors = 0;
            }
            case ICR_LOW -> send(value);
            case SVR -> enable(value);
            case INITIAL_COUNT -> {
                plain[register >> 4] = value;
                started = busClock.ticksAt(now);
            }
            default -> writePlain(register, value);
        }
        return -1;
    }

    private void writePlain(int register, int value) {
        switch (register) {
            case ID, LDR -> plain[register >> 4] = value & 0xFF00_0000;
            case DFR -> plain[register >> 4] = value | 0x0FFF_FFFF;
            case TPR -> plain[register >> 4] = value & 0xFF;
            case DIVIDE -> plain[register >> 4] = value & 0xB;
            case ICR_HIGH -> plain[register >> 4] = value;
            default -> {
                if (!isLvt(register)) fail(NO_REGISTER);
                else plain[register >> 4] = value & 0x3_A7FF | (softwareEnabled() ? 0 : MASKED);
            }
        }
    }

    /** Switching off masks all local interrupts. */
    private void enable(int value) {
        plain[SVR >> 4] = value & 0x3FF;
        if (softwareEnabled()) return;
        plain[LVT_TIMER >> 4] |= MASKED;
        for (int lvt = LVT_PERFORMANCE; lvt <= LVT_ERROR; lvt += 16) plain[lvt >> 4] |= MASKED;
    }

    private int endOfInterrupt() {
        int vector = highest(isr);
        if (vector < 0) return -1;
        clear(isr, vector);
        return (tmr[vector >> 5] >> (vector & 31) & 1) != 0 ? vector : -1;
    }

    /** Sends an interprocessor interrupt; only those to this processor arrive. */
    private void send(int command) {
        plain[ICR_LOW >> 4] = command & 0xC_CFFF;
        int shorthand = command >> SHORTHAND & 3;
        boolean self = shorthand == TO_SELF
                || shorthand == TO_ALL
                || shorthand == 0 && isDestination(plain[ICR_HIGH >> 4] >>> 24, (command & LOGICAL) != 0);
        int mode = command & MODE;
        boolean vectored = mode == FIXED || mode == LOWEST;
        if (vectored && (command & 0xFF) < LOWEST_LEGAL) fail(SEND_ILLEGAL);
        else if (self && vectored) request(command & 0xFF, false);
        else if (self && mode == NMI) nmi = true;
    }

    private void fail(int error) {
        errors |= error;
        int lvt = plain[LVT_ERROR >> 4];
        if ((lvt & MASKED) == 0 && (lvt & 0xFF) >= LOWEST_LEGAL) request(lvt & 0xFF, false);
    }

    /** The processor priority: no vector of this class or below is delivered. */
    private int priority() {
        int task = plain[TPR >> 4];
        int service = Math.max(0, highest(isr));
        return task >> 4 >= service >> 4 ? task : service & 0xF0;
    }

    private static int highest(int[] bits) {
        for (int word = 7; word >= 0; word--) {
            if (bits[word] != 0) return 32 * word + 31 - Integer.numberOfLeadingZeros(bits[word]);
        }
        return -1;
    }

    private static void set(int[] bits, int vector) {
        bits[vector >> 5] |= 1 << (vector & 31);
    }

    private static void clear(int[] bits, int vector) {
        bits[vector >> 5] &= ~(1 << (vector & 31));
    }
}
