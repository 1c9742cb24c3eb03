package org.sidestep.machine.ia32.firmware;

/**
 * What INT 19h starts.
 *
 * @param drive what it is told in DL
 * @param segment where {@code code} goes
 */
record Boot(int drive, int segment, byte[] code) {}
