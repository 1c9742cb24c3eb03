/**
 * Hot blocks become code of the host's: a {@code Region} of blocks is written as a method of a hidden class, with the guest's
 * registers in locals ({@code Body}, {@code FlagBody}, {@code BlockBody} are the words, the {@code Inlines} say what
 * instructions do). What is not written out, or meets anything unusual, is left to the interpreter, which is the definition.
 */
package org.sidestep.machine.ia32.translator;
