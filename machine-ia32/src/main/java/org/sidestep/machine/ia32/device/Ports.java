package org.sidestep.machine.ia32.device;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Which device answers at which I/O ports, and what of an access reaches it. The host bridge takes the bus cycles for its own
 * registers, and what is behind the ISA bus gets the rest: a channel of disks all bytes at once, any other device a byte for
 * each port, as 8-bit devices do on that bus.
 */
final class Ports {
    private Place[] places = {};
    private final Map<Integer, IntConsumer> listeners;

    /** Sizes of cycles, as bits. */
    private static final int ANY = 0b1_0110, BYTE = 1 << 1;

    /**
     * @param sizes of the cycles that the device takes part in: bit 1 for one byte, bit 4 for four
     * @param whole whether it takes them in one piece
     */
    private record Place(int first, int last, int sizes, boolean whole, Device device) {
        boolean takes(int port, int size) {
            return holds(port) && (sizes >> size & 1) != 0;
        }

        boolean holds(int port) {
            return port >= first && port <= last;
        }
    }

    /** @param listeners who on the host hears the bytes that are written at a port, beside the device there */
    Ports(Map<Integer, IntConsumer> listeners) {
        this.listeners = listeners;
    }

    /** Byte registers: of a wider cycle each gets its byte. */
    void bytes(Device device, int first, int last) {
        add(new Place(first, last, ANY | 1 << 3, false, device));
    }

    /** A byte register that takes part in no wider cycle, since chips on the board do not split any. */
    void single(Device device, int port) {
        add(new Place(port, port, BYTE, false, device));
    }

    /** A port at which cycles of these sizes reach the device in one piece. */
    void whole(Device device, int port, int... sizes) {
        int bits = 0;
        for (int size : sizes) bits |= 1 << size;
        add(new Place(port, port, bits, true, device));
    }

    private void add(Place place) {
        places = Arrays.copyOf(places, places.length + 1);
        places[places.length - 1] = place;
    }

    /** The ports at which somebody listens and no device answers. */
    List<Integer> onlyListenedTo() {
        return listeners.keySet().stream()
                .filter(port -> !contain(port))
                .sorted()
                .toList();
    }

    /** Whether a device answers at {@code port}, to whatever cycles. */
    boolean contain(int port) {
        for (Place place : places) if (place.holds(port)) return true;
        return false;
    }

    private Device at(int port, int size, boolean whole) {
        for (Place place : places) if (place.whole == whole && place.takes(port, size)) return place.device;
        return null;
    }

    /** Reads {@code size} (1, 2 or 4) bytes at {@code port}; where nothing answers, all ones. */
    int read(int port, int size) {
        int first = firstCycle(port, size);
        int value = readCycle(port, first);
        if (first < size) value |= readCycle(port + first & 0xFFFF, size - first) << 8 * first;
        return value;
    }

    /** Writes {@code size} (1, 2 or 4) bytes at {@code port}. */
    void write(int port, int size, int value) {
        int first = firstCycle(port, size);
        writeCycle(port, first, value);
        if (first < size) writeCycle(port + first & 0xFFFF, size - first, value >>> 8 * first);
    }

    /** What of an access goes with the first bus cycle: the processor splits it at the end of a doubleword. */
    private static int firstCycle(int port, int size) {
        return Math.min(size, 4 - (port & 3));
    }

    private int readCycle(int port, int size) {
        Device whole = at(port, size, true);
        if (whole != null) return whole.read(port, size);
        int value = 0;
        for (int i = 0; i < size; i++) {
            Device device = at(port + i, size, false);
            value |= (device == null ? 0xFF : device.in(port + i) & 0xFF) << 8 * i;
        }
        return value;
    }

    private void writeCycle(int port, int size, int value) {
        Device whole = at(port, size, true);
        if (whole != null) {
            whole.write(port, size, value);
            return;
        }
        for (int i = 0; i < size; i++) {
            int octet = value >> 8 * i & 0xFF;
            IntConsumer listener = listeners.get(port + i);
            if (listener != null) listener.accept(octet);
            Device device = at(port + i, size, false);
            if (device != null) device.out(port + i, octet);
        }
    }
}
