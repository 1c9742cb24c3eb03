package org.sidestep.verify;

/**
 * A place between two instructions of the undisturbed run.
 *
 * @param instruction how many instructions have been completed before it, since reset
 * @param address linear address of the instruction to come
 * @param user whether that is user code
 * @param stub whether it is the policy's own user code
 * @param beginsStub whether it is the first instruction of a stub
 * @param callsStub whether it is user code that goes on in a stub
 * @param entersKernel whether it is user code that enters the kernel
 * @param interruptible whether interrupts are taken here
 * @param space the address space that runs, or on whose behalf the kernel does
 */
public record Boundary(
        long instruction,
        int address,
        boolean user,
        boolean stub,
        boolean beginsStub,
        boolean callsStub,
        boolean entersKernel,
        boolean interruptible,
        String space) {

    /** The same, with what follows in the run. */
    Boundary before(Boundary next) {
        return new Boundary(
                instruction,
                address,
                user,
                stub,
                beginsStub,
                user && !stub && next.stub,
                user && !next.user,
                interruptible,
                space);
    }
}
