package org.sidestep.lab.variant;

import org.sidestep.experiment.CellResult;

/** A variant and what running it gave. */
public record VariantOutcome(Variant variant, CellResult result) {}
