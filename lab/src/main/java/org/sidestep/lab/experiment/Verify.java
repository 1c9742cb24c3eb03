package org.sidestep.lab.experiment;

import java.util.SortedSet;

/**
 * How the policies of an experiment are verified.
 *
 * @param workloads ids of those that are run; empty for all that verification has
 */
public record Verify(Bound bound, SortedSet<String> workloads) {}
