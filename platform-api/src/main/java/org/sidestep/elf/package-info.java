/** Executable files as others build them: kernels to boot, and programs to run on ours. */
package org.sidestep.elf;
