/** Holds CPU models against figures that were measured on real parts. */
package org.sidestep.lab.calibrate;
