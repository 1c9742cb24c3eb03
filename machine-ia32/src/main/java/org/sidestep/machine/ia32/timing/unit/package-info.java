/** One cycle per instruction. */
package org.sidestep.machine.ia32.timing.unit;
