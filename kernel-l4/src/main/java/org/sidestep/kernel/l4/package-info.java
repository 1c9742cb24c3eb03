/** The L4 kernel as a plugin, and the order in which its routine families are emitted. */
package org.sidestep.kernel.l4;
