/**
 * A machine under a debugger: it stops, steps and goes back; the same for a small console and for gdb, whose remote serial
 * protocol is in "Debugging with GDB", appendix E.
 */
package org.sidestep.lab.debug;
