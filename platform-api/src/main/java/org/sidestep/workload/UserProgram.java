package org.sidestep.workload;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.plugin.Parameters;

/** What a workload needs in order to emit its user program; the kernel provider implements it. */
public interface UserProgram {

    /** The current section is user code; data and bss sections are opened by {@link #data()} and {@link #bss()}. */
    Assembler asm();

    Parameters parameters();

    /** Seed of the cell, for workloads that draw random numbers while they are built. */
    long seed();

    /** Continues the code section. */
    void code();

    /** Continues the initialised data section. */
    void data();

    /** Continues the zeroed section. */
    void bss();

    /** Where the root task starts; the workload binds it. ESP is not set up, EBX.. are undefined. */
    Label rootEntry();

    /** Whether threads are to be contexts inside one kernel thread (see IpcPolicy.threadsAtUserLevel). */
    boolean threadsAtUserLevel();

    /** The L4 abi: addresses and limits that the kernel promises to the root task. */
    Abi abi();

    /**
     * Makes programs that were built elsewhere the image's, in place of code that the workload emits: it then emits none. Their symbols
     * become labels, those of the root task {@code root.NAME}, those of another sigma0 {@code server.NAME}.
     *
     * @throws org.sidestep.machine.BadImage if they cannot be loaded together with the kernel; the message says why
     */
    default void start(BootPrograms programs) {
        throw new NotApplicable("this kernel starts only programs that are assembled with it");
    }

    /** What is to be measured. */
    Observables.Builder observe();

    /**
     * What the kernel promises to the root task.
     *
     * @param kip address of the kernel interface page in the root task's space
     * @param rootUtcb local id of the root thread
     * @param rootUtcbArea start of the root task's UTCB area
     * @param rootUtcbAreaSize its size in bytes
     * @param utcbSize bytes between two UTCBs
     * @param utcbOrder UTCB n of a space is the one at place n ^ order
     * @param rootId global id of the root thread
     * @param sigma0Id global id of sigma0
     * @param firstUserThread smallest thread number that the root task may create
     */
    record Abi(
            int kip,
            int rootUtcb,
            int rootUtcbArea,
            int rootUtcbAreaSize,
            int utcbSize,
            int utcbOrder,
            int rootId,
            int sigma0Id,
            int firstUserThread) {

        /** Start of UTCB {@code index} of a space that has its UTCBs where the root task has its own. */
        public int utcb(int index) {
            return rootUtcbArea() + (index ^ utcbOrder()) * utcbSize();
        }
    }
}
