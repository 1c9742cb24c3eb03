/** What a debugger or verifier can do with a machine beyond running it. */
package org.sidestep.machine.debug;
