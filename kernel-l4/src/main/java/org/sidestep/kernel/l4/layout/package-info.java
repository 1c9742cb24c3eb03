/** Where things are: the memory map, selectors, vectors, and the layouts of TCB, UTCB and space. */
package org.sidestep.kernel.l4.layout;
