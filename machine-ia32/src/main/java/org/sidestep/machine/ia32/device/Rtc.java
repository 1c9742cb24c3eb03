package org.sidestep.machine.ia32.device;

import java.time.LocalDateTime;
import java.time.YearMonth;

/**
 * The real-time clock and CMOS memory of a PC (Motorola MC146818A data sheet). It starts at 2000-01-01 00:00:00 in every
 * run and advances with machine time.
 */
final class Rtc implements Device {

    static final int INDEX = 0x70;
    static final int DATA = 0x71;

    // spotless:off
    private static final int SECONDS = 0, MINUTES = 2, HOURS = 4;
    private static final int DAY_OF_WEEK = 6, DAY = 7, MONTH = 8, YEAR = 9, CENTURY = 0x32;
    private static final int A = 10, B = 11, C = 12, D = 13;
    private static final int A_UIP = 0x80, A_DIVIDER = 0x70, A_DIVIDER_RESET = 0x60;
    private static final int B_SET = 0x80, B_PIE = 0x40, B_AIE = 0x20, B_UIE = 0x10, B_BINARY = 0x04, B_24H = 0x02;
    private static final int C_IRQF = 0x80, C_PF = 0x40, C_AF = 0x20, C_UF = 0x10;
    private static final int D_VRT = 0x80;
    private static final int PM = 0x80;
    // spotless:on

    private static final int HERTZ = 32_768;
    /** UIP rises this many ticks (244 us) before an update, which itself takes 1984 us. */
    private static final int UIP_TICKS = 8 + 65;

    private final Clock clock;
    private final int[] cells;
    private int index;
    /** The tick at which the divider chain started from zero; seconds are counted from there. */
    private long origin;
    /** Up to here updates and periodic interrupts have been made. */
    private long done;

    Rtc(int kiloHertz) {
        clock = new Clock(kiloHertz * 1000L, HERTZ);
        cells = new int[128];
        cells[A] = 0x26;
        cells[B] = B_24H;
        cells[D] = D_VRT;
        put(LocalDateTime.of(2000, 1, 1, 0, 0, 0));
    }

    Rtc(Rtc other) {
        clock = other.clock;
        cells = other.cells.clone();
        index = other.index;
        origin = other.origin;
        done = other.done;
    }

    /** Fills a byte of the CMOS memory, as firmware has. */
    void store(int register, int value) {
        cells[register] = value;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, INDEX, DATA);
    }

    @Override
    public void drive(InterruptLines lines) {
        lines.set(InterruptLines.RTC, (cells[C] & C_IRQF) != 0);
    }

    /** The next cycle at which an enabled interrupt can become pending. */
    @Override
    public long nextEvent() {
        long periodic = (cells[B] & B_PIE) != 0 ? next(period()) : Clock.NEVER;
        long update = (cells[B] & (B_AIE | B_UIE)) != 0 && updating() ? next(HERTZ) : Clock.NEVER;
        return clock.cycleOf(Math.min(periodic, update));
    }

    /** Makes all updates and flags that are due. */
    @Override
    public void advanceTo(long cycle) {
        long now = clock.ticksAt(cycle);
        if (running() && now > done) {
            if (period() != 0 && boundary(now, period()) > boundary(done, period())) raise(C_PF);
            for (long n = boundary(now, HERTZ) - boundary(done, HERTZ); n > 0; n--) update();
        }
        done = now;
    }

    @Override
    public int in(int port) {
        if (port == INDEX) return 0xFF;
        if (index == A) return cells[A] | (updateInProgress() ? A_UIP : 0);
        int value = cells[index];
        if (index == C) cells[C] = 0;
        return value;
    }

    @Override
    public void out(int port, int value) {
        if (port == INDEX) {
            // Bit 7 masks the non-maskable interrupts of the board, of which there are none.
            index = value & 0x7F;
            return;
        }
        switch (index) {
            case A -> writeA(value & 0x7F);
            case B -> {
                cells[B] = (value & B_SET) != 0 ? value & ~B_UIE : value;
                raise(0);
            }
            case C, D -> {}
            default -> cells[index] = value;
        }
    }

    private void writeA(int value) {
        boolean wasReset = !running();
        cells[A] = value;
        // After a divider reset the first update follows half a second later.
        if (wasReset && running()) origin = done - HERTZ / 2;
    }

    private boolean running() {
        return (cells[A] & A_DIVIDER & A_DIVIDER_RESET) != A_DIVIDER_RESET;
    }

    private boolean updating() {
        return running() && (cells[B] & B_SET) == 0;
    }

    private boolean updateInProgress() {
        return updating() && Math.floorMod(done - origin, HERTZ) >= HERTZ - UIP_TICKS;
    }

    /** Ticks between periodic interrupts by the rate select bits, 0 for none. */
    private int period() {
        int rate = cells[A] & 15;
        return rate == 0 ? 0 : rate <= 2 ? 1 << rate + 6 : 1 << rate - 1;
    }

    private long boundary(long tick, int length) {
        return Math.floorDiv(tick - origin, length);
    }

    private long next(int length) {
        return length == 0 || !running() ? Clock.NEVER : origin + (boundary(done, length) + 1) * length;
    }

    private void raise(int flag) {
        cells[C] |= flag;
        int enabled = cells[C] & cells[B] & (B_PIE | B_AIE | B_UIE);
        cells[C] = enabled != 0 ? cells[C] | C_IRQF : cells[C] & ~C_IRQF;
    }

    private void update() {
        if ((cells[B] & B_SET) != 0) return;
        put(time().plusSeconds(1));
        raise(C_UF);
        if (alarm(SECONDS) && alarm(MINUTES) && alarm(HOURS)) raise(C_AF);
    }

    /** Each time register is followed by its alarm; an alarm of 0xC0 or more matches every value. */
    private boolean alarm(int register) {
        int wanted = cells[register + 1];
        return wanted >= 0xC0 || wanted == cells[register];
    }

    /** What the registers say; values that no calendar has are moved into its range. */
    private LocalDateTime time() {
        int year = Math.min(99, decode(CENTURY, true)) * 100 + Math.min(99, decode(YEAR, false));
        int month = clamp(decode(MONTH, false), 1, 12);
        int day = clamp(decode(DAY, false), 1, YearMonth.of(year, month).lengthOfMonth());
        return LocalDateTime.of(
                year,
                month,
                day,
                clamp(hours(), 0, 23),
                clamp(decode(MINUTES, false), 0, 59),
                clamp(decode(SECONDS, false), 0, 59));
    }

    private int hours() {
        if ((cells[B] & B_24H) != 0) return decode(HOURS, false);
        int raw = cells[HOURS];
        int hour = bcdOrBinary(raw & ~PM, false) % 12;
        return (raw & PM) != 0 ? hour + 12 : hour;
    }

    private void put(LocalDateTime time) {
        encode(SECONDS, time.getSecond(), false);
        encode(MINUTES, time.getMinute(), false);
        putHours(time.getHour());
        encode(DAY_OF_WEEK, time.getDayOfWeek().getValue() % 7 + 1, false);
        encode(DAY, time.getDayOfMonth(), false);
        encode(MONTH, time.getMonthValue(), false);
        encode(YEAR, time.getYear() % 100, false);
        encode(CENTURY, time.getYear() / 100 % 100, true);
    }

    private void putHours(int hour) {
        boolean full = (cells[B] & B_24H) != 0;
        encode(HOURS, full ? hour : (hour + 11) % 12 + 1, false);
        if (!full && hour >= 12) cells[HOURS] |= PM;
    }

    private int decode(int register, boolean alwaysBcd) {
        return bcdOrBinary(cells[register], alwaysBcd);
    }

    private int bcdOrBinary(int raw, boolean alwaysBcd) {
        boolean binary = (cells[B] & B_BINARY) != 0 && !alwaysBcd;
        return binary ? raw : (raw >> 4) * 10 + (raw & 15);
    }

    private void encode(int register, int value, boolean alwaysBcd) {
        boolean binary = (cells[B] & B_BINARY) != 0 && !alwaysBcd;
        cells[register] = binary ? value : value / 10 << 4 | value % 10;
    }

    private static int clamp(int value, int min, int max) {
        return Math.max(min, Math.min(max, value));
    }
}
