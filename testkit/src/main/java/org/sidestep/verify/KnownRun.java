package org.sidestep.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Booted.Received;

/**
 * A run that ended well, with all that it depended on, step by step. Another run that comes to a state which differs from one of
 * this run's only in what this one does not look at any more goes on as this one did, and need not be run. What would tell
 * them apart is compared: the processor, each word that this run reads before it writes it, its code and page tables among
 * them; nothing must come from devices, nor be asked of them or of the clock, and no translation may be stale.
 */
final class KnownRun {

    private static final int LEVEL_3 = 3;
    private static final int WORD = Integer.BYTES;
    private static final int SERIAL = 0x3F8;
    /** {@code 0F 20 /2}. */
    private static final int MOV_FROM_CR2 = 0x10200F;

    private static final int MOV_FROM_CR2_MASK = 0x38FFFF;
    private static final int LONGEST_INSTRUCTION = 15;
    /** Walks set the accessed and the dirty bit, and do not depend on them. */
    private static final int WALKED = ~0x60;
    /** How much longer the rest of a run may take on other contents of caches. */
    private static final int SLACK = 2;

    /** A place at user level between two instructions. */
    private record Point(int step, long processor, int cr2, long cycles, int received, int kills) {}

    private final Map<Integer, List<Point>> points = new HashMap<>();
    private final Trace data = new Trace();
    private final Trace tables = new Trace();
    /** The last step before which an instruction was next. */
    private final Map<Integer, Integer> last = new HashMap<>();

    /** The last step that time or a device had a part in; before it nothing can be said. */
    private int disturbed = -1;

    /** The last step that looked at the address of a page fault, which otherwise does not matter. */
    private int cr2Read = -1;

    private long end;
    private int kills;
    private List<Received> received = List.of();

    private KnownRun() {}

    /**
     * Runs the machine to its end.
     *
     * @return what happened, or null if it did not end well within so many cycles
     */
    static KnownRun record(Booted booted, long limit) {
        KnownRun run = new KnownRun();
        Recorder recorder = run.new Recorder(booted);
        Stop stop;
        try (Watch watch = booted.machine().debugger().watchData(0, -1, DataAccess.Kind.ACCESS, recorder::accessed)) {
            do stop = recorder.step();
            while (stop.kind() == Stop.Kind.STEP && booted.machine().cycles() < limit);
        }
        if (stop.kind() != Stop.Kind.EXIT || stop.code() != 0) return null;
        if (!booted.outcome(stop).violations().isEmpty()) return null;
        run.points.values().forEach(points -> points.removeIf(point -> point.step <= run.disturbed));
        run.points.values().removeIf(List::isEmpty);
        run.tables.forgetUnread();
        run.end = booted.machine().cycles();
        run.kills = booted.passed(KernelProbes.KILL);
        run.received = booted.received(0);
        return run;
    }

    /** What a machine that has come to a state of this run would still receive, and how many threads it would kill. */
    record Rest(List<Received> received, int kills, Map<Integer, Integer> last, int step) {

        /** Whether an instruction would be executed. */
        boolean executes(int address) {
            return last.getOrDefault(address, -1) >= step;
        }
    }

    /** Where a machine stands, at user level. */
    static final class Place {
        private final Machine machine;
        private final int key;
        private final long quiet;
        private long processor;
        private boolean hashed;

        Place(Machine machine) {
            this.machine = machine;
            key = key(machine);
            quiet = machine.debugger().quietUntil() - machine.cycles();
        }

        /** Asked for only if the rest speaks for it: it takes some time. */
        private long processor() {
            if (!hashed) processor = Processor.hash(machine);
            hashed = true;
            return processor;
        }
    }

    /** Whether a machine has come to a state of this run; what comes then, or null. */
    Rest from(Place place) {
        List<Point> candidates = points.get(place.key);
        if (candidates == null) return null;
        for (Point point : candidates) {
            boolean undisturbed = point.step > disturbed && place.quiet > SLACK * (end - point.cycles);
            if (undisturbed && agrees(place, point))
                return new Rest(
                        received.subList(point.received, received.size()), kills - point.kills, last, point.step);
        }
        return null;
    }

    private boolean agrees(Place place, Point point) {
        Machine machine = place.machine;
        return place.processor() == point.processor
                && (point.step > cr2Read || machine.control(Cr.CR2) == point.cr2)
                && data.agrees(machine, point.step, -1)
                && tables.agrees(machine, point.step, WALKED)
                && machine.debugger().translationsCurrent();
    }

    private static int key(Machine machine) {
        int key = machine.codeAddress();
        for (Reg32 register : Reg32.values()) key = 31 * key + machine.register(register);
        return 31 * key + machine.control(Cr.CR3);
    }

    /** Looks at each step while it is made. */
    private final class Recorder {
        private final Booted booted;
        private final Machine machine;
        private int step;
        private long interrupts;

        Recorder(Booted booted) {
            this.booted = booted;
            machine = booted.machine();
            interrupts = machine.counters().interrupts();
        }

        Stop step() {
            if (machine.cpl() == LEVEL_3) addPoint();
            fetched();
            last.put(machine.codeAddress(), step);
            Stop stop = machine.step();
            long now = machine.counters().interrupts();
            if (now != interrupts) disturbed = step;
            interrupts = now;
            step++;
            return stop;
        }

        private void addPoint() {
            // what a stale translation led to, nobody can know from memory
            if (!machine.debugger().translationsCurrent()) return;
            Point point = new Point(
                    step,
                    Processor.hash(machine),
                    machine.control(Cr.CR2),
                    machine.cycles(),
                    booted.received(),
                    booted.passed(KernelProbes.KILL));
            points.computeIfAbsent(key(machine), key -> new ArrayList<>(1)).add(point);
        }

        private void fetched() {
            int from = machine.codeAddress();
            walked(from);
            int start = from & -WORD;
            long words = Integer.toUnsignedLong(fetched(start)) | (long) fetched(start + WORD) << Integer.SIZE;
            for (int at = start + 2 * WORD; at - from < LONGEST_INSTRUCTION; at += WORD) fetched(at);
            int code = (int) (words >>> Byte.SIZE * (from - start));
            if (asksForTime(code)) disturbed = step;
            if ((code & MOV_FROM_CR2_MASK) == MOV_FROM_CR2) cr2Read = step;
        }

        /** The word of code at a linear address; zero where nothing is mapped, so that fetching it faults. */
        private int fetched(int at) {
            OptionalInt physical = AddressSpaceView.of(machine).physical(at);
            if (physical.isEmpty()) return 0;
            int word = machine.peekPhysical(physical.getAsInt());
            data.read(step, physical.getAsInt(), word);
            return word;
        }

        /** RDTSC, HLT, and input from a port that is not the serial one's, which is always ready. */
        private boolean asksForTime(int code) {
            int opcode = code & 0xFF;
            int port = machine.register(Reg32.EDX) & 0xFFFF;
            boolean fromRegister = opcode == 0xEC || opcode == 0xED || opcode == 0x6C || opcode == 0x6D;
            boolean input = opcode == 0xE4 || opcode == 0xE5 || fromRegister && port >> 3 != SERIAL >> 3;
            return input || (code & 0xFFFF) == 0x310F || opcode == 0xF4;
        }

        void accessed(Machine ignored, DataAccess access) {
            walked(access.address());
            int last = access.address() + access.bytes() - 1;
            for (int at = access.address() & -WORD; at - last <= 0; at += WORD) accessed(access, at);
        }

        /** The part of an access that lies in the word at a linear address. */
        private void accessed(DataAccess access, int at) {
            OptionalInt physical = AddressSpaceView.of(machine).physical(at);
            if (physical.isEmpty()) {
                disturbed = step;
                return;
            }
            int word = physical.getAsInt();
            int now = machine.peekPhysical(word);
            int covered = 0;
            int before = 0;
            for (int i = 0; i < access.bytes(); i++) {
                int shift = 8 * (access.address() + i - at);
                if (shift < 0 || shift >= Integer.SIZE) continue;
                covered |= 0xFF << shift;
                before |= (int) (access.before() >>> 8 * i & 0xFF) << shift;
            }
            // a word of which a part is written keeps the rest, as if that were read
            if (!access.write() || covered != -1) data.read(step, word, now & ~covered | before);
            if (!access.write()) return;
            data.write(step, word);
            // by a kernel that maps or unmaps; what it makes of an entry depends on what it has read
            if (covered == -1) tables.write(step, word);
        }

        /** The way through the page tables to a linear address. */
        private void walked(int linear) {
            AddressSpaceView.of(machine).way(linear, (word, entry) -> tables.read(step, word, entry & WALKED));
        }
    }
}
