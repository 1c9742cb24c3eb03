/**
 * The words of L4 X.2's interface on IA-32, as the reference manual (L4 eXperimental Kernel Reference Manual, Version X.2)
 * fixes them: ids, tags, fpages, times, UTCB, errors, protocols. Kernel, policies, workloads and tests all take them from here.
 */
package org.sidestep.x2;
