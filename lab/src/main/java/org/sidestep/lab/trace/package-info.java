/** A run as a trace for Perfetto and other viewers of the Trace Event Format. */
package org.sidestep.lab.trace;
