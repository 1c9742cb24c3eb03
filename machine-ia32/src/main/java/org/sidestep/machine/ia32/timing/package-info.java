/**
 * CPU models: how many cycles executed instructions take. Here is what the families share: caches, the branch predictor,
 * what out-of-order cores count and how their stores reach later loads, and how figures become parameters. A family is a
 * package: {@code p6}, {@code netburst}, {@code inorder}; {@code memo} remembers what blocks do to a pipeline.
 */
package org.sidestep.machine.ia32.timing;
