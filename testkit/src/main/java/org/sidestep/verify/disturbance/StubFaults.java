package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sidestep.isa.Cr;
import org.sidestep.machine.Machine;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.verify.AddressSpaceView;

/** A page is gone when a stub accesses it. The space whose page it is may come to harm, no other. */
public final class StubFaults implements Disturbance {

    private static final int PAGE = 0x1000;

    @Override
    public String id() {
        return "stub-faults";
    }

    @Override
    public String summary() {
        return "the page of each access of a stub to memory is taken away just before it";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.inStub() || !occasion.expendable()) return List.of();
        int shared = occasion.image().currentUtcb() & -PAGE;
        Set<Integer> pages = new LinkedHashSet<>();
        for (int address : occasion.accessed()) {
            if ((address & -PAGE) != shared) pages.add(address & -PAGE);
        }
        List<Strike> strikes = new ArrayList<>();
        for (int page : pages) {
            strikes.add(new Strike(
                    String.format(Locale.ROOT, "page %08x", page),
                    Promise.CONTAINMENT,
                    machine -> takeAway(machine, page)));
        }
        return strikes;
    }

    private static void takeAway(Machine machine, int page) {
        AddressSpaceView.of(machine).unmap(page);
        machine.debugger().setControl(Cr.CR3, machine.control(Cr.CR3));
    }
}
