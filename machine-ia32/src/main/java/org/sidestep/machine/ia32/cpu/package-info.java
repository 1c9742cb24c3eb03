/**
 * The processor: state, segmentation, exceptions, and the interpreter that defines what each instruction does. The
 * interpreter is written to be read; a translator must be indistinguishable from it.
 */
package org.sidestep.machine.ia32.cpu;
