/** Processors that are described in files: a CPU model of the platform with another identity and other figures. */
package org.sidestep.lab.part;
