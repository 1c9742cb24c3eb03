/** Physical memory. */
package org.sidestep.machine.ia32.memory;
