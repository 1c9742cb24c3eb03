package org.sidestep.kernel.l4.layout;

import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;

import java.util.Random;
import org.sidestep.kernel.KernelProvider;

/**
 * Where things lie that may as well lie elsewhere. In the first layout they lie where {@link MemoryMap} and {@link Threads} put them;
 * in any other, where chance does that is drawn from the cell's seed and the layout's number: in other cache sets, fetch blocks, page
 * colours and entries of the branch target buffer, in another order. What asks for an alignment gets it.
 *
 * <p>Offsets are bytes beyond the usual place.
 *
 * @param text of the kernel's code, a multiple of a fetch block
 * @param data of its data, and of its zeroed data
 * @param stubs before their usual place in the kernel interface page
 * @param user of the code of the image's own user program
 * @param userData of its data
 * @param userBss of its zeroed data
 * @param tcbs threads that the root task may not create: so far on lie the TCBs of its first
 * @param tcbOrigin of a TCB's words in the TCB
 * @param utcbOrder see {@link org.sidestep.workload.UserProgram.Abi}
 * @param heapPages pages for UTCBs and space structures that stay unused
 * @param heapTables the same of page tables
 * @param order of the kernel's routines, and of the stubs; null if they keep theirs
 */
public record Placement(
        int text,
        int data,
        int stubs,
        int user,
        int userData,
        int userBss,
        int tcbs,
        int tcbOrigin,
        int utcbOrder,
        int heapPages,
        int heapTables,
        Random order) {

    /** The processors from the Pentium Pro on fetch code in blocks of so many bytes. */
    private static final int FETCH_BLOCK = 16;

    private static final int LINE = 32;
    /** Pages of so many colours compete for different sets of a second-level cache of 32 KB a way; tables take four pages each. */
    private static final int COLOURS = 8;

    private static final int TABLE_COLOURS = 2;

    /**
     * The stub of lazy switching has a jump for each of so many neighbours, the ways to which are not equally long: a space's UTCBs
     * begin at a multiple of so many.
     */
    private static final int STUBS_JUMPS = 4;

    private static final Placement FIRST = new Placement(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);

    /** That of one cell's kernel: the same for the same seed and layout, whatever else is in the cell. */
    public static Placement of(KernelProvider.Request request) {
        if (request.layout() == KernelProvider.Request.FIRST_LAYOUT) return FIRST;
        // Java draws alike from seeds that are neighbours.
        long mixed = (request.seed() << 32 ^ request.layout()) * 0x9E3779B97F4A7C15L;
        Random random = new Random(mixed ^ mixed >>> 29);
        return new Placement(
                page(random) + FETCH_BLOCK * random.nextInt(PAGE / FETCH_BLOCK),
                page(random) + LINE * random.nextInt(PAGE / LINE),
                LINE * random.nextInt(8),
                page(random) + FETCH_BLOCK * random.nextInt(PAGE / FETCH_BLOCK),
                page(random) + LINE * random.nextInt(PAGE / LINE),
                page(random) + LINE * random.nextInt(PAGE / LINE),
                random.nextInt(2 * COLOURS),
                LINE * random.nextInt(4),
                random.nextInt(2) + STUBS_JUMPS * random.nextInt(COLOURS),
                random.nextInt(COLOURS),
                random.nextInt(TABLE_COLOURS),
                random);
    }

    private static int page(Random random) {
        return PAGE * random.nextInt(COLOURS);
    }

    /** Offset in a space's UTCB area of the UTCB of its thread {@code n}. */
    public int utcb(int n) {
        return (n ^ utcbOrder) * MemoryMap.UTCB_SIZE;
    }
}
