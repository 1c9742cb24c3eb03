package org.sidestep.machine.ia32.mmu;

/** Learns of the table entries that page walks read; see {@link org.sidestep.machine.Timing#walk}. */
@FunctionalInterface
public interface WalkListener {

    void walk(int physical, boolean instructionSide, boolean written);
}
