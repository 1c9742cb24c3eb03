package org.sidestep.machine.ia32.memory;

import java.util.Arrays;

/**
 * An immutable copy of memory. Images share the pages, and the tables of pages, that they have in common, so one that
 * differs from another in ten pages costs hardly more than these.
 */
public final class Image {
    static final int PAGE_SHIFT = 12;
    static final int PAGE = 1 << PAGE_SHIFT;

    /** Pages of a table. */
    private static final int TABLE = 128;

    private static final Page ZERO = new Page(new byte[PAGE], 0);
    private static final Page[] ZEROS = new Page[TABLE];

    static {
        Arrays.fill(ZEROS, ZERO);
    }

    private final int size;
    private final Page[][] tables;
    private final long hash;

    /** The content of a page, never changed; its hash is zero if all its bytes are. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Page(byte[] bytes, long hash) {
        static Page of(byte[] memory, int number) {
            int from = number << PAGE_SHIFT;
            if (Arrays.equals(memory, from, from + PAGE, ZERO.bytes, 0, PAGE)) return ZERO;
            return new Page(Arrays.copyOfRange(memory, from, from + PAGE), PageHash.of(memory, from));
        }
    }

    private Image(int size, Page[][] tables, long hash) {
        this.size = size;
        this.tables = tables;
        this.hash = hash;
    }

    /** Memory as it is when power comes on. */
    static Image zeros(int size) {
        int pages = size >>> PAGE_SHIFT;
        Page[][] tables = new Page[(pages + TABLE - 1) / TABLE][];
        Arrays.fill(tables, ZEROS);
        return new Image(size, tables, 0);
    }

    public int size() {
        return size;
    }

    /** A hash of size and content; see {@link Ram#hash}. */
    long hash() {
        return hash;
    }

    /**
     * An image of {@code memory}, which is like this one but for some pages.
     *
     * @param numbers the pages that may differ
     * @param count how many of them count
     */
    Image with(byte[] memory, int[] numbers, int count) {
        Page[][] fresh = tables.clone();
        long sum = hash;
        boolean same = true;
        for (int i = 0; i < count; i++) {
            int number = numbers[i];
            if (holds(number, memory)) continue;
            same = false;
            Page page = Page.of(memory, number);
            int table = number / TABLE;
            if (fresh[table] == tables[table]) fresh[table] = tables[table].clone();
            fresh[table][number % TABLE] = page;
            sum += PageHash.at(number, page.hash) - hash(number);
        }
        return same ? this : new Image(size, fresh, sum);
    }

    /** Whether a page of this image has the same content as that of {@code memory}. */
    boolean holds(int number, byte[] memory) {
        int from = number << PAGE_SHIFT;
        return Arrays.equals(page(number).bytes, 0, PAGE, memory, from, from + PAGE);
    }

    /** What a page adds to {@link #hash}. */
    long hash(int number) {
        return PageHash.at(number, page(number).hash);
    }

    void copyTo(byte[] memory, int number) {
        System.arraycopy(page(number).bytes, 0, memory, number << PAGE_SHIFT, PAGE);
    }

    /** Puts the numbers of those pages that are not the same in both images into {@code numbers}; returns how many. */
    int differences(Image other, int[] numbers) {
        int count = 0;
        for (int table = 0; table < tables.length; table++) {
            Page[] ours = tables[table];
            Page[] theirs = other.tables[table];
            if (ours == theirs) continue;
            for (int i = 0; i < TABLE; i++) if (ours[i] != theirs[i]) numbers[count++] = table * TABLE + i;
        }
        return count;
    }

    /** How many pages of this image are neither all zero nor shared with {@code other}. */
    int ownPages(Image other) {
        int count = 0;
        for (int number = 0; number < size >>> PAGE_SHIFT; number++) {
            Page page = page(number);
            if (page != ZERO && page != other.page(number)) count++;
        }
        return count;
    }

    private Page page(int number) {
        return tables[number / TABLE][number % TABLE];
    }
}
