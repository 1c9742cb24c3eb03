/** Programs of the L4 X.2 interface, made at random, run by a kernel and held against what the reference manual says. */
package org.sidestep.verify.x2;
