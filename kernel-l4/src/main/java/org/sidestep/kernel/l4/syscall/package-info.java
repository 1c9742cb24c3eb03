/** The system calls other than Ipc, and the table of threads. */
package org.sidestep.kernel.l4.syscall;
