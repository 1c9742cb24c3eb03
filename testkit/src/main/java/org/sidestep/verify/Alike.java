package org.sidestep.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Cell;
import org.sidestep.machine.Limits;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** What strict switching makes of a call that is struck as the policy in question is. Boots when it is asked first. */
final class Alike {

    /** Before the round that is disturbed, about: threads are elsewhere in theirs than under the policy in question. */
    private static final int ROUNDS_BEFORE = 2;

    private static final int ROUNDS = 4;
    /** Instructions of a round that ends. */
    private static final int LONGEST_ROUND = 100_000;

    private final Cell strict;
    private Booted booted;
    private Booted.Mark begin;
    /** When each is made. */
    private final Map<Call, Long> calls = new HashMap<>();

    private final Map<Struck, Optional<Promised>> known = new HashMap<>();

    private record Struck(Call call, String strike) {}

    /** @param strict ends soon if it does not end by itself */
    Alike(Cell strict) {
        this.strict = strict;
    }

    /** What all threads receive then; nothing if the call is not made, or the run does not end well. */
    synchronized Optional<Promised> promised(Call call, Strike strike) {
        if (booted == null) boot();
        return known.computeIfAbsent(
                new Struck(call, strike.name()),
                struck -> Optional.ofNullable(calls.get(call)).flatMap(instruction -> promised(instruction, strike)));
    }

    private Optional<Promised> promised(long instruction, Strike strike) {
        booted.restore(begin);
        booted.machine().run(Limits.instructions(instruction));
        strike.deed().accept(booted.machine());
        Outcome outcome = booted.run();
        return outcome.succeeded()
                ? Optional.of(Promised.of(outcome, booted.image().observables(), Promise.LIKENESS))
                : Optional.empty();
    }

    private void boot() {
        booted = Booted.of(strict);
        String round =
                booted.image().observables().intervals().get("roundtrip").from().get(0);
        booted.runTo(round, ROUNDS_BEFORE);
        begin = booted.mark();
        Walk walk = new Walk(booted, Lane.stubs(booted.image()));
        List<Boundary> boundaries = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) boundaries.addAll(walk.to(booted.address(round), LONGEST_ROUND));
        booted.restore(begin);
        for (Boundary boundary : boundaries) {
            if (!boundary.beginsStub()) continue;
            booted.machine().run(Limits.instructions(boundary.instruction()));
            Call.at(booted).ifPresent(call -> calls.putIfAbsent(call, boundary.instruction()));
        }
    }
}
