/**
 * What each instruction does, a file per family of the instruction table: static methods on the state of the processor,
 * bound to the rows once. They define the machine; whatever executes them faster must be indistinguishable.
 */
package org.sidestep.machine.ia32.instruction;
