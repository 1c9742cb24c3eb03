/**
 * The P6 family. {@code P6Clocks} says what each instruction is made of, {@code P6Sheet} is every number in one cell,
 * {@code Template} is that for one decoded instruction, and {@code P6Pipeline} runs templates against the live state of
 * front end, ports, caches and predictor.
 */
package org.sidestep.machine.ia32.timing.p6;
