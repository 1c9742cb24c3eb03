/**
 * The flow of execution: blocks of decoded instructions, the loop over them, and what happens between two instructions
 * (device time, traps, interrupts in order of priority, inputs, limits).
 */
package org.sidestep.machine.ia32.engine;
