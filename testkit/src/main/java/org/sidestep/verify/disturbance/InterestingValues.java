package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sidestep.isa.Reg32;
import org.sidestep.verification.Inhabitant;
import org.sidestep.verification.Occasion;

/** What a liar says where the kernel expects an id, an address, a tag or a time. */
final class InterestingValues {

    private static final int ANY = -1;
    private static final int ANY_LOCAL = 0xFFFF_FFC0;
    /** From a thread's id to the next version of it, and to the next thread's. */
    private static final int NEXT_VERSION = 1;

    private static final int NEXT_NUMBER = 1 << 14;
    private static final int UTCB = 512;
    static final int NO_MEMORY = 0x1234_5600;
    private static final int TYPED_ITEM = 0x40;

    private InterestingValues() {}

    /** In a fixed order, each once. */
    static List<Integer> at(Occasion occasion) {
        Set<Integer> values = new LinkedHashSet<>(List.of(0, 1, ANY, ANY_LOCAL, NO_MEMORY, NO_MEMORY + 1, TYPED_ITEM));
        int last = 0;
        int highest = 0;
        for (Inhabitant each : occasion.inhabitants()) {
            values.add(each.globalId());
            values.add(each.localId());
            last = Math.max(last, each.globalId());
            if (Integer.compareUnsigned(each.localId(), highest) > 0) highest = each.localId();
        }
        values.addAll(occasion.image().observables().strangers().values());
        values.add(last + NEXT_VERSION);
        values.add(last + NEXT_NUMBER);
        values.add(highest + 4);
        values.add(highest + UTCB);
        values.add(occasion.image().currentUtcb());
        occasion.image().program().segments().forEach(segment -> values.add(segment.address()));
        // while the kernel is entered, its stack lies in the running thread's control block
        if (!occasion.user()) values.add(occasion.machine().register(Reg32.ESP));
        return new ArrayList<>(values);
    }
}
