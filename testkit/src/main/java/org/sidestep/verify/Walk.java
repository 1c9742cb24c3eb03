package org.sidestep.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.verification.Inhabitant;
import org.sidestep.x2.ThreadId;

/** Goes from boundary to boundary on one machine, and remembers who ran. */
final class Walk {

    /** Steps in which one strike may follow another. */
    private static final int FAR = 10_000;

    private static final int LEVEL_3 = 3;

    private final Booted booted;
    private final Machine machine;
    private final KernelImage image;
    private final Map<Integer, Integer> stubs;
    private final Map<Integer, Inhabitant> inhabitants = new LinkedHashMap<>();
    private final Set<Integer> expendable = new TreeSet<>();
    /** Where stubs have been called. */
    private final Set<Integer> entries = new TreeSet<>();

    /** @param stubs the policy's instructions at user level, with their lengths, ascending */
    Walk(Booted booted, Map<Integer, Integer> stubs) {
        this.booted = booted;
        this.stubs = stubs;
        machine = booted.machine();
        image = booted.image();
    }

    /** The boundaries up to the next passage of an address, but no more than so many. */
    List<Boundary> to(int address, int most) {
        List<Boundary> walked = new ArrayList<>();
        Boundary here = here();
        do {
            machine.step();
            if (here.user() && !here.stub() && isInStub()) entries.add(machine.codeAddress());
            Boundary next = here();
            walked.add(here.before(next));
            here = next;
        } while (machine.codeAddress() != address && walked.size() < most);
        return walked;
    }

    /** Where the machine stands; what comes next is not known yet. */
    Boundary here() {
        boolean user = isUser();
        boolean stub = isInStub();
        String space = space();
        if (user && image.observables().expendable().contains(space)) expendable.add(machine.control(Cr.CR3));
        return new Boundary(
                machine.instructions(),
                machine.codeAddress(),
                user,
                stub,
                stub && entries.contains(machine.codeAddress()),
                false,
                false,
                (machine.eflags() & Eflags.IF) != 0,
                space);
    }

    private boolean isInStub() {
        return isUser() && stubs.containsKey(machine.codeAddress());
    }

    /** None if what should name the thread that runs is gone. */
    private String space() {
        try {
            return running().space();
        } catch (NotMapped nobody) {
            return "";
        }
    }

    /** Where the machine stands, with what comes next; the machine stays there. */
    Boundary beforeNext() {
        Boundary here = here();
        Booted.Mark mark = booted.mark();
        machine.step();
        Boundary next = here();
        booted.restore(mark);
        return here.before(next);
    }

    /** The boundary at user level that so many are before, of those at which interrupts are taken; null if the run ends before. */
    Boundary next(int count) {
        Boundary here = here();
        int left = count;
        for (int i = 0; i < FAR && left > 0; i++) {
            if (machine.step().kind() != Stop.Kind.STEP) return null;
            here = here();
            if (here.user() && here.interruptible()) left--;
        }
        return left > 0 ? null : here;
    }

    /** One step; whether the run goes on. */
    boolean step() {
        return machine.step().kind() == Stop.Kind.STEP;
    }

    boolean isUser() {
        return machine.cpl() == LEVEL_3;
    }

    /** Of the instruction to come. */
    int address() {
        return machine.codeAddress();
    }

    /** What user level says that runs; 0 if what should say it is gone. */
    int utcb() {
        try {
            return machine.peek(image.currentUtcb());
        } catch (NotMapped nobody) {
            return 0;
        }
    }

    /**
     * The thread that user level says is running.
     *
     * @throws NotMapped if what should name it is gone
     */
    Inhabitant running() {
        int utcb = machine.peek(image.currentUtcb());
        int globalId = machine.peek(utcb + image.globalIdOffset());
        int number = ThreadId.number(globalId);
        return inhabitants.computeIfAbsent(
                globalId,
                id -> new Inhabitant(
                        image.observables().threads().getOrDefault(number, "thread " + number),
                        image.observables().spaces().getOrDefault(number, ""),
                        globalId,
                        utcb));
    }

    /** Who has run. */
    Collection<Inhabitant> inhabitants() {
        return inhabitants.values();
    }

    /** Page directories of the spaces that have run and may come to harm. */
    Set<Integer> expendable() {
        return expendable;
    }
}
