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
 */
public record StubCoverage(int instructions, List<String> unreached) {

    /** @param struck how often the instruction at an address was struck */
    static StubCoverage of(Map<Integer, Long> struck, Program program) {
        List<String> unreached = new ArrayList<>();
        int instructions = 0;
        for (Line line : program.lines()) {
            if (!isOfStub(line)) continue;
            instructions++;
            if (struck.containsKey(line.address())) continue;
            Place place = Place.of(program, line.address()).orElseThrow();
            unreached.add(place.offset() == 0 ? place.label() : place.label() + "+" + place.offset());
        }
        return new StubCoverage(instructions, unreached);
    }

    /** Whether a line is an instruction of the policy at user level. */
    public static boolean isOfStub(Line line) {
        return line.kind() == Line.Kind.CODE
                && line.length() > 0
                && line.purpose().equals(Cause.USER_STUB.word());
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
                String.join(", ", unreached));
    }
}
