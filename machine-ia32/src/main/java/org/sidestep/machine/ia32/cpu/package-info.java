/**
 * The state of the processor, registers and segments and all, and its way to memory. It knows neither instructions nor the
 * order in which they are executed.
 */
package org.sidestep.machine.ia32.cpu;
