/** What must hold of the kernel's structures at every exit. */
package org.sidestep.kernel.l4.check;
