package org.sidestep.verify.disturbance;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.sidestep.asm.Program;
import org.sidestep.verification.Inhabitant;
import org.sidestep.verification.Occasion;
import org.sidestep.verify.AddressSpaceView;

/** What the words are called in which user level and kernel agree, and the values that a liar writes there. */
final class Names {

    /** From the lowest word that a policy may have below a UTCB's address to its last message register. */
    private static final int BELOW = -0x100;

    private static final int ABOVE = 0x100;

    private final Occasion occasion;

    Names(Occasion occasion) {
        this.occasion = occasion;
    }

    /** {@code 00203000 (%gs:0)}, {@code 00202508 (UTCB of Z+8)}; the bare address of anything else. */
    String word(int physical) {
        AddressSpaceView space = AddressSpaceView.of(occasion.machine());
        String name = "";
        if (isAt(space, occasion.image().currentUtcb(), physical)) name = "%gs:0";
        for (Inhabitant each : occasion.inhabitants()) {
            if (!each.space().equals(occasion.space())) continue;
            OptionalInt utcb = space.physical(each.localId());
            if (utcb.isEmpty()) continue;
            int offset = physical - utcb.getAsInt();
            if (offset >= BELOW && offset < ABOVE)
                name = String.format(Locale.ROOT, "UTCB of %s%+d", each.name(), offset);
        }
        return named(physical, name);
    }

    private static boolean isAt(AddressSpaceView space, int linear, int physical) {
        OptionalInt found = space.physical(linear);
        return found.isPresent() && found.getAsInt() == physical;
    }

    /** {@code bf000500 (UTCB of Z)}; the bare number of anything else. */
    String value(int value) {
        String name = "";
        for (Inhabitant each : occasion.inhabitants()) {
            if (value == each.globalId()) name = "id of " + each.name();
            if (value == each.localId()) name = "UTCB of " + each.name();
        }
        for (Map.Entry<String, Integer> stranger :
                occasion.image().observables().strangers().entrySet()) {
            if (value == stranger.getValue()) name = "id of " + stranger.getKey();
        }
        for (Program.Segment segment : occasion.image().program().segments()) {
            if (value == segment.address()) name = "section " + segment.name();
        }
        return named(value, name);
    }

    private static String named(int number, String name) {
        String digits = String.format(Locale.ROOT, "%08x", number);
        return name.isEmpty() ? digits : digits + " (" + name + ")";
    }
}
