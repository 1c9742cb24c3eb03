package org.sidestep.verification;

import java.util.function.Consumer;
import org.sidestep.machine.Machine;

/**
 * One thing that happens at one {@link Occasion}.
 *
 * @param name distinguishes it from the others of its disturbance at this occasion; names it in reports and replay files
 * @param promise what must hold of the run all the same
 * @param deed does it to the machine, which stands at the occasion's boundary
 */
public record Strike(String name, Promise promise, Consumer<Machine> deed) {}
