/** The L4 kernel: its plugin, its memory map and layouts, and the order in which its routine families are emitted. */
package org.sidestep.kernel.l4;
