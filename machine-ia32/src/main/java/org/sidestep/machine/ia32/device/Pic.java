package org.sidestep.machine.ia32.device;

/** One 8259A interrupt controller (Intel 8259A data sheet, order number 231468), in 8086 mode. */
final class Pic {

    // spotless:off
    private static final int ICW1 = 0x10, ICW1_IC4 = 0x01, ICW1_SNGL = 0x02, ICW1_LTIM = 0x08;
    private static final int ICW4_AEOI = 0x02, ICW4_SFNM = 0x10;
    private static final int OCW2_EOI = 0x20, OCW2_SL = 0x40, OCW2_R = 0x80;
    private static final int OCW3 = 0x08, OCW3_RIS = 0x01, OCW3_RR = 0x02, OCW3_P = 0x04, OCW3_SMM = 0x20, OCW3_ESMM = 0x40;
    // spotless:on

    /** The request level that a device or the slave drives, per input. */
    private int lines;
    /** Requests that stay up until they are acknowledged, whatever the line does. */
    private int held;

    private int irr;
    private int isr;
    private int imr;
    private int vectorBase;
    private int icw1;
    private int icw4;
    /** Inputs that are level-triggered by the edge/level control register. */
    private int elcr;
    /** The initialisation word expected next (2..4), or 0. */
    private int expected;

    private int lowest = 7;
    private boolean rotateOnAutoEoi;
    private boolean specialMask;
    private boolean poll;
    private boolean readIsr;

    Pic() {}

    Pic(Pic other) {
        lines = other.lines;
        held = other.held;
        irr = other.irr;
        isr = other.isr;
        imr = other.imr;
        vectorBase = other.vectorBase;
        icw1 = other.icw1;
        icw4 = other.icw4;
        elcr = other.elcr;
        expected = other.expected;
        lowest = other.lowest;
        rotateOnAutoEoi = other.rotateOnAutoEoi;
        specialMask = other.specialMask;
        poll = other.poll;
        readIsr = other.readIsr;
    }

    /** An input changes its level. An edge request vanishes with its line unless it was acknowledged before. */
    void line(int input, boolean high) {
        int bit = 1 << input;
        if (high && (lines & bit) == 0) irr |= bit;
        if (!high) irr &= ~bit | held;
        lines = high ? lines | bit : lines & ~bit;
    }

    /** A request that is up until it is acknowledged. */
    void pulse(int input) {
        held |= 1 << input;
        irr |= 1 << input;
    }

    /** The INT output. */
    boolean requested() {
        return highest() >= 0;
    }

    /**
     * The interrupt acknowledge sequence.
     *
     * @return the input that is now in service; 7, with nothing in service, if the request has gone (spurious)
     */
    int acknowledge() {
        int input = highest();
        if (input < 0) return 7;
        int bit = 1 << input;
        held &= ~bit;
        irr &= ~bit;
        if ((icw4 & ICW4_AEOI) == 0) isr |= bit;
        else if (rotateOnAutoEoi) lowest = input;
        return input;
    }

    int vector(int input) {
        return vectorBase | input;
    }

    int in(int a0) {
        if (poll) {
            poll = false;
            return requested() ? 0x80 | acknowledge() : 0;
        }
        if (a0 == 1) return imr;
        return readIsr ? isr : requests();
    }

    void out(int a0, int value) {
        if (a0 == 0) {
            if ((value & ICW1) != 0) initialise(value);
            else if ((value & OCW3) != 0) ocw3(value);
            else ocw2(value);
        } else if (expected == 0) {
            imr = value;
        } else {
            initialisationWord(value);
        }
    }

    /** Whether requests at this input would get through. */
    boolean isOpen(int input) {
        return expected == 0 && (imr >> input & 1) == 0;
    }

    int elcr() {
        return elcr;
    }

    void elcr(int value) {
        elcr = value;
    }

    private void initialise(int value) {
        icw1 = value;
        icw4 = 0;
        irr = 0;
        held = 0;
        isr = 0;
        imr = 0;
        lowest = 7;
        rotateOnAutoEoi = false;
        specialMask = false;
        poll = false;
        readIsr = false;
        expected = 2;
    }

    private void initialisationWord(int value) {
        switch (expected) {
            case 2 -> {
                vectorBase = value & 0xF8;
                expected = (icw1 & ICW1_SNGL) == 0 ? 3 : afterIcw3();
            }
            // ICW3 describes the cascade wiring, which is fixed on a PC.
            case 3 -> expected = afterIcw3();
            default -> {
                icw4 = value;
                expected = 0;
            }
        }
    }

    private int afterIcw3() {
        return (icw1 & ICW1_IC4) != 0 ? 4 : 0;
    }

    private void ocw2(int value) {
        boolean rotate = (value & OCW2_R) != 0;
        boolean specific = (value & OCW2_SL) != 0;
        if ((value & OCW2_EOI) == 0) {
            if (!specific) rotateOnAutoEoi = rotate;
            else if (rotate) lowest = value & 7;
            return;
        }
        int input = specific ? value & 7 : first(specialMask ? isr & ~imr : isr);
        if (input < 0) return;
        isr &= ~(1 << input);
        if (rotate) lowest = input;
    }

    private void ocw3(int value) {
        if ((value & OCW3_P) != 0) poll = true;
        if ((value & OCW3_RR) != 0) readIsr = (value & OCW3_RIS) != 0;
        if ((value & OCW3_ESMM) != 0) specialMask = (value & OCW3_SMM) != 0;
    }

    private int requests() {
        int level = (icw1 & ICW1_LTIM) != 0 ? 0xFF : elcr;
        return irr | lines & level;
    }

    /** The input that INT stands for, or -1. */
    private int highest() {
        int pending = requests() & ~imr;
        if (pending == 0) return -1;
        int input = first(pending);
        int blocking = specialMask ? isr & ~imr : isr;
        // In special fully nested mode a second request of the same slave passes.
        if ((icw4 & ICW4_SFNM) != 0) blocking &= ~(1 << input);
        int serviced = first(blocking);
        return serviced < 0 || rank(input) < rank(serviced) ? input : -1;
    }

    /** The input of highest priority in a set, or -1. */
    private int first(int set) {
        for (int i = 1; i <= 8; i++) {
            int input = lowest + i & 7;
            if ((set >> input & 1) != 0) return input;
        }
        return -1;
    }

    /** 0 for the highest priority, 7 for the lowest. */
    private int rank(int input) {
        return input - lowest - 1 & 7;
    }
}
