package org.sidestep.machine.ia32.device;

/**
 * One counter of the 8254 (Intel 8254 data sheet, order number 231164). Output and count are functions of the ticks since
 * the counter was loaded, so that nothing has to happen at every tick.
 */
final class PitChannel {

    private int mode;
    private boolean bcd;
    /** The part of the control word that the status shows as it was written, though two modes have two numbers. */
    private int programmed = 3 << 4;
    /** 1 low byte, 2 high byte, 3 low then high. */
    private int access = 3;

    private int low;
    private boolean highNext;
    private boolean readHighNext;
    /** The latched count, or -1. */
    private int latched = -1;
    /** The latched status, or -1. */
    private int latchedStatus = -1;

    /** Length of the count, 1..65536, or 0 if none was written since the control word. */
    private int count;
    /** The count that modes 2 and 3 take up at the end of the period, or 0. */
    private int pending;
    /** The tick at which the counter was loaded; {@link Clock#NEVER} while it waits for a trigger. */
    private long start = Clock.NEVER;

    private boolean gate;
    /** Ticks counted when the gate of mode 0 or 4 stopped the counter, or -1 if it is not stopped. */
    private long stoppedAfter = -1;

    PitChannel(boolean gate) {
        this.gate = gate;
    }

    PitChannel(PitChannel other) {
        mode = other.mode;
        bcd = other.bcd;
        programmed = other.programmed;
        access = other.access;
        low = other.low;
        highNext = other.highNext;
        readHighNext = other.readHighNext;
        latched = other.latched;
        latchedStatus = other.latchedStatus;
        count = other.count;
        pending = other.pending;
        start = other.start;
        gate = other.gate;
        stoppedAfter = other.stoppedAfter;
    }

    void control(int value) {
        access = value >> 4 & 3;
        programmed = value & 0x3F;
        int field = value >> 1 & 7;
        mode = field > 5 ? field - 4 : field;
        bcd = (value & 1) != 0;
        highNext = false;
        readHighNext = false;
        latched = -1;
        latchedStatus = -1;
        count = 0;
        pending = 0;
        start = Clock.NEVER;
        stoppedAfter = -1;
    }

    void write(int value, long now) {
        if (access == 3 && !highNext) {
            low = value;
            highNext = true;
            // The first byte of a new count stops mode 0.
            if (mode == 0) start = Clock.NEVER;
            return;
        }
        highNext = false;
        int raw = access == 1 ? value : access == 2 ? value << 8 : value << 8 | low;
        load(length(raw), now);
    }

    private void load(int length, long now) {
        settle(now);
        boolean running = count != 0 && start != Clock.NEVER;
        if (periodic() && running) {
            pending = length;
            return;
        }
        count = length;
        boolean triggered = mode == 1 || mode == 5;
        if (triggered) return;
        start = now + 1;
        stoppedAfter = gate ? -1 : 0;
        if (periodic() && !gate) start = Clock.NEVER;
    }

    void gate(boolean high, long now) {
        settle(now);
        boolean rising = high && !gate;
        boolean falling = !high && gate;
        gate = high;
        if (count == 0) return;
        switch (mode) {
            case 1, 5 -> start = rising ? now + 1 : start;
            case 2, 3 -> start = rising ? now + 1 : falling ? Clock.NEVER : start;
            default -> {
                if (falling && start != Clock.NEVER) stoppedAfter = Math.max(0, now - start);
                if (rising && stoppedAfter >= 0) {
                    start = now - stoppedAfter;
                    stoppedAfter = -1;
                }
            }
        }
    }

    boolean gate() {
        return gate;
    }

    /** The OUT pin. */
    boolean output(long now) {
        settle(now);
        long elapsed = elapsed(now);
        if (count == 0 || elapsed < 0) return mode != 0;
        return switch (mode) {
            case 0, 1 -> elapsed >= count;
            case 2 -> elapsed % count != count - 1;
            case 3 -> elapsed % count < (count + 1) / 2;
            default -> elapsed != count;
        };
    }

    /** The next tick at which OUT changes by itself. */
    long nextChange(long now) {
        settle(now);
        if (count == 0 || start == Clock.NEVER || stoppedAfter >= 0) return Clock.NEVER;
        long elapsed = now - start;
        long period = elapsed < 0 ? 0 : elapsed / count;
        long phase = elapsed < 0 ? -1 : elapsed % count;
        long change = switch (mode) {
            case 0 -> elapsed < count ? count : Clock.NEVER;
            case 1 -> elapsed < 0 ? 0 : elapsed < count ? count : Clock.NEVER;
            case 2 -> period * count + (phase < count - 1 ? count - 1 : count);
            case 3 -> period * count + (phase < (count + 1) / 2 ? (count + 1) / 2 : count);
            default -> elapsed < count ? count : elapsed == count ? count + 1 : Clock.NEVER;
        };
        return change == Clock.NEVER ? Clock.NEVER : start + change;
    }

    /** Whole periods since the counter was loaded. */
    long periods(long now) {
        settle(now);
        return start == Clock.NEVER || now < start ? 0 : (now - start) / count;
    }

    void latchCount(long now) {
        if (latched < 0) latched = current(now);
    }

    void latchStatus(long now) {
        if (latchedStatus >= 0) return;
        int nullCount = count == 0 || pending != 0 || elapsed(now) < 0 ? 0x40 : 0;
        latchedStatus = (output(now) ? 0x80 : 0) | nullCount | programmed;
    }

    int read(long now) {
        if (latchedStatus >= 0) {
            int status = latchedStatus;
            latchedStatus = -1;
            return status;
        }
        int value = latched >= 0 ? latched : current(now);
        boolean high = access == 2 || access == 3 && readHighNext;
        if (access == 3) readHighNext = !readHighNext;
        if (access != 3 || high) latched = -1;
        return (high ? value >> 8 : value) & 0xFF;
    }

    /** Takes up a pending count when the period that it had to wait for is over. */
    private void settle(long now) {
        if (pending == 0 || start == Clock.NEVER || now < start + count) return;
        start += (now - start) / count * count;
        count = pending;
        pending = 0;
    }

    private long elapsed(long now) {
        if (stoppedAfter >= 0) return stoppedAfter;
        return start == Clock.NEVER ? -1 : now - start;
    }

    /** The counting element as software reads it. */
    private int current(long now) {
        settle(now);
        long elapsed = elapsed(now);
        long value = count;
        if (elapsed >= 0 && count != 0) {
            value = switch (mode) {
                case 2 -> count - elapsed % count;
                case 3 -> squareWave(elapsed % count);
                default -> count - elapsed;
            };
        }
        return bcd ? toBcd(Math.floorMod(value, 10_000)) : (int) value & 0xFFFF;
    }

    /** Mode 3 counts down by two, twice per period. */
    private long squareWave(long phase) {
        int half = (count + 1) / 2;
        long inHalf = phase < half ? phase : phase - half;
        return (count & ~1) - 2 * inHalf;
    }

    private boolean periodic() {
        return mode == 2 || mode == 3;
    }

    private int length(int raw) {
        int value = bcd ? fromBcd(raw) : raw;
        if (value == 0) return bcd ? 10_000 : 0x10000;
        // A count of 1 is illegal in modes 2 and 3.
        return periodic() ? Math.max(2, value) : value;
    }

    private static int fromBcd(int raw) {
        return (raw >> 12 & 15) * 1000 + (raw >> 8 & 15) * 100 + (raw >> 4 & 15) * 10 + (raw & 15);
    }

    private static int toBcd(int value) {
        return value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
    }
}
