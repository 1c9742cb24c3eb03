package org.sidestep.verification;

/**
 * A thread of the disturbed run, as it was seen to run at user level.
 *
 * @param name in the workload's observables
 * @param space its address space's name there
 */
public record Inhabitant(String name, String space, int globalId, int localId) {}
