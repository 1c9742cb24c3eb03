/** The built-in BIOS: a ROM of real code for what runs on interrupts, and host code for the services that programs call. */
package org.sidestep.machine.ia32.firmware;
