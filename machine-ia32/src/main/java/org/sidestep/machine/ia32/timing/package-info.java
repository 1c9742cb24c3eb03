/**
 * CPU models: how many cycles executed instructions take. {@code DataSheet} says what each instruction is made of,
 * {@code Template} is that for one decoded instruction, and {@code P6Pipeline} runs templates against the live state of
 * front end, ports, caches and predictor.
 */
package org.sidestep.machine.ia32.timing;
