package org.sidestep.machine.ia32.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Physical memory, little endian, from address zero. Accesses may be unaligned, and may straddle the end, beyond which
 * whoever is {@link #attach attached} answers. If nobody is, reads give all ones and writes are dropped, as on a PC's bus.
 */
public final class Ram {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int PAGE_SHIFT = Image.PAGE_SHIFT;
    /** Epochs of which it is known what changed in them: a few, since who asks asks often. */
    private static final int REMEMBERED = 16;

    /** What is there to begin with; then, each time something behind that is asked for, so many times as much. */
    private static final int FIRST = 4 << 20;

    private static final int GROWTH = 2;

    private static final byte[] NONE = {};

    private final int size;

    /**
     * The lower part of the memory: behind it there are only zeros, which nobody has looked at. To make all at once would take
     * longer than many a guest runs.
     */
    private byte[] bytes;

    private Outside outside = new Outside() {
        @Override
        public int read(int address, int size) {
            return -1;
        }

        @Override
        public void write(int address, int size, int value) {}
    };

    /** The pages that the processor cannot write. */
    private final boolean[] readOnly;

    /** The pages that may have changed since {@link #original} was taken. */
    private final boolean[] changed;

    /** Their numbers. */
    private final int[] changes;

    private int changeCount;

    /** The pages that may have changed in the present epoch. */
    private final boolean[] noted;

    /** Their numbers. */
    private final int[] recent;

    private int recentCount;

    /** Ends when somebody asks for it, and when an image is saved or restored. */
    private long epoch;

    /** The pages that may have changed in each of the last epochs, by its number modulo {@link #REMEMBERED}. */
    private final int[][] earlier = new int[REMEMBERED][];

    /** The image that this memory was last saved to or restored from; at first, one of nothing but zeros. */
    private Image original;

    private final int[] differences;

    /** @param size bytes, a multiple of 4 KB */
    public Ram(int size) {
        this(size, FIRST);
    }

    /** @param first bytes that are there to begin with, likewise */
    Ram(int size, int first) {
        this.size = size;
        bytes = SpareMemory.take(Math.min(size, first), size);
        int pages = size >>> PAGE_SHIFT;
        changed = new boolean[pages];
        changes = new int[pages];
        noted = new boolean[pages];
        recent = new int[pages];
        differences = new int[pages];
        readOnly = new boolean[pages];
        original = Image.zeros(size);
    }

    public int size() {
        return size;
    }

    /**
     * Memory at an address will be accessed as what is known to be memory: by {@link #dword} and its like.
     *
     * @param address in memory
     */
    public void reach(int address) {
        if (address >= bytes.length) grow(address);
    }

    private void grow(int address) {
        if (bytes.length == 0) throw new IllegalStateException("the memory of a machine that is closed");
        long length = bytes.length;
        while (length <= address) length *= GROWTH;
        bytes = Arrays.copyOf(bytes, (int) Math.min(size, length));
    }

    /** Nobody looks at this memory any more: what has been made of it may serve another. Called once at most. */
    public void release() {
        for (int i = 0; i < changeCount; i++) clear(changes[i]);
        int count = original.differences(Image.zeros(size), differences);
        for (int i = 0; i < count; i++) clear(differences[i]);
        SpareMemory.give(bytes);
        bytes = NONE;
    }

    private void clear(int page) {
        int from = page << PAGE_SHIFT;
        Arrays.fill(bytes, from, from + Image.PAGE, (byte) 0);
    }

    /** Whether all of {@code [address, address + length)} is there; it is from now on if it is memory. */
    private boolean isThere(int address, int length) {
        return address >= 0 && address <= bytes.length - length
                || contains(address, length) && reaches(address + length - 1);
    }

    private boolean reaches(int address) {
        reach(address);
        return true;
    }

    /** What answers at physical addresses where there is no memory. */
    public interface Outside {

        /** The 1, 2 or 4 bytes at {@code address}; upper bits do not matter. */
        int read(int address, int size);

        void write(int address, int size, int value);
    }

    /** Makes whole pages read-only, or writable again. This is for whoever translates addresses to ask and to respect. */
    public void protect(int from, int to, boolean on) {
        Arrays.fill(readOnly, from >>> PAGE_SHIFT, to >>> PAGE_SHIFT, on);
    }

    public boolean isReadOnly(int address) {
        return contains(address, 1) && readOnly[address >>> PAGE_SHIFT];
    }

    public void attach(Outside devices) {
        outside = devices;
    }

    /** The byte at an address that is known to be memory; zero-extended, as the following are. */
    public int octet(int address) {
        return bytes[address] & 0xFF;
    }

    public int word(int address) {
        return (short) SHORT.get(bytes, address) & 0xFFFF;
    }

    public int dword(int address) {
        return (int) INT.get(bytes, address);
    }

    /** Stores a byte at an address that is known to be memory; what is stored crosses no page here. */
    public void octet(int address, int value) {
        if (!noted[address >>> PAGE_SHIFT]) note(address >>> PAGE_SHIFT);
        bytes[address] = (byte) value;
    }

    public void word(int address, int value) {
        if (!noted[address >>> PAGE_SHIFT]) note(address >>> PAGE_SHIFT);
        SHORT.set(bytes, address, (short) value);
    }

    public void dword(int address, int value) {
        if (!noted[address >>> PAGE_SHIFT]) note(address >>> PAGE_SHIFT);
        INT.set(bytes, address, value);
    }

    /** The byte at {@code address}, 0..255. */
    public int read8(int address) {
        return isThere(address, 1) ? bytes[address] & 0xFF : outside.read(address, 1) & 0xFF;
    }

    /** The word at {@code address}, 0..65535. */
    public int read16(int address) {
        if (isThere(address, 2)) return (short) SHORT.get(bytes, address) & 0xFFFF;
        if (isBeyond(address)) return outside.read(address, 2) & 0xFFFF;
        return read8(address) | read8(address + 1) << 8;
    }

    public int read32(int address) {
        if (isThere(address, 4)) return (int) INT.get(bytes, address);
        if (isBeyond(address)) return outside.read(address, 4);
        return read16(address) | read16(address + 2) << 16;
    }

    public void write8(int address, int value) {
        if (isThere(address, 1)) {
            change(address, 1);
            bytes[address] = (byte) value;
        } else {
            outside.write(address, 1, value);
        }
    }

    public void write16(int address, int value) {
        if (isThere(address, 2)) {
            change(address, 2);
            SHORT.set(bytes, address, (short) value);
        } else if (isBeyond(address)) {
            outside.write(address, 2, value);
        } else {
            write8(address, value);
            write8(address + 1, value >> 8);
        }
    }

    public void write32(int address, int value) {
        if (isThere(address, 4)) {
            change(address, 4);
            INT.set(bytes, address, value);
        } else if (isBeyond(address)) {
            outside.write(address, 4, value);
        } else {
            write16(address, value);
            write16(address + 2, value >> 16);
        }
    }

    /** Stores a value of 1, 2 or 4 bytes so many times, one behind another, at addresses that are known to be memory of a page. */
    public void repeat(int address, int size, int value, int count) {
        for (int i = 0; i < count; i++) {
            int at = address + i * size;
            if (size == 4) dword(at, value);
            else if (size == 2) word(at, value);
            else octet(at, value);
        }
    }

    /** Whether all of {@code [address, address + length)} is memory. */
    public boolean contains(int address, int length) {
        return address >= 0 && address <= size - length;
    }

    /** Whether memory ends before an address. */
    public boolean isBeyond(int address) {
        return Integer.compareUnsigned(address, size) >= 0;
    }

    /** Whether these bytes are in memory at {@code address}. */
    public boolean holds(int address, byte[] expected) {
        return isThere(address, expected.length)
                && Arrays.equals(bytes, address, address + expected.length, expected, 0, expected.length);
    }

    /** A copy of {@code length} bytes; those beyond the end read as all ones. */
    public byte[] copy(int address, int length) {
        byte[] result = new byte[length];
        Arrays.fill(result, (byte) 0xFF);
        int available = available(address, length);
        if (available <= 0) return result;
        int held = Math.max(0, Math.min(available, bytes.length - address));
        if (held > 0) System.arraycopy(bytes, address, result, 0, held);
        Arrays.fill(result, held, available, (byte) 0);
        return result;
    }

    /** Stores {@code source}; what would lie beyond the end is dropped. */
    public void store(int address, byte[] source) {
        int available = available(address, source.length);
        if (available <= 0) return;
        reach(address + available - 1);
        changePages(address, available);
        System.arraycopy(source, 0, bytes, address, available);
    }

    /** Stores a byte so many times; zeros where nobody has looked yet are there already. */
    public void fill(int address, int length, byte value) {
        int available = available(address, length);
        if (value == 0) available = Math.min(available, bytes.length - address);
        if (available <= 0) return;
        reach(address + available - 1);
        changePages(address, available);
        Arrays.fill(bytes, address, address + available, value);
    }

    /** The present content; costs only what has changed since the last image was saved or restored. */
    public Image save() {
        original = original.with(bytes, changes, changeCount);
        settle();
        return original;
    }

    /**
     * Goes back to an image of the same size; costs only where it differs from the present content. Calls {@code page} with
     * the address of each 4 KB page that has changed by it.
     */
    public void restore(Image image, IntConsumer page) {
        for (int i = 0; i < changeCount; i++) {
            if (!noted[changes[i]]) note(changes[i]);
            bring(image, changes[i], page);
        }
        if (image != original) {
            int count = image.differences(original, differences);
            for (int i = 0; i < count; i++) {
                if (changed[differences[i]]) continue;
                bring(image, differences[i], page);
                note(differences[i]);
            }
        }
        original = image;
        settle();
    }

    private void bring(Image image, int number, IntConsumer page) {
        reach(number << PAGE_SHIFT);
        if (image.holds(number, bytes)) return;
        image.copyTo(bytes, number);
        page.accept(number << PAGE_SHIFT);
    }

    /** The memory is as in {@link #original}. */
    private void settle() {
        for (int i = 0; i < changeCount; i++) changed[changes[i]] = false;
        changeCount = 0;
        beginEpoch();
    }

    private void beginEpoch() {
        for (int i = 0; i < recentCount; i++) noted[recent[i]] = false;
        earlier[(int) (epoch % REMEMBERED)] = Arrays.copyOf(recent, recentCount);
        recentCount = 0;
        epoch++;
    }

    /** The number of an epoch that begins now, if anything has changed. */
    public long epoch() {
        if (recentCount > 0) beginEpoch();
        return epoch;
    }

    /**
     * Calls {@code page} with the address of each page that may have changed since an epoch began, perhaps several times.
     *
     * @return false if that is no longer known
     */
    public boolean changedPages(long since, IntConsumer page) {
        if (since < 0 || epoch - since > REMEMBERED) return false;
        for (long each = since; each < epoch; each++) {
            for (int number : earlier[(int) (each % REMEMBERED)]) page.accept(number << PAGE_SHIFT);
        }
        for (int i = 0; i < recentCount; i++) page.accept(recent[i] << PAGE_SHIFT);
        return true;
    }

    /**
     * A hash of the present content, the same for the same content however it came about; looks only at pages that have
     * changed since the last image was saved or restored.
     */
    public long hash() {
        long sum = original.hash();
        for (int i = 0; i < changeCount; i++) {
            int number = changes[i];
            sum += PageHash.at(number, PageHash.of(bytes, number << PAGE_SHIFT)) - original.hash(number);
        }
        return sum;
    }

    private void change(int address, int length) {
        int first = address >>> PAGE_SHIFT;
        int last = address + length - 1 >>> PAGE_SHIFT;
        if (!noted[first]) note(first);
        if (!noted[last]) note(last);
    }

    private void changePages(int address, int length) {
        int last = address + length - 1 >>> PAGE_SHIFT;
        for (int page = address >>> PAGE_SHIFT; page <= last; page++) if (!noted[page]) note(page);
    }

    private void note(int page) {
        noted[page] = true;
        recent[recentCount++] = page;
        if (changed[page]) return;
        changed[page] = true;
        changes[changeCount++] = page;
    }

    private int available(int address, int length) {
        return address < 0 ? 0 : Math.min(length, size - address);
    }
}
