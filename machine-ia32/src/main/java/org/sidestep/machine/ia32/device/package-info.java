/** The devices of a PC whose time is machine time: an interrupt arrives at an exact cycle, in every run. */
package org.sidestep.machine.ia32.device;
