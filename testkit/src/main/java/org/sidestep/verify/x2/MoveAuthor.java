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
final class MoveAuthor extends Additions {

    /** Mostly nothing can have gone wrong before these steps. */
    private static final int EARLY = 4;

    MoveAuthor(SplittableRandom random, ProgramAuthor author, Map<Party, List<Step>> scripts) {
        super(random, author, scripts);
    }

    /** A thread of the root task's space moves another, perhaps itself, which is refused, and perhaps back later. */
    @Override
    void write() {
        if (masters().isEmpty()) return;
        Party master = any(masters());
        Party target = random.nextInt(8) == 0 ? master : author.other(master);
        Party partner = author.other(target);
        for (int i = random.nextInt(3); i >= 0; i--) {
            if (random.nextInt(3) > 0) talk(target, partner);
            insert(master, moved(target), EARLY);
        }
        talk(partner, target);
    }

    private void talk(Party from, Party to) {
        int answered = random.nextBoolean() ? to.globalId() : ThreadId.NIL;
        insert(from, author.ipc(from, to, answered, to, author.patience()), EARLY);
        insert(to, author.ipc(to, null, author.fromSpecifier(to, from), from, author.patience()), EARLY);
        if (answered != ThreadId.NIL) insert(to, author.ipc(to, from, ThreadId.NIL, from, author.patience()), EARLY);
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
}
