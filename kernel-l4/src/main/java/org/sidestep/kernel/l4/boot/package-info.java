/** From the Multiboot entry to the first two threads. */
package org.sidestep.kernel.l4.boot;
