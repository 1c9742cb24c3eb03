package org.sidestep.machine;

/**
 * An access to data. More than 8 bytes are accessed in pieces, a repeated string instruction makes an access per iteration,
 * and an instruction that reads, modifies and writes makes two.
 *
 * @param address linear address of the first byte
 * @param bytes 1, 2, 4 or 8
 * @param write whether it is a write
 * @param before what was there, zero-extended; of a write to devices zero
 * @param after what is there now; after a read, the same
 * @param level the privilege level with which it was made, as paging sees it for 3; implicit accesses to descriptor tables
 *     and TSSs are made with 0
 */
public record DataAccess(int address, int bytes, boolean write, long before, long after, int level) {

    /** Which accesses are watched. */
    public enum Kind {
        READ,
        WRITE,
        ACCESS
    }
}
