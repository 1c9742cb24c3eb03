/**
 * System-level sequences on this machine and in QEMU: one image that runs thousands of cases and leaves a record of each in
 * memory, run in both.
 */
package org.sidestep.machine.ia32.emulator;
