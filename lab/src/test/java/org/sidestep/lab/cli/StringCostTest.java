package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
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

    private static String row(String processor) {
        Map<String, ?> kernel = Map.of("entry", entry(processor));
        Booted cell = TestCell.of(new Strings())
                .with(Axis.CPU, processor)
                .with(Axis.KERNEL, "l4", kernel)
                .boot();
        Clocks clocks = new Clocks(cell);
        assertThat(cell.run().succeeded()).as(processor).isTrue();
        long none = clocks.took("none") / ROUNDS;
        String costs = SIZES.stream()
                .map(size -> String.format(Locale.ROOT, "%,d", clocks.took("size." + size) / ROUNDS - none))
                .collect(Collectors.joining(" | "));
        long fault = (clocks.took("faults") - clocks.took("again")) / (PAGES + 1);
        return String.format(Locale.ROOT, "| `%s` | %s | %,d | %,d |\n", processor, costs, fault, clocks.longest);
    }

    private static String entry(String processor) {
        return WITHOUT_SYSENTER.contains(processor) ? "int" : "sysenter";
    }

    @Test
    void theKernelsPageQuotesWhatStringsCost() throws IOException {
        StringBuilder table = new StringBuilder(
                "| processor | 16 bytes | 256 bytes | 1 KB | 4 KB | 64 KB | a fault, served | longest step |\n"
                        + "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        PROCESSORS.forEach(processor -> table.append(row(processor)));
        new QuotedFigures(Path.of("..", "docs", "kernel.md"), StringCostTest.class).are(table.toString());
    }
}
