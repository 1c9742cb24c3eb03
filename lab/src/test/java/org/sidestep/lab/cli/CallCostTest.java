package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What each system call costs, as {@code docs/kernel.md} quotes it. */
class CallCostTest {

    private static final String PROCESSOR = "p3-coppermine";
    private static final Path PAGE = Path.of("..", "docs", "kernel.md");
    /** A number that no thread has. */
    private static final int FREE = ThreadId.global(900);

    /** A thread of the root task makes each call again and again; a neighbour and a stranger answer it. */
    private static final class Calls extends CostPhases {

        private final UserThread neighbour = root.thread("neighbour", root.ownSpace());
        private final UserThread stranger = root.thread("stranger", root.space("b"));
        private final Label pages = area("pages", (ROUNDS + 1) * Fpage.PAGE_SIZE);
        private final Label window = area("window", (ROUNDS + 1) * Fpage.PAGE_SIZE);

        /** @param calls takes the name of each phase, with what it is called in the page */
        Calls(UserProgram program, Map<String, String> calls) {
            super(program, calls);
        }

        @Override
        void emit() {
            start(caller);
            for (int page = 0; page <= ROUNDS; page++)
                inc(Mem.at(pages).plus(page * Fpage.PAGE_SIZE).dword());
            calls();
            done();
            answering(neighbour);
            answering(stranger);
            emitWrong();
            root.emit();
        }

        private void answering(UserThread thread) {
            start(thread);
            mov(Utcb.br(EDI, 0), Fpage.COMPLETE);
            Operand id = idOf(caller, thread);
            receive(id);
            Label again = here(thread.name() + ".again");
            ipc(SystemCall.IPC, id, id, Time.NEVER, MessageTag.of(0, 0));
            jmp(again);
        }

        private void calls() {
            phase("nothing", "", () -> {});
            phase("interface", "KernelInterface", () -> op("lock nop"));
            phase("clock", "SystemClock", () -> systemCall(SystemCall.SYSTEM_CLOCK));
            phase(
                    "local",
                    "Lipc or Ipc inside a space, there and back, strict",
                    () -> exchange(neighbour, Time.NEVER, 0));
            phase("between", "Ipc between spaces, there and back", () -> exchange(stranger, Time.NEVER, 0));
            phase(
                    "timed",
                    "the same with a receive timeout on one side, by the general path",
                    () -> exchange(stranger, Time.period(1000), 0));
            phase("failed", "Ipc that fails at once: send timeout zero", () -> send(Time.SEND_AT_ONCE));
            phase("map", "Ipc between spaces, there and back, with a map item of a page", this::map);
            phase("unmap", "Unmap of a page that another space has", this::unmap);
            phase("status", "Unmap that only asks, of a page that nobody else has", this::status);
            phase(
                    "exchange",
                    "ExchangeRegisters that only asks",
                    () -> exchangeRegisters(neighbour.localId(), ExchangeControl.DELIVER));
            phase(
                    "change",
                    "ThreadControl that changes nothing",
                    () -> control(neighbour.globalId(), caller.globalId(), 0, UNCHANGED));
            phase(
                    "make",
                    "ThreadControl, twice: makes a thread that does not start, and deletes it",
                    this::makeAndDelete);
            phase("space", "SpaceControl that only asks", () -> spaceControl(stranger.globalId(), 0, 0));
            phase("schedule", "Schedule that only asks", () -> schedule(neighbour.globalId(), UNCHANGED, UNCHANGED));
            phase("switch", "ThreadSwitch, with nobody else ready", this::giveWay);
            phase("memory", "MemoryControl of a page, default", this::memoryControl);
            phase("processor", "ProcessorControl that changes nothing", this::processorControl);
        }

        private void processorControl() {
            mov(EAX, 0);
            mov(ECX, 0);
            mov(EDX, 0);
            mov(ESI, 0);
            systemCall(SystemCall.PROCESSOR_CONTROL);
        }

        private void exchange(UserThread partner, int timeouts, int typed) {
            Operand id = idOf(partner, caller);
            ipc(SystemCall.IPC, id, id, timeouts, MessageTag.of(0, 0, typed));
        }

        private void send(int timeouts) {
            ipc(SystemCall.IPC, caller.localId(), nil(), timeouts, MessageTag.of(0, 0));
        }

        private void map() {
            nextPage();
            lea(ECX, EBX.at(MapItem.MAP));
            add(ECX, window);
            mov(Utcb.mr(EDI, 1), ECX);
            add(EBX, pages);
            or(EBX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS));
            mov(Utcb.mr(EDI, 2), EBX);
            exchange(stranger, Time.NEVER, MapItem.WORDS);
        }

        private void unmap() {
            nextPage();
            unmap(Fpage.ALL_RIGHTS);
        }

        private void status() {
            mov(EBX, 0);
            unmap(0);
        }

        private void unmap(int rights) {
            mov(ESI, pages);
            add(ESI, EBX);
            or(ESI, Fpage.of(0, Fpage.PAGE_SIZE, rights));
            mov(EAX, 0);
            systemCall(SystemCall.UNMAP);
        }

        private void control(int thread, int space, int scheduler, int utcb) {
            threadControl(thread, space, scheduler, ThreadId.NIL, utcb);
        }

        private void makeAndDelete() {
            control(FREE, caller.globalId(), caller.globalId(), abi.utcb(40));
            control(FREE, ThreadId.NIL, ThreadId.NIL, UNCHANGED);
        }

        private void memoryControl() {
            mov(ESI, pages);
            or(ESI, Fpage.of(0, Fpage.PAGE_SIZE, 0));
            mov(EAX, 0);
            mov(ECX, 0);
            mov(EDX, 0);
            systemCall(SystemCall.MEMORY_CONTROL);
        }
    }

    /** One of the two programs, for {@code phases} to be filled. */
    private record Each(Map<String, String> phases, BiFunction<UserProgram, Map<String, String>, CostPhases> code)
            implements Workload {
        @Override
        public String id() {
            return "each-call";
        }

        @Override
        public String summary() {
            return "each thing again and again";
        }

        @Override
        public void build(UserProgram program) {
            code.apply(program, phases).emit();
        }
    }

    @Test
    void theKernelsPageQuotesWhatCallsCost() throws IOException {
        Map<String, Long> costs = new LinkedHashMap<>();
        Map<String, String> calls = new LinkedHashMap<>();
        run(boot(new Each(calls, Calls::new)), calls, costs);
        Map<String, String> events = new LinkedHashMap<>();
        Booted cell = boot(new Each(events, CostOfEvents::new));
        CostOfEvents.Latencies latencies = CostOfEvents.Latencies.of(cell);
        run(cell, events, costs);
        costs.put("an interrupt, to a handler that waits for it and is better than who runs", latencies.average());
        StringBuilder table = new StringBuilder("| call | cycles |\n| --- | ---: |\n");
        costs.forEach(
                (name, cycles) -> table.append(String.format(Locale.ROOT, "| %s | %,d |\n", name, rounded(cycles))));
        new QuotedFigures(PAGE, CallCostTest.class).are(table.toString());
    }

    private static Booted boot(Workload workload) {
        return TestCell.of(workload)
                .with(Axis.CPU, PROCESSOR)
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", "on"))
                .boot();
    }

    /** What each phase takes longer than one that does nothing. */
    private static void run(Booted cell, Map<String, String> phases, Map<String, Long> costs) {
        Map<String, Long> passed = new LinkedHashMap<>();
        for (String name : phases.keySet()) {
            for (String end : new String[] {name + ".begin", name + ".end"})
                cell.machine().watch(cell.address(end), (machine, at) -> passed.putIfAbsent(end, machine.cycles()));
        }
        assertThat(cell.run().succeeded()).isTrue();
        long nothing = took("nothing", passed);
        phases.remove("nothing");
        phases.forEach((name, text) -> costs.put(text, took(name, passed) - nothing));
    }

    private static long took(String name, Map<String, Long> passed) {
        return (passed.get(name + ".end") - passed.get(name + ".begin")) / CostPhases.ROUNDS;
    }

    /** Where code lies moves each figure a little. */
    private static long rounded(long cycles) {
        return cycles < 1000 ? (cycles + 5) / 10 * 10 : (cycles + 50) / 100 * 100;
    }
}
