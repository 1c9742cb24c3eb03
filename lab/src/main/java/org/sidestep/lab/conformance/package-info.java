/** Campaigns that hold a machine against the host's processor, and against random code. */
package org.sidestep.lab.conformance;
