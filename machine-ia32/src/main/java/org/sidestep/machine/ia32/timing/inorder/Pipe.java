package org.sidestep.machine.ia32.timing.inorder;

/** Where the Pentium can execute an instruction, in the words of its literature. */
enum Pipe {
    /** In either pipe. */
    UV(true, true),
    /** Pairable in the U pipe only. */
    PU(true, false),
    /** Pairable in the V pipe only. */
    PV(false, true),
    /** Not pairable. */
    NP(false, false),
    /** A floating-point operation in the U pipe that pairs with an FXCH in the V pipe only. */
    FX(false, false);

    final boolean first;
    final boolean second;

    Pipe(boolean first, boolean second) {
        this.first = first;
        this.second = second;
    }
}
