package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.ThreadId;

/** Adds to a random program an interrupt line that is given to a handler, raised and acknowledged, or not. */
final class InterruptAuthor extends Additions {

    /** Lines that the kernel keeps for itself, and a thread number of its own. */
    private static final int[] KEPT = {0, 2, 17};

    private final Party line;

    InterruptAuthor(SplittableRandom random, ProgramAuthor author, Map<Party, List<Step>> scripts, Party line) {
        super(random, author, scripts);
        this.line = line;
    }

    /** Only threads of the root task's space can give a line away, and have ports. */
    @Override
    void write() {
        List<Party> masters = masters();
        if (masters.isEmpty()) return;
        Party handler = any(parties);
        int times = 1 + random.nextInt(3);
        for (int i = 0; i < times; i++) {
            handle(handler);
            Party raiser = any(masters);
            insert(raiser, new Step(Step.Action.RAISE, Map.of(), List.of(), List.of(), "raises an interrupt"));
        }
        Party master = any(masters);
        if (random.nextInt(3) == 0) insert(master, given(random.nextBoolean() ? line : any(parties)));
        if (random.nextInt(6) == 0) insert(any(parties), refused());
        Party other = any(parties);
        if (random.nextInt(3) == 0) insert(other, acknowledges(other));
        scripts.get(master).add(0, given(handler));
    }

    /** It waits for the line, or for any, and answers. */
    private void handle(Party handler) {
        List<Step> steps = scripts.get(handler);
        int at = random.nextInt(steps.size() + 1);
        int from = random.nextInt(4) == 0 ? ThreadId.ANY : line.globalId();
        if (random.nextInt(6) > 0) steps.add(at, acknowledges(handler));
        steps.add(at, author.ipc(handler, null, from, line, author.patience()));
    }

    /** A handler's answer; now and then it waits for the next interrupt at once. */
    private Step acknowledges(Party self) {
        int next = random.nextInt(3) == 0 ? line.globalId() : ThreadId.NIL;
        return author.ipc(self, line, next, line, author.patience());
    }

    private Step given(Party to) {
        return control(line.globalId(), line.globalId(), to.globalId(), "gives the interrupt to " + to.name());
    }

    /** What is no interrupt, no space of one, or no handler. */
    private Step refused() {
        int id = line.globalId();
        int handler = any(parties).globalId();
        return switch (random.nextInt(4)) {
            case 0 ->
                control(
                        ThreadId.global(KEPT[random.nextInt(KEPT.length)]),
                        id,
                        handler,
                        "gives an interrupt that there is not");
            case 1 -> control(id + 1, id + 1, handler, "gives an interrupt of another version");
            case 2 -> control(id, handler, handler, "gives an interrupt of another space");
            default -> control(id, id, ThreadId.global(900), "gives the interrupt to nobody");
        };
    }

    private static Step control(int id, int space, int handler, String what) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, id);
        registers.put(ESI, space);
        registers.put(EDX, ThreadId.NIL);
        registers.put(ECX, handler);
        registers.put(EDI, UNCHANGED);
        return new Step(Step.Action.CONTROL, registers, List.of(), List.of(), "ThreadControl " + what);
    }
}
