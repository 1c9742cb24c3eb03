package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.Input;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Moment;
import org.sidestep.machine.Recording;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.DebugRegisters;
import org.sidestep.machine.ia32.cpu.Flow;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;
import org.sidestep.machine.ia32.transfer.Interrupts;

/** What happens between two instructions: limits, device time, traps, interrupts, halting. */
public final class Boundary {
    static final Stop STEP = new Stop(Stop.Kind.STEP, 0, "one step made");

    private final Cpu cpu;
    private final Board board;
    private final Machine machine;
    private final FaultLog log;
    /** What is still to come from outside; of one moment, in the order in which it was asked for. */
    private final TreeMap<Moment, List<Input>> inputs = new TreeMap<>();

    private Limits limits;
    private boolean single;
    private boolean careful;
    private boolean started;
    private boolean delivered;

    /** The shadows in which the planned instruction is executed. */
    private boolean heldShadow;

    private boolean heldTrapShadow;
    private long instructionDeadline;
    private Stop request;
    private long interrupts;
    private long faults;

    Boundary(Cpu cpu, Machine machine, FaultLog log) {
        this.cpu = cpu;
        this.log = log;
        this.board = cpu.board;
        this.machine = machine;
    }

    /** Interrupts delivered so far, non-maskable ones included. */
    public long interrupts() {
        return interrupts;
    }

    /** Faults and debug traps delivered so far. */
    public long faults() {
        return faults;
    }

    /** Lets an input come as soon as a moment is reached. */
    public void schedule(Moment moment, Input input) {
        inputs.computeIfAbsent(moment, at -> new ArrayList<>()).add(input);
        instructionDeadline = 0;
    }

    /** Makes the run end before the next instruction. */
    public void requestStop(Stop stop) {
        request = stop;
        cpu.attention();
    }

    void begin(Limits newLimits, boolean oneStep) {
        limits = newLimits;
        single = oneStep;
        started = false;
        cpu.attention();
    }

    /** Whether the next instruction must be executed alone: TF, RF or an instruction breakpoint concerns it. */
    boolean careful() {
        return careful;
    }

    boolean single() {
        return single;
    }

    /** Whether {@link #attend} last delivered something. */
    boolean delivered() {
        return delivered;
    }

    /** The instruction count at which to attend next. */
    long instructionDeadline() {
        return instructionDeadline;
    }

    /**
     * Lets everything happen that is due now, and sets the deadlines for what comes next.
     *
     * @return why to stop, or null to execute instructions
     * @throws Fault what the delivery of an interrupt or trap raises
     */
    Stop attend(long instructions) {
        delivered = false;
        while (true) {
            cpu.notices.publish(machine);
            if (board.initRequested()) {
                cpu.init();
                cpu.setAddressMask(board.addressMask());
            }
            Stop stop = limit(instructions);
            if (stop != null) return stop;
            stop = takeInputs(instructions);
            if (stop != null) return stop;
            board.advanceTo(cpu.timing.cycles());
            if (deliverPending()) {
                delivered = true;
                if (single) return publishAndStep();
                continue;
            }
            if (!cpu.halted) break;
            stop = idle(instructions);
            if (stop != null) return stop;
        }
        plan(instructions);
        return null;
    }

    /** Where the run is; the count of instructions is the interpreter's. */
    public Moment moment(long instructions) {
        return new Moment(instructions, cpu.timing.cycles(), interrupts + faults);
    }

    /** Takes the inputs that are due; a stop if the last was the end. */
    private Stop takeInputs(long instructions) {
        while (!inputs.isEmpty() && inputs.firstKey().isReachedAt(moment(instructions))) {
            List<Input> due = inputs.firstEntry().getValue();
            while (!due.isEmpty()) {
                Input input = due.remove(0);
                if (due.isEmpty()) inputs.pollFirstEntry();
                if (input instanceof Input.End) return new Stop(Stop.Kind.REQUEST, 0, "the recording ends");
                take(input);
            }
        }
        return null;
    }

    /** Lets an input come now. */
    public void take(Input input) {
        if (input instanceof Input.Pulse pulse) board.pulse(pulse.irq());
        else board.advanceTo(cpu.timing.cycles());
        if (input instanceof Input.Keys keys) board.typeKeys(HexFormat.of().parseHex(keys.characters()));
        if (input instanceof Input.Serial serial) board.type(HexFormat.of().parseHex(serial.characters()));
        cpu.attention();
    }

    /** See {@link org.sidestep.machine.Debugger#quietUntil}. */
    public long quietUntil() {
        return !inputs.isEmpty() || board.interruptRequested() ? 0 : board.nextEvent();
    }

    /** The cycle at which an input may come without another instruction. */
    private long nextInput(long instructions) {
        boolean now = !inputs.isEmpty() && inputs.firstKey().instructions() <= instructions;
        return now ? inputs.firstKey().cycles() : Long.MAX_VALUE;
    }

    private Stop publishAndStep() {
        cpu.notices.publish(machine);
        return STEP;
    }

    private Stop limit(long instructions) {
        if (board.exited()) {
            return new Stop(Stop.Kind.EXIT, board.exitCode(), "the guest exited with code " + board.exitCode());
        }
        if (request != null) {
            Stop stop = request;
            request = null;
            return stop;
        }
        if (board.refusal().isPresent()) {
            return new Stop(Stop.Kind.UNDEFINED, 0, board.refusal().get());
        }
        if (board.resetRequest().isPresent()) {
            return new Stop(
                    Stop.Kind.RESET,
                    0,
                    "the guest asked for a reset through "
                            + board.resetRequest().get());
        }
        if (single) return started ? STEP : null;
        if (cpu.timing.cycles() >= limits.maxCycles()) {
            return new Stop(
                    Stop.Kind.CYCLE_LIMIT,
                    0,
                    String.format(Locale.ROOT, "reached the limit of %d cycles", limits.maxCycles()));
        }
        if (instructions >= limits.maxInstructions()) {
            return new Stop(
                    Stop.Kind.INSTRUCTION_LIMIT,
                    0,
                    String.format(Locale.ROOT, "reached the limit of %d instructions", limits.maxInstructions()));
        }
        return null;
    }

    /** Delivers a debug trap or an interrupt, if one is due; traps come first (SDM vol. 3, table 5-2). */
    private boolean deliverPending() {
        if (debugTrapDue()) {
            cpu.debug.entered(cpu.flow.debugTraps);
            cpu.flow.debugTraps = 0;
            cpu.halted = false;
            faults++;
            Interrupts.trap(cpu, Vector.DB);
            cpu.eip = cpu.next;
            return true;
        }
        if (!cpu.flow.shadow && !cpu.nmiBlocked && board.takeNmi()) {
            deliverNmi();
            return true;
        }
        if (cpu.flow.shadow || !cpu.flags.interruptsEnabled() || !board.interruptRequested()) return false;
        cpu.halted = false;
        interrupts++;
        cpu.timing.event(Timing.Event.INTERRUPT_ACKNOWLEDGE);
        int vector = board.acknowledge();
        Interrupts.external(cpu, vector);
        log.interrupted(vector);
        cpu.eip = cpu.next;
        return true;
    }

    private boolean debugTrapDue() {
        if (cpu.flow.stepping && !cpu.flow.trapShadow) cpu.flow.debugTraps |= DebugRegisters.BS;
        cpu.flow.stepping = false;
        return cpu.flow.debugTraps != 0 && !cpu.flow.trapShadow;
    }

    /** Further ones wait until the handler returns (SDM vol. 3, section 6.7.1). */
    private void deliverNmi() {
        cpu.halted = false;
        cpu.nmiBlocked = true;
        interrupts++;
        Interrupts.external(cpu, Vector.NMI);
        cpu.eip = cpu.next;
    }

    void deliver(Fault fault) {
        cpu.flow.stepping = false;
        cpu.flow.debugTraps = 0;
        Interrupts.fault(cpu, fault);
        faults++;
        cpu.eip = cpu.next;
        cpu.attention();
    }

    /** Lets time pass until a device does something, or somebody outside. */
    private Stop idle(long instructions) {
        cpu.flow.shadow = false;
        if (cpu.flags.interruptsEnabled() && board.interruptRequested()) return null;
        long next = cpu.flags.interruptsEnabled() ? board.nextEvent() : Long.MAX_VALUE;
        next = Math.min(next, nextInput(instructions));
        if (next == Long.MAX_VALUE) {
            return new Stop(Stop.Kind.HALTED, 0, "halted with nothing that could wake the processor");
        }
        if (single) return STEP;
        cpu.timing.idleUntil(Math.min(next, limits.maxCycles()));
        return null;
    }

    /** What may go on undisturbed, and until when. */
    private void plan(long instructions) {
        breakAtInstruction();
        careful = cpu.careful();
        cpu.flow.stretch = careful || cpu.debug.enabled() ? 1 : Flow.STRETCH;
        cpu.chooseMemory();
        long most = single || cpu.flow.shadow || careful ? instructions + 1 : limits.maxInstructions();
        long input = inputs.isEmpty()
                ? most
                : Math.max(instructions + 1, inputs.firstKey().instructions());
        instructionDeadline = Math.min(most, input);
        long event = Math.min(board.nextEvent(), nextInput(instructions));
        cpu.flow.deadline = single ? Long.MAX_VALUE : Math.min(event, limits.maxCycles());
        heldShadow = cpu.flow.shadow;
        heldTrapShadow = cpu.flow.trapShadow;
        cpu.flow.shadow = false;
        cpu.flow.trapShadow = false;
        cpu.flow.stepping = cpu.singleStepping();
        started = true;
    }

    /** The instruction for which this has planned is not executed in this run. */
    void unplan() {
        cpu.flow.shadow = heldShadow;
        cpu.flow.trapShadow = heldTrapShadow;
        cpu.flow.stepping = false;
    }

    /** Instruction breakpoints come last of all that happens between two instructions (SDM vol. 3, table 6-2). */
    private void breakAtInstruction() {
        boolean held = cpu.flow.trapShadow || cpu.flow.resuming || (cpu.flags.system & Eflags.RF) != 0;
        if (held || !cpu.debug.watchesCode()) return;
        int hit = cpu.debug.executing(cpu.codeAddress());
        if (hit != 0) throw Fault.db(hit);
    }

    /** What is still to come from outside, in order; that a recording ends is no input. */
    public List<Recording.Entry> pending() {
        List<Recording.Entry> pending = new ArrayList<>();
        inputs.forEach((at, each) -> each.stream()
                .filter(input -> !(input instanceof Input.End))
                .forEach(input -> pending.add(new Recording.Entry(at, input))));
        return pending;
    }

    /** What a snapshot must keep. */
    record State(Map<Moment, List<Input>> inputs, long interrupts, long faults) {}

    State save() {
        Map<Moment, List<Input>> copy = new TreeMap<>();
        inputs.forEach((at, each) -> copy.put(at, List.copyOf(each)));
        return new State(copy, interrupts, faults);
    }

    void restore(State state) {
        inputs.clear();
        state.inputs.forEach((at, each) -> inputs.put(at, new ArrayList<>(each)));
        interrupts = state.interrupts;
        faults = state.faults;
    }
}
