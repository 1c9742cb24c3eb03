/** Single instructions on this machine and on the host's processor, compared. */
package org.sidestep.machine.ia32.oracle;
