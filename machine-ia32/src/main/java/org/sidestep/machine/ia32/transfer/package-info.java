/**
 * Transfers of control that read descriptors or change the privilege level or the mode: far jumps and calls, gates,
 * interrupts and exceptions, tasks, virtual-8086 mode, and the returns from them.
 */
package org.sidestep.machine.ia32.transfer;
