package org.sidestep.machine.ia32.device;

/** What devices reach beyond the board. */
record Surroundings(BusMaster memory, Console console, Refusals refusals) {}
