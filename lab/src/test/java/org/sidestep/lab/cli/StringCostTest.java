package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.ThreadCode;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What strings cost, and how long a step of their transfer keeps interrupts off, as {@code docs/kernel.md} quotes it. */
class StringCostTest {

    private static final List<String> PROCESSORS =
            List.of("p5", "ppro", "p2-deschutes", "p3-coppermine", "p4-northwood");

    private static final Path PAGE = Path.of("..", "docs", "kernel.md");
    /** A bound is a multiple of so many cycles. */
    private static final int STEP_UNIT = 100;

    private static final List<String> WITHOUT_SYSENTER = List.of("p5", "ppro");

    private static final int AREA = 64 * 1024;
    private static final List<Integer> SIZES = List.of(16, 256, 1024, 4096, AREA);
    private static final int ROUNDS = 10;
    private static final int PAGES = AREA / Fpage.PAGE_SIZE;

    /**
     * A calls B, which answers with an empty message: from and to memory that no cache holds, over pages that B has not touched,
     * over the same again, without a string, and with ever longer ones. The second cache holds both areas of these, where there is
     * one of more than 128 KB.
     */
    private static final class Calls extends ThreadCode {

        private final UserThread a = root.thread("A", root.space("a"));
        private final UserThread b = root.thread("B", root.space("b"));
        private final Label source = area("source");
        private final Label target = area("target");
        private final Label farSource = area("farSource");
        private final Label farTarget = area("farTarget");

        Calls(UserProgram program) {
            super(program);
        }

        /** Aligned to nothing, and the two differently: the worst for a copy. */
        private Label area(String name) {
            program.bss();
            asm.align(Fpage.PAGE_SIZE);
            asm.reserve(name.endsWith("ource") ? 1 : 6);
            Label area = here(name);
            asm.reserve(AREA);
            program.code();
            return area;
        }

        void emit() {
            caller();
            server();
            emitWrong();
            root.emit();
        }

        private void caller() {
            start(a);
            touchFarOnes();
            turn(AREA, farSource);
            for (Label area : new Label[] {source, target}) {
                mov(EDI, area);
                mov(ECX, AREA);
                op("rep stosb");
            }
            loadOwnUtcb();
            once("faults", AREA);
            once("again", AREA);
            many("none", 0);
            for (int size : SIZES) many("size." + size, size);
            done();
        }

        /** No cache has more than a line of each of their pages. */
        private void touchFarOnes() {
            for (Label area : new Label[] {farSource, farTarget}) {
                for (int page = 0; page <= PAGES; page++)
                    op("lock or", Mem.at(area).plus(page * Fpage.PAGE_SIZE).dword(), new Imm(0));
            }
        }

        private void once(String name, int size) {
            here(name + ".begin");
            turn(size);
            here(name + ".end");
        }

        private void many(String name, int size) {
            turn(size);
            mov(at(variable("left")), ROUNDS);
            Label next = here(name + ".begin");
            turn(size);
            dec(at(variable("left")));
            exitIf(NZ, next, "more to come");
            here(name + ".end");
        }

        private void turn(int size) {
            turn(size, source);
        }

        private void turn(int size, Label string) {
            mov(Utcb.mr(EDI, 1), StringItem.simple(size));
            mov(Utcb.mr(EDI, 2), string);
            Imm server = new Imm(b.globalId());
            ipc(SystemCall.IPC, server, server, Time.NEVER, MessageTag.of(0, 0, size == 0 ? 0 : 2));
        }

        private void server() {
            start(b);
            mov(Utcb.br(EDI, 0), StringItem.ACCEPTOR);
            mov(Utcb.br(EDI, 1), StringItem.simple(AREA));
            mov(Utcb.br(EDI, 2), farTarget);
            Imm client = new Imm(a.globalId());
            receive(client);
            mov(Utcb.br(EDI, 2), target);
            Label again = here("B.again");
            ipc(SystemCall.IPC, client, client, Time.NEVER, MessageTag.of(0, 0));
            jmp(again);
        }
    }

    private record Strings() implements Workload {
        @Override
        public String id() {
            return "strings";
        }

        @Override
        public String summary() {
            return "calls with strings";
        }

        @Override
        public void build(UserProgram program) {
            new Calls(program).emit();
        }
    }

    /** Cycles at the passage of labels, and between two windows for interrupts. */
    private static final class Clocks {
        private final Map<String, Long> passed = new LinkedHashMap<>();
        private long window = -1;
        private long longest;

        Clocks(Booted cell) {
            Stream<String> phases = Stream.concat(
                    Stream.of("faults", "again", "none"), SIZES.stream().map(size -> "size." + size));
            phases.flatMap(phase -> Stream.of(phase + ".begin", phase + ".end"))
                    .forEach(label -> cell.machine()
                            .watch(cell.address(label), (machine, at) -> passed.putIfAbsent(label, machine.cycles())));
            cell.machine().watch(cell.address("transfer.continue"), (machine, at) -> window = -1);
            cell.machine().watch(cell.address("transfer.step"), (machine, at) -> step(machine));
        }

        private void step(Machine machine) {
            long now = machine.cycles();
            if (window >= 0) longest = Math.max(longest, now - window);
            window = now;
        }

        long took(String phase) {
            return passed.get(phase + ".end") - passed.get(phase + ".begin");
        }
    }

    /** Size to cycles that a string adds, then a fault, then the longest step. */
    private static List<Long> measured(String processor) {
        Map<String, ?> kernel = Map.of("entry", entry(processor));
        Booted cell = TestCell.of(new Strings())
                .with(Axis.CPU, processor)
                .with(Axis.KERNEL, "l4", kernel)
                .boot();
        Clocks clocks = new Clocks(cell);
        assertThat(cell.run().succeeded()).as(processor).isTrue();
        long none = clocks.took("none") / ROUNDS;
        List<Long> cycles = new ArrayList<>();
        SIZES.forEach(size -> cycles.add(clocks.took("size." + size) / ROUNDS - none));
        cycles.add((clocks.took("faults") - clocks.took("again")) / (PAGES + 1));
        cycles.add(clocks.longest);
        return cycles;
    }

    /** What is quoted stays while it is good: where code lies moves each figure a little. */
    private static String row(String processor, Map<String, List<Long>> quoted) {
        List<Long> measured = measured(processor);
        List<Long> before = quoted.getOrDefault(processor, measured);
        int last = measured.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(
                        i -> i == last ? bound(measured.get(i), before.get(i)) : about(measured.get(i), before.get(i)))
                .map(cycles -> String.format(Locale.ROOT, "%,d", cycles))
                .collect(Collectors.joining(" | ", "| `" + processor + "` | ", " |\n"));
    }

    /** Two digits, as good as a tenth. */
    private static long about(long measured, long quoted) {
        long unit = (long) Math.pow(10, Long.toString(measured).length() - 2);
        if (quoted % unit == 0 && Math.abs(quoted - measured) * 10 <= measured) return quoted;
        return (measured + unit / 2) / unit * unit;
    }

    /** A bound, and no more than a quarter too high. */
    private static long bound(long measured, long quoted) {
        if (quoted % STEP_UNIT == 0 && quoted >= measured && quoted * 3 <= measured * 4) return quoted;
        return (measured * 21 / 20 / STEP_UNIT + 1) * STEP_UNIT;
    }

    private static Map<String, List<Long>> quoted() throws IOException {
        Map<String, List<Long>> quoted = new LinkedHashMap<>();
        Matcher row = Pattern.compile("^\\| `([\\w-]+)` ((?:\\| [\\d,]+ )+)\\|$", Pattern.MULTILINE)
                .matcher(Files.readString(PAGE));
        while (row.find()) {
            quoted.put(
                    row.group(1),
                    Pattern.compile("[\\d,]+")
                            .matcher(row.group(2))
                            .results()
                            .map(number -> Long.parseLong(number.group().replace(",", "")))
                            .toList());
        }
        return quoted;
    }

    private static String entry(String processor) {
        return WITHOUT_SYSENTER.contains(processor) ? "int" : "sysenter";
    }

    @Test
    void theKernelsPageQuotesWhatStringsCost() throws IOException {
        StringBuilder table = new StringBuilder(
                "| processor | 16 bytes | 256 bytes | 1 KB | 4 KB | 64 KB | a fault, served | a step, at most |\n"
                        + "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        Map<String, List<Long>> quoted = quoted();
        PROCESSORS.forEach(processor -> table.append(row(processor, quoted)));
        new QuotedFigures(PAGE, StringCostTest.class).are(table.toString());
    }
}
