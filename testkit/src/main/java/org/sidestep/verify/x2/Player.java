package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.plugin.Configured;
import org.sidestep.verify.Patch;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Utcb;

/** A kernel with threads that wait for a program: booted once, and again and again taken back to where they wait. */
final class Player {

    /** Of a program's run: more than all its timeouts one after the other. */
    private static final long MOST_MICROS = 1_000_000;

    /** Of a program's run: a broken kernel must not take minutes to be found broken. */
    private static final long MOST_INSTRUCTIONS = 6_000_000;

    /** Of boot, and until the threads wait. */
    private static final long MOST_CYCLES = 1_000_000_000;

    /** What programs hold addresses of. */
    private static final List<String> LABELS =
            List.of(ScriptedThreads.ENTRY, ScriptedThreads.WINDOW, ScriptedThreads.STRINGS);

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ScriptedThreads threads = new ScriptedThreads();
    private final KernelImage image;
    private final Machine machine;
    private final List<Party> parties;
    private final Machine.Snapshot ready;
    private final int kilohertz;
    private final List<Event> events = new ArrayList<>();
    private Patch patch = new Patch(List.of());
    private RandomProgram program = new RandomProgram(List.of(), true);

    /** @param kernel a cell whose workload does not matter */
    Player(Cell kernel) {
        Cell cell = withThreads(kernel);
        image = cell.assemble();
        machine = cell.boot(image);
        parties = threads.parties(this::address);
        becomeReady();
        kilohertz = machine.peekPhysical(address(ScriptedThreads.KILOHERTZ));
        watch(ScriptedThreads.ENTRY, Event.Kind.ENTRY);
        watch(ScriptedThreads.INVOKE, Event.Kind.CALL);
        watch(ScriptedThreads.RETURNED, Event.Kind.RETURN);
        ready = machine.snapshot();
    }

    private Cell withThreads(Cell kernel) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(kernel.plugins());
        plugins.put(Axis.WORKLOAD, Configured.defaults(threads));
        return new Cell(plugins, kernel.seed(), Long.MAX_VALUE);
    }

    /**
     * From now on programs are run by another kernel, which is the same until they begin.
     *
     * @throws IllegalArgumentException if something in it lies elsewhere
     */
    void become(Cell other) {
        patch = Patch.between(image.program(), withThreads(other).assemble().program());
    }

    private void becomeReady() {
        try (Watch breakpoint = machine.debugger().breakpoint(address(ScriptedThreads.READY))) {
            Stop stop = machine.run(Limits.cycles(MOST_CYCLES));
            if (stop.kind() != Stop.Kind.BREAKPOINT)
                throw new IllegalStateException("the threads do not start: " + stop);
        }
    }

    private void watch(String label, Event.Kind kind) {
        machine.watch(address(label), (at, address) -> seen(kind));
    }

    /** The threads that a program may use. */
    List<Party> parties() {
        return parties;
    }

    /** The thread of the interrupt that they may raise. */
    Party interrupt() {
        return Interrupts.with(parties).get(parties.size());
    }

    /** Global id of who serves their page faults. */
    int pager() {
        return threads.pagerId();
    }

    /** Global id of a thread that is always in the same space. */
    int anchor(Party party) {
        return threads.anchors().get(party.space());
    }

    /** By space, a thread that is always there. */
    List<Integer> anchors() {
        return threads.anchors();
    }

    /** The space of a thread that is always in the same one. */
    int spaceOf(int anchor) {
        return threads.anchors().indexOf(anchor);
    }

    /** Where the label of the threads' code or memory is; the same in all spaces. */
    int address(String label) {
        return image.program().address(label);
    }

    /** Whether programs for the threads of {@code other} are programs for these. */
    boolean isLike(Player other) {
        return parties.equals(other.parties)
                && threads.anchors().equals(other.threads.anchors())
                && LABELS.stream().allMatch(label -> address(label) == other.address(label));
    }

    /** What a run was, and how and when it ended. */
    record Run(List<Event> events, Stop stop, double micros) {

        /** All threads came to wait for ever. */
        boolean ended() {
            return stop.kind() == Stop.Kind.HALTED;
        }

        /** Somebody still runs. */
        boolean isBusy() {
            return stop.kind() == Stop.Kind.INSTRUCTION_LIMIT;
        }

        /** The pager was told of a fault elsewhere. */
        boolean strays() {
            return stop.kind() == Stop.Kind.EXIT && stop.code() == ScriptedThreads.STRAY;
        }

        /** Nobody runs any more, though an interrupt might still come: who is busy comes to the limit of instructions first. */
        boolean sleeps() {
            return stop.kind() == Stop.Kind.CYCLE_LIMIT;
        }
    }

    /** Lets a program run to its end. */
    Run play(RandomProgram played) {
        program = played;
        machine.restore(ready);
        patch.apply(machine);
        events.clear();
        write();
        Stop stop = machine.run(new Limits(
                machine.cycles() + MOST_MICROS * kilohertz / 1000, machine.instructions() + MOST_INSTRUCTIONS));
        return new Run(List.copyOf(events), stop, micros());
    }

    private void write() {
        ByteBuffer table = words(2 * (ScriptedThreads.MOST_THREADS + 1));
        for (Party party : parties) writeScript(party, List.of(), pager());
        for (RandomProgram.Role role : program.roles()) {
            table.putInt(role.party().globalId()).putInt(role.priority());
            writeScript(role.party(), role.steps(), role.pager());
        }
        machine.pokePhysical(address(ScriptedThreads.START_TABLE), table.array());
        for (Party party : parties) {
            byte[] strings = new byte[2 * ScriptedThreads.STRINGS_SIZE];
            for (int i = 0; i < ScriptedThreads.STRINGS_SIZE; i++) strings[i] = Strings.at(party, i);
            machine.pokePhysical(strings(party), strings);
        }
    }

    /** Who has no part in a program waits for ever should he be let go. */
    private void writeScript(Party party, List<Step> script, int servedBy) {
        ByteBuffer steps = words((script.size() + 1) * ScriptedThreads.STEP / 4);
        for (Step step : script) write(steps, step, false);
        write(steps, ProgramAuthor.park(party), true);
        machine.pokePhysical(script(party), steps.array());
        machine.pokePhysical(party.block(), words(1).putInt(script(party)).array());
        machine.pokePhysical(
                party.block() + ScriptedThreads.PAGER, words(1).putInt(servedBy).array());
    }

    private void write(ByteBuffer steps, Step step, boolean last) {
        int start = steps.position();
        steps.putInt(target(step.action()));
        for (Reg32 register : ScriptedThreads.REGISTERS) steps.putInt(step.register(register));
        steps.putInt(last ? 1 : 0);
        steps.putInt(step.words().size())
                .putInt(step.buffers().size())
                .putInt(step.name())
                .putInt(step.transfer());
        step.words().forEach(steps::putInt);
        steps.position(start + ScriptedThreads.FIRST_BUFFER);
        step.buffers().forEach(steps::putInt);
        steps.position(start + ScriptedThreads.STEP);
    }

    /** The address of the word that says where it is. */
    private int target(Step.Action action) {
        if (action.call() == null)
            return address(ScriptedThreads.ACCESSES) + 4 * (action.ordinal() - Step.Action.READ.ordinal());
        return address(ScriptedThreads.LINKS) + action.call().link() - SystemCall.FIRST_LINK;
    }

    private int script(Party party) {
        return address(ScriptedThreads.SCRIPTS) + party.number() * ScriptedThreads.STEPS * ScriptedThreads.STEP;
    }

    private void seen(Event.Kind kind) {
        int stack = machine.register(Reg32.ESP);
        Party party = parties.stream()
                .filter(each -> each.block() == stack)
                .findFirst()
                .orElse(null);
        if (party == null) {
            events.add(new Event(kind, -1, micros(), null, Map.of(), List.of(), 0, NONE, 0, 0, 0));
            machine.debugger().requestStop("a thread has a stack that is none");
            return;
        }
        Map<Reg32, Integer> registers = new EnumMap<>(Reg32.class);
        for (Reg32 register : Reg32.values()) registers.put(register, machine.register(register));
        Step step = kind == Event.Kind.CALL ? present(party) : null;
        boolean returned = kind == Event.Kind.RETURN;
        List<Integer> words = returned ? message(party, registers.get(Reg32.ESI)) : List.of();
        int error = returned ? utcb(party, Utcb.ERROR_CODE.offset()) : 0;
        boolean typed = returned && (registers.get(Reg32.ESI) & MessageTag.TYPED) != 0;
        ByteBuffer buffers =
                typed ? ByteBuffer.wrap(machine.peekPhysical(buffers(party), ScriptedThreads.STRINGS_SIZE)) : NONE;
        events.add(new Event(
                kind,
                party.number(),
                micros(),
                step,
                registers,
                words,
                error,
                buffers,
                utcb(party, Utcb.PAGER.offset()),
                utcb(party, Utcb.ACTUAL_SENDER.offset()),
                utcb(party, Utcb.INTENDED_RECEIVER.offset())));
    }

    private Step present(Party party) {
        int number =
                (machine.peekPhysical(party.block() + ScriptedThreads.PRESENT) - script(party)) / ScriptedThreads.STEP;
        List<Step> steps = program.roles().stream()
                .filter(role -> role.party().equals(party))
                .findFirst()
                .map(RandomProgram.Role::steps)
                .orElse(List.of());
        return number < steps.size() ? steps.get(number) : ProgramAuthor.park(party);
    }

    private List<Integer> message(Party party, int tag) {
        int count = Math.min(
                (tag & MessageTag.UNTYPED) + (tag >>> MessageTag.TYPED_SHIFT & MessageTag.UNTYPED),
                ScriptedThreads.WORDS);
        List<Integer> words = new ArrayList<>();
        for (int i = 0; i <= count; i++) words.add(utcb(party, 4 * i));
        return words;
    }

    private int utcb(Party party, int offset) {
        try {
            return machine.peek(party.localId() + offset);
        } catch (NotMapped e) {
            return 0;
        }
    }

    private double micros() {
        return machine.cycles() * 1000.0 / kilohertz;
    }

    /** Where a party's strings are. */
    int strings(Party party) {
        return address(ScriptedThreads.STRINGS) + party.number() * 2 * ScriptedThreads.STRINGS_SIZE;
    }

    /** Where a party's string buffers are. */
    int buffers(Party party) {
        return strings(party) + ScriptedThreads.STRINGS_SIZE;
    }

    private static ByteBuffer words(int count) {
        return ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    }
}
