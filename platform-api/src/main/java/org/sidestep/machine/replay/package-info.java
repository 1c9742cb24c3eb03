/** What comes to a machine from outside, written down so that a run can be had again, bit for bit. */
package org.sidestep.machine.replay;
