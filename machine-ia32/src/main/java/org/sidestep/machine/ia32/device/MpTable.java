package org.sidestep.machine.ia32.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The tables by which firmware tells an operating system of its APICs (Intel MultiProcessor Specification 1.4, chapter 4):
 * one processor, the ISA bus, one I/O APIC, virtual wire mode.
 */
final class MpTable {
    /** In the range of the firmware, which is searched for the pointer. */
    static final int ADDRESS = 0xF0000;

    static final int IO_APIC_ID = 1;

    // spotless:off
    private static final int PROCESSOR = 0, BUS = 1, IO_APIC = 2, IO_INTERRUPT = 3, LOCAL_INTERRUPT = 4;
    private static final int INT = 0, NMI = 1, EXT_INT = 3, ALL_LOCAL_APICS = 0xFF;
    private static final int REVISION = 4, POINTER_SIZE = 16, HEADER_SIZE = 44, APIC_VERSION = 0x11, ENABLED_BOOTSTRAP = 3, ENABLED = 1;
    private static final int FEATURE_APIC = 1 << 9, LOCAL_APIC = 0, ISA = 0;
    // spotless:on

    private final ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    private int entries;

    private MpTable() {}

    /**
     * Pointer and table, to be stored at {@link #ADDRESS}.
     *
     * @param signature EAX of CPUID leaf 1
     * @param features EDX of the same leaf
     */
    static byte[] of(int signature, int features) {
        MpTable table = new MpTable();
        table.bytes.position(POINTER_SIZE + HEADER_SIZE);
        table.entries(signature, features);
        table.header();
        table.pointer();
        byte[] result = new byte[table.bytes.position()];
        table.bytes.get(0, result);
        return result;
    }

    private void entries(int signature, int features) {
        entry(PROCESSOR, LOCAL_APIC, APIC_VERSION, ENABLED_BOOTSTRAP);
        bytes.putInt(signature).putInt(features | FEATURE_APIC).putLong(0);
        entry(BUS, ISA).put("ISA   ".getBytes(StandardCharsets.US_ASCII));
        entry(IO_APIC, IO_APIC_ID, APIC_VERSION, ENABLED).putInt(IoApic.BASE);
        interrupt(IO_INTERRUPT, EXT_INT, 0, IO_APIC_ID, 0);
        for (int irq = 0; irq < 16; irq++) {
            if (irq != 2) interrupt(IO_INTERRUPT, INT, irq, IO_APIC_ID, irq == 0 ? 2 : irq);
        }
        interrupt(LOCAL_INTERRUPT, EXT_INT, 0, ALL_LOCAL_APICS, 0);
        interrupt(LOCAL_INTERRUPT, NMI, 0, ALL_LOCAL_APICS, 1);
    }

    private ByteBuffer entry(int... head) {
        entries++;
        for (int octet : head) bytes.put((byte) octet);
        return bytes;
    }

    /** Polarity and trigger mode conform to the bus. */
    private void interrupt(int kind, int type, int irq, int apic, int pin) {
        entry(kind, type, 0, 0, ISA, irq, apic, pin);
    }

    private void header() {
        int end = bytes.position();
        bytes.position(POINTER_SIZE);
        text("PCMP");
        bytes.putShort((short) (end - POINTER_SIZE)).put((byte) REVISION).put((byte) 0);
        text("SIDESTEPPC          ");
        bytes.putInt(0).putShort((short) 0).putShort((short) entries).putInt((int) LocalApic.RESET_BASE & ~0xFFF);
        bytes.putInt(0).position(end);
        bytes.put(POINTER_SIZE + 7, complement(POINTER_SIZE, end));
    }

    private void pointer() {
        int end = bytes.position();
        bytes.position(0);
        text("_MP_");
        bytes.putInt(ADDRESS + POINTER_SIZE).put((byte) 1).put((byte) REVISION).position(end);
        bytes.put(10, complement(0, POINTER_SIZE));
    }

    private void text(String characters) {
        bytes.put(characters.getBytes(StandardCharsets.US_ASCII));
    }

    /** The byte that makes a range sum to zero. */
    private byte complement(int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) sum += bytes.get(i);
        return (byte) -sum;
    }
}
