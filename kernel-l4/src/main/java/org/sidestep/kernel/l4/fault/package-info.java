/** Page faults and exceptions as messages, and what the answers do. */
package org.sidestep.kernel.l4.fault;
