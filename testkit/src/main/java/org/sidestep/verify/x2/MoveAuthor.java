package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.ThreadId;

/** Adds to a random program threads that go to other spaces, now and then with another id, and talk with others before and after. */
final class MoveAuthor {

    private static final int UNCHANGED = -1;

    private final SplittableRandom random;
    private final ProgramAuthor author;
    private final Map<Party, List<Step>> scripts;
    private final List<Party> parties;

    MoveAuthor(SplittableRandom random, ProgramAuthor author, Map<Party, List<Step>> scripts) {
        this.random = random;
        this.author = author;
        this.scripts = scripts;
        parties = List.copyOf(scripts.keySet());
    }

    /** A thread of the root task's space moves another, perhaps itself, which is refused, and perhaps back later. */
    void write() {
        List<Party> masters =
                parties.stream().filter(party -> party.space() == 0).toList();
        if (masters.isEmpty()) return;
        Party master = masters.get(random.nextInt(masters.size()));
        Party target = random.nextInt(8) == 0 ? master : author.other(master);
        Party partner = author.other(target);
        for (int i = random.nextInt(3); i >= 0; i--) {
            if (random.nextInt(3) > 0) talk(target, partner);
            insert(master, moved(target));
        }
        talk(partner, target);
    }

    private void talk(Party from, Party to) {
        int answered = random.nextBoolean() ? to.globalId() : ThreadId.NIL;
        insert(from, author.ipc(from, to, answered, to, author.patience()));
        insert(to, author.ipc(to, null, author.fromSpecifier(to, from), from, author.patience()));
        if (answered != ThreadId.NIL) insert(to, author.ipc(to, from, ThreadId.NIL, from, author.patience()));
    }

    private Step moved(Party target) {
        List<Integer> anchors = author.anchors();
        int space = random.nextInt(anchors.size());
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, target.globalId() + (random.nextInt(8) == 0 ? 1 : 0));
        registers.put(ESI, anchors.get(space));
        registers.put(ECX, ThreadId.NIL);
        registers.put(EDI, UNCHANGED);
        return new Step(
                Step.Action.CONTROL,
                registers,
                List.of(),
                List.of(),
                "ThreadControl: " + target.name() + " is in space " + space);
    }

    /** Mostly at the beginning of what a party does, where nothing can have gone wrong. */
    private void insert(Party party, Step step) {
        List<Step> steps = scripts.get(party);
        steps.add(random.nextInt(Math.min(steps.size(), 4) + 1), step);
    }
}
