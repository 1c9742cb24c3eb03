package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Moment;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Probe;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Watch;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Flow;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;
import org.sidestep.machine.ia32.fault.diagnosis.Diagnosis;
import org.sidestep.machine.ia32.instruction.Common;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.observe.CodeWatches;

/**
 * Executes instructions. Between any two of them it looks at one number, the clock against {@link Flow#deadline}; all that
 * can interrupt the flow (device time, interrupts, limits, observers, overwritten code) works by lowering that deadline.
 */
public final class Interpreter {
    /** Of a block: the clock knows nothing of it. */
    private static final int NOT_BEGUN = -1;

    private static final long NOWHERE = -1;

    /** After so many rounds a predictor knows no history of the branch but that it was taken. */
    private static final int FEW_ROUNDS = 8;

    /** So often a block goes round until somebody may ask the run to stop. */
    private static final int MOST_ROUNDS = 1 << 16;

    private final Cpu cpu;
    private final CodeCache code;
    private final BlockReader reader;
    private final Boundary boundary;
    private final Machine machine;
    private final Ram ram;
    private final Trail trail = new Trail();
    private final FaultLog faults;
    private final CodeWatches watches;

    /** Instructions completed. */
    private long instructions;

    /** How many instructions had completed when an exception was last delivered. */
    private long lastFault = -1;

    private Block last;

    /** Makes hot blocks faster, or null. */
    private Translator translator;

    /** How often a block is interpreted before it is translated. */
    private int hot;

    private long translated;

    /** The block that its executable cannot execute now: it comes too close to a limit or the deadline. */
    private Block refused;

    /** Watches each instruction for those who asked, or null. */
    private Meter meter;

    /** The watched address that has been reported and not been executed since, or {@link #NOWHERE}. */
    private long announced = NOWHERE;

    /** The flow of execution of one processor; {@code machine} is what observers are told of. */
    public Interpreter(Cpu cpu, CodeCache code, Ram ram, Machine machine) {
        this.cpu = cpu;
        this.code = code;
        this.machine = machine;
        this.ram = ram;
        watches = new CodeWatches(cpu.notices, code);
        reader = new BlockReader(cpu, ram, watches);
        faults = new FaultLog(cpu);
        cpu.watches.attach(machine);
        boundary = new Boundary(cpu, machine, faults);
        code.onOverwrite(cpu::attention);
    }

    /** From now on makes executables of blocks that have been interpreted so often. */
    public void translate(Translator newTranslator, int times) {
        translator = newTranslator;
        hot = times;
    }

    /** What has been executed last; for a translator, which enters what it executes. */
    public Trail trail() {
        return trail;
    }

    /** How many of the instructions were not interpreted, for those who care for the host's time. */
    public long translatedInstructions() {
        return translated;
    }

    /** Instructions retired so far; each iteration of a repeated string instruction counts. */
    public long instructions() {
        return instructions;
    }

    /** How many blocks of code have been decoded, for those who care for the host's time. */
    public long decodedBlocks() {
        return code.added();
    }

    /** Interrupts and exceptions delivered, and inputs to come. */
    public Boundary boundary() {
        return boundary;
    }

    /** Where the run is. */
    public Moment moment() {
        return boundary.moment(instructions);
    }

    /** Tells an observer of retired instructions, if it wants to see them. */
    public void observe(Observer observer) {
        cpu.observe(observer);
        // Blocks that are reported afterwards would let it see misses late.
        if (observer.seesMisses()) translator = null;
        if (!observer.seesInstructions()) return;
        if (meter == null) meter = new Meter();
        meter.add(observer, cpu.timing);
    }

    /** Who wants to know where execution is. */
    public CodeWatches watches() {
        return watches;
    }

    /** Tells all observers when execution arrives at a linear address. */
    public Watch watch(int linear) {
        return watches.add(linear);
    }

    /** Tells a probe when execution arrives at a linear address. */
    public Watch watch(int linear, Probe probe) {
        return watches.add(linear, probe);
    }

    /** Where the processor is and how it got there, for a person. */
    public String report() {
        return StateReport.of(cpu, ram, trail);
    }

    /** The mistake that the state of the processor shows, for a person, once the run has ended badly; or nothing. */
    public Optional<String> diagnosis() {
        return Diagnosis.first(faults.evidence(trail, ram));
    }

    /** Memory has been changed from outside. */
    public void discardCode() {
        code.clear();
        last = null;
    }

    /** The page at a physical address has been restored. */
    public void recheckCode(int page) {
        code.recheck(page);
    }

    /** Some memory has been changed from outside. */
    public void changed(int physical, int length) {
        code.changed(physical, length);
    }

    /** Runs until a limit is met or the guest stops by itself; with {@code single}, one instruction or delivery at most. */
    public Stop run(Limits limits, boolean single) {
        boundary.begin(limits, single);
        while (true) {
            if (cpu.timing.cycles() >= cpu.flow.deadline || instructions >= boundary.instructionDeadline()) {
                try {
                    Stop stop = boundary.attend(instructions);
                    if (boundary.delivered()) announced = NOWHERE;
                    if (stop != null) return stop;
                } catch (Fault fault) {
                    Stop stop = raise(fault);
                    if (stop != null) return stop;
                    continue;
                }
            }
            try {
                Block block = fetch();
                if (block.watched && announced != Integer.toUnsignedLong(block.linear)) {
                    announced = Integer.toUnsignedLong(block.linear);
                    Optional<Stop> stop = watches.arrived(machine, block.linear);
                    if (stop.isPresent()) {
                        boundary.unplan();
                        return stop.get();
                    }
                    // A listener has set a watch in the middle of the block.
                    if (!block.valid) continue;
                }
                if (boundary.careful()) executeAlone(block);
                else execute(block);
            } catch (Fault fault) {
                Stop stop = raise(fault);
                if (stop != null) return stop;
            }
        }
    }

    /** The block at CS:EIP. */
    private Block fetch() {
        SegmentRegister cs = cpu.segments[Cpu.CS];
        int linear = cs.fetchable(cpu.eip);
        boolean user = cpu.cpl() == 3;
        int physical = cpu.mmu.fetch(linear, user);
        Block block = last != null ? last.successor(linear, physical, cs.big) : null;
        if (block == null) {
            block = find(linear, physical, cs.big);
            if (last != null) last.followedBy(block);
        }
        if (block.crossesPage() && cpu.mmu.fetch(block.secondPageLinear(), user) != block.secondPage
                || !cs.within(cpu.eip, block.length)) {
            block = reader.read(physical, 1);
            code.passing(block);
        }
        last = block;
        return block;
    }

    private Block find(int linear, int physical, boolean default32) {
        Block block = code.find(linear, physical, default32);
        if (block == null) {
            boolean inside = last != null && last.valid && last.default32 == default32;
            int done = inside ? last.indexOf(linear, physical) : 0;
            block = done > 0 ? reader.rest(last, done) : reader.read(physical, Integer.MAX_VALUE);
            if (done <= 0) faults.met(trail.lastAddress(), linear, ram.read32(physical) == 0);
            if (code.add(block)) cpu.mmu.watchWrites();
        }
        return block;
    }

    /** Executes a block, and those that follow it if there is an executable of them. */
    private void execute(Block block) {
        if (block.executable == null || block == refused || meter != null || translator == null) {
            interpret(block);
        } else if (!translator.run(block, boundary.instructionDeadline() - instructions)) {
            interpret(block, NOT_BEGUN);
        } else {
            instructions += translator.executed();
            translated += translator.executed();
            last = translator.block();
            announced = NOWHERE;
            if (!translator.isUnfinished()) return;
            int done = translator.handOver();
            if (done == NOT_BEGUN) refused = last;
            else interpret(last, done);
        }
    }

    private void interpret(Block block) {
        refused = null;
        if (++block.runs == hot && translator != null && meter == null) translator.hot(block);
        interpret(block, NOT_BEGUN);
        if (block.loops && !block.watched && meter == null) goRound(block);
    }

    /** A block that has been executed is executed again and again while it goes back to its beginning and nothing changes but registers. */
    private void goRound(Block block) {
        Timing timing = cpu.timing;
        Op[] ops = block.ops;
        long most = Math.min(MOST_ROUNDS, (boundary.instructionDeadline() - instructions) / ops.length);
        int rounds = 0;
        while (rounds < most
                && cpu.codeAddress() == block.linear
                && timing.again(block.schedule, ops.length, cpu.flow.deadline)) {
            for (Op op : ops) {
                cpu.next = cpu.eip + op.length;
                Common.execute(op.common, cpu, op);
                cpu.eip = cpu.next;
            }
            timing.round(ops.length);
            rounds++;
            if (rounds == FEW_ROUNDS && block.countsDown) rounds += countDown(block, (int) most - rounds);
        }
        instructions += (long) rounds * ops.length;
        for (int i = 0; i < Math.min(rounds, Trail.LENGTH); i++) trail.add(block, ops.length);
    }

    /** Counts down at once as far as the clock knows the way, but for the last time; how often. */
    private int countDown(Block block, int most) {
        Op count = block.ops[0];
        int left = cpu.r[count.dst];
        if (left == 0) return 0;
        int more = (int) Math.min(most, Integer.toUnsignedLong(left) - 1);
        int branch = block.linear + count.length;
        int rounds = cpu.timing.rounds(block.schedule, block.ops.length, branch, more, cpu.flow.deadline);
        if (rounds == 0) return 0;
        cpu.r[count.dst] -= rounds - 1;
        Common.execute(count.common, cpu, count);
        return rounds;
    }

    /**
     * Executes a block until its end, a limit or the deadline; with a meter, nothing is put off.
     *
     * @param from the instructions that have been executed already, or {@link #NOT_BEGUN}
     */
    private void interpret(Block block, int from) {
        Timing timing = cpu.timing;
        Flow flow = cpu.flow;
        Meter watching = meter;
        Op[] ops = block.ops;
        int count = (int) Math.min(boundary.instructionDeadline() - instructions, ops.length);
        int done = Math.max(from, 0);
        int address = block.linear;
        int base = block.line;
        if (from < 0) timing.begin(watching == null ? block.schedule : null, count == ops.length ? flow.deadline : 0);
        try {
            do {
                Op op = ops[done];
                timing.fetched(base + op.firstLineOffset, base + op.lastLineOffset);
                cpu.next = cpu.eip + op.length;
                if (op.common == Common.NONE) op.semantics.execute(cpu, op);
                else Common.execute(op.common, cpu, op);
                cpu.eip = cpu.next;
                if (flow.unfinished) timing.pause(op.timing, flow.iterations);
                else timing.retire(op.timing, flow.iterations);
                done++;
                if (watching != null) watching.retired(machine, timing, address);
                address += op.length;
            } while (done < count && timing.isBefore(flow.deadline));
        } finally {
            timing.end();
            instructions += done;
            trail.add(block, done);
        }
        finish();
    }

    private void finish() {
        boolean unfinished = cpu.flow.unfinished;
        announced = unfinished ? Integer.toUnsignedLong(cpu.codeAddress()) : NOWHERE;
        if (unfinished) instructions--;
        cpu.flow.instructionEnds();
    }

    /** One instruction or iteration, with a look around behind it. RF holds for it alone, unless it sets it anew (IRET). */
    private void executeAlone(Block block) {
        cpu.flags.clear(Eflags.RF);
        interpret(block, NOT_BEGUN);
        cpu.attention();
    }

    /** Delivers an exception; a stop if the processor shuts down over it. */
    private Stop raise(Fault first) {
        announced = NOWHERE;
        cpu.flow.instructionFaults();
        if (first.vector() == Vector.UD) {
            cpu.board.refuse(() -> String.format(Locale.ROOT, "undefined instruction at %08x", cpu.codeAddress()));
        }
        if (cpu.board.refusal().isPresent()) {
            cpu.attention();
            return null;
        }
        // Handlers that fault at once would otherwise go round without end while no time passes.
        if (instructions == lastFault) cpu.timing.idleUntil(cpu.timing.cycles() + 1);
        lastFault = instructions;
        List<Fault> chain = new ArrayList<>();
        for (Fault fault = first; fault != null; ) {
            chain.add(fault);
            try {
                int at = cpu.codeAddress();
                int stack = faults.stack();
                boundary.deliver(fault);
                faults.delivered(fault, at, stack);
                return boundary.single() ? Boundary.STEP : null;
            } catch (Fault second) {
                // The walk has left it there even if the exception becomes another.
                if (second.vector() == Vector.PF) cpu.control.cr2 = second.address();
                Fault escalated = fault.followedBy(second);
                if (escalated != second) chain.add(second);
                fault = escalated;
            }
        }
        if (cpu.board.restarts()) {
            cpu.board.shutdown();
            cpu.attention();
            return null;
        }
        faults.shutDown(chain);
        return new Stop(Stop.Kind.TRIPLE_FAULT, 0, StateReport.shutdown(cpu, chain) + '\n' + report());
    }

    /** What a snapshot must keep beside the processor's state. */
    public record State(
            long instructions,
            long lastFault,
            int line,
            long announced,
            CodeCache.State code,
            Boundary.State boundary) {}

    /** What a snapshot must keep; called between two instructions. */
    public State save() {
        return new State(instructions, lastFault, cpu.timing.line(), announced, code.save(), boundary.save());
    }

    /** Goes back to a saved state. */
    public void restore(State state) {
        instructions = state.instructions;
        lastFault = state.lastFault;
        cpu.timing.line(state.line);
        announced = state.announced;
        code.restore(state.code);
        boundary.restore(state.boundary);
        if (meter != null) meter.begin(cpu.timing);
    }
}
