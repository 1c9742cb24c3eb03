package org.sidestep.machine.ia32.cpu;

/**
 * What an instruction does. Called with {@link Cpu#eip} at the instruction and {@link Cpu#next} behind it; leaves
 * {@code next} where execution goes on. Raises a {@link org.sidestep.machine.ia32.fault.Fault} before it has changed
 * anything that a restart would notice.
 */
@FunctionalInterface
public interface Semantics {
    void execute(Cpu cpu, Op op);
}
