/** What every routine family stands on while one kernel is assembled, and what its plugins get to see of it. */
package org.sidestep.kernel.l4.assembly;
