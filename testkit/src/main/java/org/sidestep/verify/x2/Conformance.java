package org.sidestep.verify.x2;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.sidestep.experiment.Cell;

/**
 * Lets kernels run random programs of two to five threads in one to three spaces, and holds what their threads see against the
 * X.2 reference manual, and one kernel's against another's where a program depends on nothing that kernels may do differently.
 */
public final class Conformance {

    /** No more is tried when so many programs have failed. */
    private static final int MOST_FAILURES = 5;

    /** Among what programs have reached: how many of them the model does not follow to their end. */
    private static final String NOT_FOLLOWED = "programs not followed to their end";

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final Map<String, Player> players = new LinkedHashMap<>();
    private final Consumer<String> failures;

    /**
     * Boots the kernels.
     *
     * @param kernels by name, cells whose workload does not matter
     * @param failures takes the text of each failure, with a program that was made as short as it fails
     */
    public Conformance(long seed, Map<String, Cell> kernels, Consumer<String> failures) {
        this.seed = seed;
        this.failures = failures;
        kernels.forEach((name, cell) -> players.put(name, new Player(cell)));
        Player first = players.values().iterator().next();
        players.forEach((name, player) -> {
            if (!player.isLike(first)) throw new IllegalArgumentException(name + ": threads and memory lie elsewhere");
        });
    }

    /**
     * What a campaign has come to.
     *
     * @param programs that were run
     * @param failed of these
     * @param reached how often which call came back with which success or error
     */
    public record Outcome(int programs, int failed, Map<String, Integer> reached) {

        /** How often a call came back with what it should. */
        public int steps() {
            return reached.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** Runs the programs from number {@code first} on; ends before if many fail. */
    public Outcome run(int first, int count) {
        Map<String, Integer> reached = new TreeMap<>();
        int failed = 0;
        int number = first;
        for (; number < first + count && failed < MOST_FAILURES; number++) {
            RandomProgram program = program(number);
            Verdict verdict = verdict(program);
            verdict.reached().forEach((what, times) -> reached.merge(what, times, Integer::sum));
            if (verdict.complaint().isEmpty()) continue;
            failed++;
            failures.accept(report(number, program, verdict));
        }
        return new Outcome(number - first, failed, reached);
    }

    /**
     * From now on the kernel of that name is another, which is the same until programs begin: a mutant.
     *
     * @throws IllegalArgumentException if something in it lies elsewhere
     */
    public void become(String name, Cell other) {
        players.get(name).become(other);
    }

    /** The number of the first of {@code count} programs that fails, if one does. */
    public OptionalInt firstFailure(int count) {
        return IntStream.range(0, count).filter(this::fails).findFirst();
    }

    /** Whether the program of that number fails. */
    public boolean fails(int number) {
        return verdict(program(number)).complaint().isPresent();
    }

    private RandomProgram program(int number) {
        SplittableRandom random = new SplittableRandom(seed * GOLDEN ^ new SplittableRandom(number).nextLong());
        return ProgramAuthor.write(random, players.values().iterator().next());
    }

    /** @param kernel the one that failed */
    private record Verdict(Map<String, Integer> reached, String kernel, Optional<String> complaint) {}

    private Verdict verdict(RandomProgram program) {
        Map<String, Integer> reached = new TreeMap<>();
        Oracle first = null;
        for (Map.Entry<String, Player> each : players.entrySet()) {
            Oracle oracle = new Oracle(each.getValue(), program);
            Optional<String> wrong;
            try {
                wrong = oracle.check(each.getValue().play(program));
            } catch (Oracle.Undecided e) {
                reached.merge(NOT_FOLLOWED, 1, Integer::sum);
                return new Verdict(reached, each.getKey(), Optional.empty());
            }
            oracle.reached().forEach((what, times) -> reached.merge(what, times, Integer::sum));
            if (wrong.isEmpty() && program.timeless() && first != null && !first.agrees(oracle))
                wrong = Optional.of("its threads see other things than under "
                        + players.keySet().iterator().next());
            if (wrong.isPresent()) return new Verdict(reached, each.getKey(), wrong);
            if (first == null) first = oracle;
        }
        return new Verdict(reached, "", Optional.empty());
    }

    private String report(int number, RandomProgram program, Verdict verdict) {
        RandomProgram shortest = program;
        Verdict its = verdict;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (RandomProgram shorter : shortest.shorter()) {
                Verdict other = verdict(shorter);
                if (other.complaint().isEmpty()) continue;
                shortest = shorter;
                its = other;
                smaller = true;
                break;
            }
        }
        return String.format(
                Locale.ROOT,
                "seed %d, program %d, under %s: %s\n%s",
                seed,
                number,
                its.kernel(),
                its.complaint().orElseThrow(),
                shortest);
    }
}
