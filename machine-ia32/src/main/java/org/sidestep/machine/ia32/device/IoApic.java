package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/**
 * The 82093AA I/O APIC (Intel data sheet, order number 290566) with its 24 pins: the requests of the ISA bus at pins of the
 * same number, but the timer at pin 2, and the 8259 pair at pin 0.
 */
final class IoApic {
    static final int BASE = 0xFEC0_0000;
    static final int PINS = 24;

    private static final int TIMER_PIN = 2;

    // spotless:off
    private static final int SELECT = 0x00, WINDOW = 0x10, ID = 0, VERSION = 1, ARBITRATION = 2, REDIRECTION = 0x10, ID_SHIFT = 24;
    private static final int PRESENT = (PINS - 1) << 16 | 0x11;
    private static final int MASKED = 1 << 16, LEVEL = 1 << 15, REMOTE_IRR = 1 << 14, LOGICAL = 1 << 11;
    private static final int MODE = 7 << 8, LOWEST = 1 << 8, NMI = 4 << 8, EXT_INT = 7 << 8, WRITABLE = 0x1_AFFF;
    // spotless:on

    private final LocalApic processor;
    private final int[] low = new int[PINS];
    private final int[] high = new int[PINS];
    private Runnable whenWritten = () -> {};
    private int id;
    private int selected;
    /** The pins that are up. */
    private int lines;

    IoApic(LocalApic processor) {
        this.processor = processor;
        Arrays.fill(low, MASKED);
    }

    IoApic(IoApic other, LocalApic processor) {
        this.processor = processor;
        System.arraycopy(other.low, 0, low, 0, PINS);
        System.arraycopy(other.high, 0, high, 0, PINS);
        id = other.id;
        selected = other.selected;
        lines = other.lines;
    }

    /** Firmware gives it the number by which its tables call it. */
    void setId(int number) {
        id = number << ID_SHIFT;
    }

    /** What to do when a register has been written. */
    void whenWritten(Runnable action) {
        whenWritten = action;
    }

    /** An interrupt request of the ISA bus changes its level. */
    void line(int irq, boolean high) {
        pin(irq == 0 ? TIMER_PIN : irq, high);
    }

    boolean isOpen(int pin) {
        return (low[pin] & MASKED) == 0;
    }

    private void pin(int pin, boolean up) {
        boolean rises = up && (lines >> pin & 1) == 0;
        lines = up ? lines | 1 << pin : lines & ~(1 << pin);
        if (rises && (low[pin] & (MASKED | LEVEL)) == 0) send(pin);
        if (up) level(pin);
    }

    /** A level-triggered pin that is up sends once, and again when the interrupt has ended. */
    private void level(int pin) {
        if ((low[pin] & (MASKED | LEVEL | REMOTE_IRR)) != LEVEL) return;
        low[pin] |= REMOTE_IRR;
        send(pin);
    }

    private void send(int pin) {
        if (!processor.isDestination(high[pin] >>> 24, (low[pin] & LOGICAL) != 0)) return;
        int mode = low[pin] & MODE;
        if (mode <= LOWEST) processor.request(low[pin] & 0xFF, (low[pin] & LEVEL) != 0);
        else if (mode == NMI) processor.requestNmi();
    }

    /** Whether pin 0 hands the processor on to the 8259 pair. */
    boolean passesExternal() {
        return (low[0] & (MASKED | MODE)) == EXT_INT
                && processor.isDestination(high[0] >>> 24, (low[0] & LOGICAL) != 0);
    }

    /** The processor has ended a level-triggered interrupt. */
    void endOfInterrupt(int vector) {
        for (int pin = 0; pin < PINS; pin++) {
            if ((low[pin] & LEVEL) == 0 || (low[pin] & 0xFF) != vector) continue;
            low[pin] &= ~REMOTE_IRR;
            if ((lines >> pin & 1) != 0) level(pin);
        }
    }

    int read(int offset) {
        if ((offset & 0xFF) == SELECT) return selected;
        if ((offset & 0xFF) != WINDOW) return 0;
        int pin = selected - REDIRECTION >> 1;
        if (selected >= REDIRECTION && pin < PINS) return (selected & 1) == 0 ? low[pin] : high[pin];
        return selected == VERSION ? PRESENT : selected == ID || selected == ARBITRATION ? id : 0;
    }

    void write(int offset, int value) {
        set(offset, value);
        whenWritten.run();
    }

    private void set(int offset, int value) {
        if ((offset & 0xFF) == SELECT) selected = value & 0xFF;
        if ((offset & 0xFF) != WINDOW) return;
        int pin = selected - REDIRECTION >> 1;
        if (selected == ID) id = value & 0x0F00_0000;
        if (selected < REDIRECTION || pin >= PINS) return;
        if ((selected & 1) != 0) {
            high[pin] = value;
            return;
        }
        int kept = (value & LEVEL) != 0 ? low[pin] & REMOTE_IRR : 0;
        low[pin] = value & WRITABLE | kept;
        if ((lines >> pin & 1) != 0) level(pin);
    }
}
