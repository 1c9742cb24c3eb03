package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What an exploration comes to on a course: how many strikes fall at each of its parts, and of pairs where the second ones fall. */
public final class Agenda {

    /** Trials that are made together: enough to be worth the file that keeps them, little enough to lose when a run is killed. */
    private static final long CHUNK = 256;

    /** By part, how many strikes there are at those before it; behind the last, all. */
    private final int[] before;

    /** By strike; nothing of explorations whose trials have one. */
    private final List<List<Boundary>> seconds = new ArrayList<>();

    private Agenda(int parts) {
        before = new int[parts + 1];
    }

    /** Of trials with one strike each, so many at each part. */
    static Agenda ofSingles(int[] strikes) {
        Agenda agenda = new Agenda(strikes.length);
        for (int part = 0; part < strikes.length; part++) agenda.before[part + 1] = agenda.before[part] + strikes[part];
        return agenda;
    }

    /** Of trials with two: by part and strike, where the second one falls. */
    static Agenda ofPairs(List<List<List<Boundary>>> parts) {
        Agenda agenda = ofSingles(parts.stream().mapToInt(List::size).toArray());
        parts.forEach(agenda.seconds::addAll);
        return agenda;
    }

    /** How many trials there are. */
    public long trials() {
        return seconds.isEmpty()
                ? before[before.length - 1]
                : seconds.stream().mapToLong(List::size).sum();
    }

    /** Some parts, which are tried together: {@code from} up to {@code to}. */
    record Parts(int from, int to) {}

    /** All of a turn. */
    List<Parts> chunks(Every every) {
        List<Parts> chunks = new ArrayList<>();
        Choice choice = choice(every);
        int parts = before.length - 1;
        int from = 0;
        long trials = 0;
        boolean any = false;
        for (int part = 0; part < parts; part++) {
            any |= choice.visits(part) || choice.strikes(part);
            trials += choice.trials(part);
            if (trials < CHUNK && (part < parts - 1 || !any)) continue;
            chunks.add(new Parts(from, part + 1));
            from = part + 1;
            trials = 0;
            any = false;
        }
        return chunks;
    }

    /** Those of a turn. */
    Choice choice(Every every) {
        return new Choice(every);
    }

    /** Which of the trials are made. */
    final class Choice implements Chosen {
        private final Every every;

        private Choice(Every every) {
            this.every = every;
        }

        /** Where nothing can happen it is looked with what comes next. */
        @Override
        public boolean visits(int part) {
            return every.has(before[part]);
        }

        @Override
        public boolean strikes(int part) {
            return mine(part).findAny().isPresent();
        }

        /** Those at a part. */
        private IntStream mine(int part) {
            return IntStream.range(0, before[part + 1] - before[part]).filter(strike -> has(part, strike));
        }

        private long trials(int part) {
            return mine(part)
                    .mapToLong(strike -> seconds(part, strike).map(List::size).orElse(1))
                    .sum();
        }

        @Override
        public boolean has(int part, int strike) {
            return every.has(before[part] + strike);
        }

        @Override
        public Optional<List<Boundary>> seconds(int part, int strike) {
            return seconds.isEmpty() ? Optional.empty() : Optional.of(seconds.get(before[part] + strike));
        }
    }
}
