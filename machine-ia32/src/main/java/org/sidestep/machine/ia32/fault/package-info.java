/** Exceptions of the processor, as Java exceptions that unwind the instruction which raises them. */
package org.sidestep.machine.ia32.fault;
