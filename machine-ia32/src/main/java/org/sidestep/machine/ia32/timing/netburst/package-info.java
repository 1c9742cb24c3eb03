/**
 * The Pentium 4. {@code NetBurstClocks} says what each instruction class takes, {@code NetBurstSheet} is every number in
 * one cell, {@code NetBurstOperation} is that for one decoded instruction, and {@code NetBurstPipeline} is the clock.
 */
package org.sidestep.machine.ia32.timing.netburst;
