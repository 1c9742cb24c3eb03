/**
 * Processors that execute in program order: the Pentium, two instructions at a time where they pair, and the 486, one at a
 * time. One pipeline, driven by the {@link org.sidestep.machine.ia32.timing.inorder.Clocks} of each.
 */
package org.sidestep.machine.ia32.timing.inorder;
