/** The task state segment. */
package org.sidestep.kernel.l4.tss;
