/** The server that hands out memory, at user level. */
package org.sidestep.kernel.l4.sigma0;
