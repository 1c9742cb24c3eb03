/** A hardware plugin: the IA-32 machine. */
package org.sidestep.machine.ia32;
