/** The two schedulers and the timer. */
package org.sidestep.kernel.l4.schedule;
