package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Adds to a random program what takes time: threads that spin, with time slices and total quanta. */
final class TimeAuthor extends Additions {

    private static final int TICK = 1000;
    private static final int SENSITIVE_SHIFT = 16;
    private static final int LOW_PRIORITY = 90;
    private static final int[] FLAGS = {
        PreemptFlags.DELAY, PreemptFlags.SIGNAL, PreemptFlags.DELAY | PreemptFlags.SIGNAL
    };
    private static final int LONGEST_SPIN = 9 * TICK;
    /** In ticks. */
    private static final int[] QUANTA = {1, 2, 3, 4, 5, 6};

    TimeAuthor(SplittableRandom random, ProgramAuthor author, Map<Party, List<Step>> scripts) {
        super(random, author, scripts);
    }

    /** Some spin; now and then one of them has a total quantum, about which its scheduler is told. */
    @Override
    void write() {
        for (Party party : parties) if (random.nextBoolean()) insert(party, spin(LONGEST_SPIN));
        if (masters().isEmpty()) return;
        Party master = any(masters());
        switch (random.nextInt(5)) {
            case 0, 1 -> limit(master);
            case 2 -> contend(master);
            default -> control(master);
        }
    }

    /** A thread has a say in its preemption while it spins, and others wake up meanwhile; its exception handler may be told. */
    private void control(Party master) {
        Party target = any(parties);
        Party handler = author.other(target);
        int flags = FLAGS[random.nextInt(FLAGS.length)];
        for (int i = random.nextInt(2); i >= 0; i--) {
            int at = place(target);
            if (random.nextBoolean()) scripts.get(target).add(at, gives(ThreadId.NIL));
            Step spin = spin(LONGEST_SPIN, 3 * TICK, flags);
            boolean handled = random.nextInt(6) > 0;
            scripts.get(target).add(at, handled ? spin.handledBy(author.id(target, handler), handler.name()) : spin);
        }
        for (int i = random.nextInt(2); i >= 0; i--) {
            int at = place(handler);
            scripts.get(handler).add(at, answer(handler, target));
            scripts.get(handler)
                    .add(at, author.ipc(handler, null, author.id(handler, target), target, author.patience()));
        }
        for (Party party : parties)
            if (!party.equals(target)) scripts.get(party).add(place(party), sleep(party, TICK / 2, LONGEST_SPIN));
        Map<Reg32, Integer> registers =
                new TreeMap<>(schedule(master, target, UNCHANGED).registers());
        registers.put(EDI, sensitivity() << SENSITIVE_SHIFT | random.nextInt(4) * TICK);
        if (random.nextInt(4) > 0) registers.put(ECX, LOW_PRIORITY);
        String text = "Schedule " + target.name() + ", its preemption";
        scripts.get(master).add(0, new Step(Step.Action.SCHEDULE, registers, List.of(), List.of(), text));
    }

    /** Mostly at the beginning of what a party does, where nothing can have gone wrong. */
    private int place(Party party) {
        return random.nextInt(3) > 0 ? 0 : random.nextInt(scripts.get(party).size() + 1);
    }

    private int sensitivity() {
        return author.priority() + random.nextInt(3) * 5;
    }

    private static Step gives(int to) {
        return new Step(Step.Action.SWITCH, Map.of(EAX, to), List.of(), List.of(), "ThreadSwitch to any");
    }

    /** Two of the same priority spin for longer than the time slices that they are given. */
    private void contend(Party master) {
        Party one = any(parties);
        int priority = author.priority();
        for (Party each : List.of(one, author.other(one))) {
            Step schedule =
                    schedule(master, each, Time.pair(random.nextInt(4) == 0 ? Time.NEVER : slice(), Time.NEVER));
            Map<Reg32, Integer> registers = new TreeMap<>(schedule.registers());
            registers.put(ECX, priority);
            scripts.get(each).add(0, spin(LONGEST_SPIN));
            scripts.get(master).add(0, new Step(schedule.action(), registers, List.of(), List.of(), schedule.text()));
        }
    }

    /** A master says who schedules a thread, and how much time it has; it spins for longer, and its scheduler does something about it. */
    private void limit(Party master) {
        Party target = any(parties);
        Party scheduler = author.other(target);
        int longest = 0;
        for (int i = random.nextInt(2); i >= 0; i--) {
            insert(target, spin(LONGEST_SPIN));
            longest++;
        }
        int times = random.nextInt(4) > 0 ? times() : Time.pair(slice(), Time.NEVER);
        scripts.get(master).add(0, schedule(master, target, times));
        scripts.get(master).add(0, scheduledBy(target, scheduler));
        boolean vanishes = !scheduler.equals(master) && !target.equals(master) && random.nextInt(3) == 0;
        if (vanishes) vanish(master, scheduler, target);
        else for (int i = 0; i < longest; i++) decide(scheduler, target);
    }

    /** When the thread has been preempted, nobody has its scheduler's id any more. */
    private void vanish(Party master, Party scheduler, Party target) {
        boolean deletes = random.nextBoolean();
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, scheduler.globalId() + (deletes ? 0 : 1));
        registers.put(ESI, deletes ? ThreadId.NIL : author.anchor(scheduler));
        registers.put(EDI, UNCHANGED);
        String text = "ThreadControl: " + scheduler.name() + (deletes ? " is deleted" : " has another id");
        scripts.get(master)
                .addAll(
                        2,
                        List.of(
                                sleep(master, TICK / 2, LONGEST_SPIN),
                                new Step(Step.Action.CONTROL, registers, List.of(), List.of(), text)));
        scripts.get(target).add(0, spin(LONGEST_SPIN, LONGEST_SPIN, 0));
        if (random.nextBoolean())
            scripts.get(scheduler)
                    .add(0, author.ipc(scheduler, null, author.id(scheduler, target), target, author.patience()));
    }

    private void decide(Party scheduler, Party target) {
        int specifier = random.nextInt(3) == 0 ? ThreadId.ANY : author.id(scheduler, target);
        insert(scheduler, author.ipc(scheduler, null, specifier, target, author.patience()));
        List<Step> steps = scripts.get(scheduler);
        int at = steps.size();
        switch (random.nextInt(6)) {
            case 0, 1 -> steps.add(at, answer(scheduler, target));
            case 2, 3 -> steps.add(at, schedule(scheduler, target, times()));
            case 4 -> {
                steps.add(at, release(scheduler, target));
                steps.add(at + 1, schedule(scheduler, target, times()));
            }
            default -> {}
        }
    }

    private Step spin(int longest) {
        return spin(longest, TICK / 2, 0);
    }

    private Step spin(int longer, int shortest, int flags) {
        int micros = shortest + random.nextInt(longer);
        String text = "spins for " + micros + (flags == 0 ? "" : " with preempt flags");
        return new Step(Step.Action.SPIN, Map.of(ECX, micros, EDX, flags), List.of(), List.of(), text);
    }

    private int times() {
        return Time.pair(random.nextInt(3) == 0 ? slice() : Time.NEVER, Time.period(quantum()));
    }

    private int slice() {
        return Time.period(quantum());
    }

    private int quantum() {
        return QUANTA[random.nextInt(QUANTA.length)] * TICK;
    }

    private Step scheduledBy(Party target, Party scheduler) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, target.globalId());
        registers.put(ESI, author.anchor(target));
        registers.put(EDX, scheduler.globalId());
        registers.put(EDI, UNCHANGED);
        String text = "ThreadControl: " + scheduler.name() + " schedules " + target.name();
        return new Step(Step.Action.CONTROL, registers, List.of(), List.of(), text);
    }

    private Step schedule(Party self, Party target, int times) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, author.id(self, target));
        registers.put(EDX, times);
        registers.put(ESI, UNCHANGED);
        registers.put(EDI, UNCHANGED);
        registers.put(ECX, random.nextInt(3) > 0 ? UNCHANGED : author.priority());
        return new Step(
                Step.Action.SCHEDULE, registers, List.of(), List.of(), "Schedule " + target.name() + ", its time");
    }

    private Step answer(Party self, Party target) {
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EAX, author.id(self, target), EDI, self.localId()));
        List<Integer> words = new ArrayList<>(List.of(random.nextInt()));
        registers.put(ESI, MessageTag.of(random.nextInt(1 << 16), words.size()));
        registers.put(ECX, author.patience());
        return new Step(Step.Action.IPC, registers, words, List.of(), "answers " + target.name());
    }

    /** Which does not let it go on. */
    private Step release(Party self, Party target) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, author.id(self, target));
        registers.put(ECX, ExchangeControl.ABORT_RECEIVE | ExchangeControl.ABORT_SEND);
        return new Step(
                Step.Action.EXCHANGE, registers, List.of(), List.of(), "ExchangeRegisters breaks off " + target.name());
    }
}
