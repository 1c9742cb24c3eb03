package org.sidestep.machine.ia32.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** What happens between two instructions: limits, device time, traps, interrupts, halting. */
public final class Boundary {
    static final Stop STEP = new Stop(Stop.Kind.STEP, 0, "one step made");

    private final Cpu cpu;
    private final Board board;
    private final Machine machine;
    private final FaultLog log;
    private final TreeMap<Long, List<Integer>> pulses = new TreeMap<>();
    private Limits limits;
    private boolean single;
    private boolean careful;
    private boolean started;
    private boolean delivered;
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

    public long interrupts() {
        return interrupts;
    }

    public long faults() {
        return faults;
    }

    /** Pulses an interrupt line when the instruction count reaches {@code instruction}. */
    public void pulseAt(long instruction, int irq) {
        pulses.computeIfAbsent(instruction, at -> new ArrayList<>()).add(irq);
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
            for (; !pulses.isEmpty() && pulses.firstKey() <= instructions; pulses.pollFirstEntry()) {
                for (int irq : pulses.firstEntry().getValue()) board.pulse(irq);
            }
            board.advanceTo(cpu.timing.cycles());
            if (deliverPending()) {
                delivered = true;
                if (single) return publishAndStep();
                continue;
            }
            if (!cpu.halted) break;
            stop = idle();
            if (stop != null) return stop;
        }
        plan(instructions);
        return null;
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
            cpu.debug.entered(cpu.debugTraps);
            cpu.debugTraps = 0;
            cpu.halted = false;
            faults++;
            Interrupts.trap(cpu, Vector.DB);
            cpu.eip = cpu.next;
            return true;
        }
        if (!cpu.shadow && !cpu.nmiBlocked && board.takeNmi()) {
            deliverNmi();
            return true;
        }
        if (cpu.shadow || !cpu.flags.interruptsEnabled() || !board.interruptRequested()) return false;
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
        if (cpu.stepping && !cpu.trapShadow) cpu.debugTraps |= DebugRegisters.BS;
        cpu.stepping = false;
        return cpu.debugTraps != 0 && !cpu.trapShadow;
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
        cpu.stepping = false;
        cpu.debugTraps = 0;
        Interrupts.fault(cpu, fault);
        faults++;
        cpu.eip = cpu.next;
        cpu.attention();
    }

    /** Lets time pass until a device does something. */
    private Stop idle() {
        cpu.shadow = false;
        if (cpu.flags.interruptsEnabled() && board.interruptRequested()) return null;
        long next = cpu.flags.interruptsEnabled() ? board.nextEvent() : Long.MAX_VALUE;
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
        cpu.stretch = careful || cpu.debug.enabled() ? 1 : Strings.STRETCH;
        cpu.chooseMemory();
        long most = single || cpu.shadow || careful ? instructions + 1 : limits.maxInstructions();
        instructionDeadline = pulses.isEmpty() ? most : Math.min(most, pulses.firstKey());
        cpu.deadline = single ? Long.MAX_VALUE : Math.min(board.nextEvent(), limits.maxCycles());
        cpu.shadow = false;
        cpu.trapShadow = false;
        cpu.stepping = cpu.singleStepping();
        started = true;
    }

    /** Instruction breakpoints come last of all that happens between two instructions (SDM vol. 3, table 6-2). */
    private void breakAtInstruction() {
        boolean held = cpu.trapShadow || cpu.resuming || (cpu.flags.system & Eflags.RF) != 0;
        if (held || !cpu.debug.watchesCode()) return;
        int hit = cpu.debug.executing(cpu.codeAddress());
        if (hit != 0) throw Fault.db(hit);
    }

    /** What a snapshot must keep. */
    public record State(Map<Long, List<Integer>> pulses, long interrupts, long faults) {}

    /** For a snapshot. */
    public State save() {
        Map<Long, List<Integer>> copy = new TreeMap<>();
        pulses.forEach((at, irqs) -> copy.put(at, List.copyOf(irqs)));
        return new State(copy, interrupts, faults);
    }

    void restore(State state) {
        pulses.clear();
        state.pulses.forEach((at, irqs) -> pulses.put(at, new ArrayList<>(irqs)));
        interrupts = state.interrupts;
        faults = state.faults;
    }
}
