package org.sidestep.kernel.l4.memory;

import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/**
 * A node of the mapping database is the entry itself that maps a page of user memory, in a page table or (4 MB) in a page directory:
 * its address in the kernel's window names it. Its links are the words at the same offset of the three pages behind the table. So
 * there is a node wherever there can be a page, and who has page tables has the memory for them.
 *
 * <p>Pages that were mapped from each other are a tree, and its nodes a list in preorder: a node, then all that was derived from
 * it. The roots are sigma0's.
 */
public final class Node {

    private Node() {}

    private static final Struct NODE = Struct.upwards("node", 0);

    /** The entry of the page table or directory. */
    public static final Field ENTRY = NODE.word("entry");
    /** The node after it in preorder, or 0. */
    public static final Field NEXT = nextPage().word("next");
    /** The node before it, or 0. */
    public static final Field PREVIOUS = nextPage().word("previous");
    /** The node from which it was mapped, or 0. */
    public static final Field PARENT = nextPage().word("parent");

    /** Nodes from a root to a leaf, at most: what goes up a tree, or down, is bounded by it. */
    public static final int MOST_DEPTH = 32;

    private static Struct nextPage() {
        return NODE.align(MemoryMap.PAGE);
    }
}
