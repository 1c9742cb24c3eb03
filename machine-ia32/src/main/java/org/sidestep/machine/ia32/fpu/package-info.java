/** Floating point: 80-bit arithmetic, the x87 register stack and the SSE registers; no memory, no instructions. */
package org.sidestep.machine.ia32.fpu;
