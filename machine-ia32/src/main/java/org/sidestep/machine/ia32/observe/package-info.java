/**
 * Who outside wants to know what happens in the machine: of notable events, of execution that arrives somewhere, of accesses
 * to data.
 */
package org.sidestep.machine.ia32.observe;
