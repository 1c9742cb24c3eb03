package org.sidestep.lab.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.layout.Spread;

/**
 * What became of a claim.
 *
 * @param measured empty if it could not be measured; the median if there are several layouts
 * @param passed at every layout
 * @param reason why it could not be measured; else empty
 * @param layouts at how many layouts it holds, if there are several
 */
public record ClaimResult(
        Claim claim, OptionalDouble measured, boolean passed, String reason, Optional<AtLayouts> layouts) {

    /**
     * What became of it in several layouts.
     *
     * @param holds at how many it holds
     * @param of how many there are
     * @param spread what was measured, where something was
     */
    public record AtLayouts(int holds, int of, Spread spread) {

        /** As in {@code 7 of 10}. */
        @Override
        public String toString() {
            return holds + " of " + of;
        }
    }

    /** A verdict that was measured, in a word; empty if it is a number or could not be measured. */
    public Optional<String> verdict() {
        if (!claim.isVerdict() || measured.isEmpty()) return Optional.empty();
        return Optional.of(measured.getAsDouble() == Expectation.verdict(true) ? "passed" : "failed");
    }

    /**
     * Whether it compares what only layouts make differ: in one layout this is more and in another that, so that a difference is
     * not shown, whatever its bound.
     */
    public boolean hidesDifference() {
        if (layouts.isEmpty() || claim.counterparts().size() != 1) return false;
        double none = claim.minus().isPresent() ? 0 : 1;
        Spread spread = layouts.get().spread();
        return spread.low() != spread.high() && spread.holds(none);
    }

    static ClaimResult measured(Claim claim, double value, boolean passed) {
        return new ClaimResult(claim, OptionalDouble.of(value), passed, "", Optional.empty());
    }

    static ClaimResult unmeasured(Claim claim, String reason) {
        return new ClaimResult(claim, OptionalDouble.empty(), false, reason, Optional.empty());
    }

    /** Of one claim, judged in each of several layouts; what could not be measured in one does not hold there. */
    static ClaimResult of(List<ClaimResult> layouts) {
        ClaimResult first = layouts.get(0);
        List<Double> values = new ArrayList<>();
        layouts.forEach(result -> result.measured().ifPresent(values::add));
        if (values.isEmpty()) return first;
        int holds = (int) layouts.stream().filter(ClaimResult::passed).count();
        String reason = layouts.stream()
                .map(ClaimResult::reason)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return new ClaimResult(
                first.claim(),
                OptionalDouble.of(Layouts.middle(values)),
                holds == layouts.size(),
                reason,
                Optional.of(new AtLayouts(holds, layouts.size(), Spread.of(values))));
    }
}
