package org.sidestep.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.isa.Cr;
import org.sidestep.machine.Machine;

/** The page tables of an address space, as memory has them (SDM vol. 3, section 3.7; 32-bit paging with 4 MB pages). */
public final class AddressSpaceView {

    private static final int PRESENT = 1;
    private static final int WRITABLE = 1 << 1;
    private static final int USER = 1 << 2;
    private static final int LARGE = 1 << 7;
    private static final int SHARED_WITH_USER = PRESENT | WRITABLE | USER;
    private static final int PAGE = 0x1000;
    private static final int LARGE_PAGE = 0x400000;
    private static final int ENTRIES = 1024;

    private final Machine machine;
    private final int directory;

    private AddressSpaceView(Machine machine, int directory) {
        this.machine = machine;
        this.directory = directory & -PAGE;
    }

    /** The one that runs. */
    public static AddressSpaceView of(Machine machine) {
        return new AddressSpaceView(machine, machine.control(Cr.CR3));
    }

    /** The one whose page directory is at a physical address. */
    public static AddressSpaceView of(Machine machine, int directory) {
        return new AddressSpaceView(machine, directory);
    }

    /** The physical address behind a linear one, if it is mapped. */
    public OptionalInt physical(int linear) {
        int entry = word(directory + (linear >>> 22) * 4);
        if ((entry & PRESENT) == 0) return OptionalInt.empty();
        if ((entry & LARGE) != 0) return OptionalInt.of(entry & -LARGE_PAGE | linear & LARGE_PAGE - 1);
        int page = word(entryOf(linear, entry));
        return (page & PRESENT) == 0 ? OptionalInt.empty() : OptionalInt.of(page & -PAGE | linear & PAGE - 1);
    }

    /** Tells of the entries through which a linear address is translated: where they are, and what they are. */
    void way(int linear, IntBinaryConsumer seen) {
        int at = directory + (linear >>> 22) * 4;
        int entry = word(at);
        seen.accept(at, entry);
        if ((entry & PRESENT) == 0 || (entry & LARGE) != 0) return;
        int in = entryOf(linear, entry);
        seen.accept(in, word(in));
    }

    /** Learns of a word. */
    @FunctionalInterface
    interface IntBinaryConsumer {
        void accept(int address, int value);
    }

    /** The page frames that level 3 can write, by physical address. */
    Set<Integer> writable() {
        Set<Integer> frames = new TreeSet<>(Integer::compareUnsigned);
        for (int i = 0; i < ENTRIES; i++) {
            int entry = word(directory + 4 * i);
            if ((entry & SHARED_WITH_USER) != SHARED_WITH_USER) continue;
            for (int j = 0; j < ENTRIES; j++) {
                int page = (entry & LARGE) != 0
                        ? (entry & -LARGE_PAGE | j * PAGE | SHARED_WITH_USER)
                        : word((entry & -PAGE) + 4 * j);
                if ((page & SHARED_WITH_USER) == SHARED_WITH_USER) frames.add(page & -PAGE);
            }
        }
        return frames;
    }

    /** Marks a page as not present. TLBs are not told. */
    public void unmap(int linear) {
        int entry = word(directory + (linear >>> 22) * 4);
        if ((entry & PRESENT) == 0 || (entry & LARGE) != 0) return;
        int at = entryOf(linear, entry);
        machine.pokePhysical(at, bytes(word(at) & ~PRESENT));
    }

    private static int entryOf(int linear, int directoryEntry) {
        return (directoryEntry & -PAGE) + (linear >>> 12 & ENTRIES - 1) * 4;
    }

    private int word(int physical) {
        return machine.peekPhysical(physical);
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
