package org.sidestep.workloads.l4;

import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.workload.UserProgram.Abi;

/** A user thread control block; a local id is the address of its MR0. */
public final class Utcb {

    private Utcb() {}

    /** Bytes from the start of a UTCB to MR0. */
    public static final int MR0 = 256;

    /** Offset of the word that names the thread's own global id. */
    public static final int MY_GLOBAL_ID = -60;

    /** Offset of the first buffer register, which says where mappings may go. */
    public static final int ACCEPTOR = -64;

    /** Offset of the word that says why a system call failed. */
    public static final int ERROR_CODE = -36;

    /** Offset of the word that names the thread to which exceptions go. */
    public static final int EXCEPTION_HANDLER = -44;

    /** Offset of the word that names the thread to which page faults go. */
    public static final int PAGER = -48;

    /** Start of UTCB {@code index} of a space; all spaces have their UTCBs where the root task has its own. */
    static int start(Abi abi, int index) {
        return abi.rootUtcbArea() + index * abi.utcbSize();
    }

    /** Message register {@code n} of the UTCB that {@code utcb} points to. */
    public static Mem mr(Reg32 utcb, int n) {
        return utcb.at(4 * n).dword();
    }
}
