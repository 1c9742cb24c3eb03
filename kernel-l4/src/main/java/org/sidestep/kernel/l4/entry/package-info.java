/** The ways into the kernel and out of it. */
package org.sidestep.kernel.l4.entry;
