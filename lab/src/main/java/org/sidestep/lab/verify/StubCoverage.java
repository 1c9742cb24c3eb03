package org.sidestep.lab.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.asm.Program.Line;
import org.sidestep.kernel.Cause;

/**
 * Which instructions of a policy's stubs were never struck: no workload comes there.
 *
 * @param instructions how many there are
 * @param unreached places of those that were not struck, ascending
 * @param stretches the same in words, of several that stand behind each other the first and the last
 */
public record StubCoverage(int instructions, List<String> unreached, List<String> stretches) {

    /** @param struck how often the instruction at an address was struck */
    static StubCoverage of(Map<Integer, Long> struck, Program program) {
        List<String> unreached = new ArrayList<>();
        List<List<String>> stretches = new ArrayList<>();
        int instructions = 0;
        boolean before = false;
        for (Line line : program.lines()) {
            if (!isOfStub(line)) continue;
            instructions++;
            boolean reached = struck.containsKey(line.address());
            if (!reached) {
                String place = place(program, line);
                unreached.add(place);
                if (!before) stretches.add(new ArrayList<>());
                stretches.get(stretches.size() - 1).add(place);
            }
            before = !reached;
        }
        return new StubCoverage(
                instructions,
                List.copyOf(unreached),
                stretches.stream().map(StubCoverage::words).toList());
    }

    private static String place(Program program, Line line) {
        Place place = Place.of(program, line.address()).orElseThrow();
        return place.offset() == 0 ? place.label() : place.label() + "+" + place.offset();
    }

    private static String words(List<String> stretch) {
        String first = stretch.get(0);
        int count = stretch.size();
        return count == 1 ? first : String.format(Locale.ROOT, "%s to %s (%d)", first, stretch.get(count - 1), count);
    }

    /** Whether a line is an instruction of the policy at user level. */
    public static boolean isOfStub(Line line) {
        return line.kind() == Line.Kind.CODE
                && line.length() > 0
                && line.purpose().equals(Cause.USER_STUB.word());
    }

    /** Where not everything was tried, nothing is said of the others. */
    String soFar() {
        return String.format(
                Locale.ROOT,
                "%,d of %,d instructions of the stubs were struck; not everything was tried",
                instructions - unreached.size(),
                instructions);
    }

    @Override
    public String toString() {
        if (unreached.isEmpty())
            return String.format(Locale.ROOT, "all %,d instructions of the stubs were struck", instructions);
        return String.format(
                Locale.ROOT,
                "%,d of %,d instructions of the stubs lie on no workload's way: %s",
                unreached.size(),
                instructions,
                String.join(", ", stretches));
    }
}
