package org.sidestep.lab.claim;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What became of a claim.
 *
 * @param measured empty if it could not be measured
 * @param reason why it could not be measured; else empty
 */
public record ClaimResult(Claim claim, OptionalDouble measured, boolean passed, String reason) {

    /** A verdict that was measured, in a word; empty if it is a number or could not be measured. */
    public Optional<String> verdict() {
        if (!claim.isVerdict() || measured.isEmpty()) return Optional.empty();
        return Optional.of(measured.getAsDouble() == Expectation.verdict(true) ? "passed" : "failed");
    }

    static ClaimResult measured(Claim claim, double value, boolean passed) {
        return new ClaimResult(claim, OptionalDouble.of(value), passed, "");
    }

    static ClaimResult unmeasured(Claim claim, String reason) {
        return new ClaimResult(claim, OptionalDouble.empty(), false, reason);
    }
}
