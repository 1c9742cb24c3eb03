package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.CellResult;
import org.sidestep.kernel.Cause;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.run.CellRunner.Assembled;
import org.sidestep.lab.run.CellRunner.Billed;
import org.sidestep.testkit.TestCell;
import org.xml.sax.InputSource;

/** Where all cycles of a cell went. */
class BillCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int bill(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("bill", "--file", "../seeds/lecture.yaml", "--set", "workload.rounds=20"));
        all.addAll(List.of(arguments));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"strict, ping-pong", "lazy, preempted"})
    void everyCycleIsInOneStackAndCausesHaveWhatTheBillOfTheWholeHas(String ipc, String workload) {
        Assembled cell = CellRunner.assemble(TestCell.defaults()
                .with(Axis.KERNEL, "l4", Map.of("tick", 100))
                .with(Axis.IPC, ipc)
                .with(Axis.WORKLOAD, workload, Map.of("rounds", 2000))
                .cell());
        Billed billed = CellRunner.bill(cell);
        CellResult plain = CellRunner.run(cell, true);

        Map<String, Double> metrics = plain.metrics().flat();
        long sum = billed.cycles().values().stream().mapToLong(Long::longValue).sum();
        assertThat(sum).isEqualTo(metrics.get("cycles.total").longValue());
        Map<String, Long> byCause = new HashMap<>();
        billed.cycles()
                .forEach((stack, cycles) ->
                        byCause.merge(stack.substring(stack.lastIndexOf(';') + 1), cycles, Long::sum));
        for (Cause cause : Cause.values()) {
            assertThat(byCause.getOrDefault(cause.title(), 0L))
                    .as(cause.title())
                    .isEqualTo(metrics.get("bill.total." + cause.word()).longValue());
        }
    }

    @Test
    void withoutAFileTheStacksArePrintedAsOtherProgramsReadThem() {
        assertThat(bill("ipc=lazy", "workload=ping-pong")).isZero();
        assertThat(out.toString().lines())
                .hasSizeGreaterThan(5)
                .allMatch(line -> line.matches("[^;]+;(user|kernel);([^;]+;){1,2}[^;]+ [0-9]+"))
                .anyMatch(line -> line.startsWith("A;user;lipc;lipc.write1;user stub "));
        assertThat(bill("ipc=strict", "workload=ping-pong")).isZero();
        assertThat(out.toString().lines())
                .anyMatch(line -> line.startsWith("A;kernel;exit;"))
                .noneMatch(line -> line.startsWith("A;user;exit;") || line.startsWith("A;kernel;kip;"));
    }

    @Test
    void aFlameGraphIsOneWellFormedFileWhoseFramesStandOnWhatIsAsWide() throws Exception {
        Path svg = directory.resolve("bill.svg");

        assertThat(bill("ipc=strict", "workload=ping-pong", "--out", svg.toString()))
                .isZero();
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Files.readString(svg))));
        var frames = document.getElementsByTagName("g");
        assertThat(frames.getLength()).isGreaterThan(20);
        Map<Integer, Long> byDepth = new HashMap<>();
        for (int i = 0; i < frames.getLength(); i++) {
            var attributes = frames.item(i).getAttributes();
            int depth = Integer.parseInt(attributes.getNamedItem("data-depth").getNodeValue());
            byDepth.merge(
                    depth, Long.parseLong(attributes.getNamedItem("data-cycles").getNodeValue()), Long::sum);
        }
        assertThat(byDepth.get(1)).isEqualTo(byDepth.get(0));
        assertThat(byDepth.get(2)).isEqualTo(byDepth.get(0));
        assertThat(Files.readString(svg))
                .doesNotContain("https://", "src=", "href=")
                .contains("ping-pong");
    }

    @Test
    void mistakesAreOneMessage() {
        assertThat(bill("ipc=lazy", "--out", directory.resolve("bill.png").toString()))
                .isEqualTo(2);
        assertThat(bill("ipc=lazy", "--out", directory.resolve("none/bill.svg").toString()))
                .isEqualTo(2);
        assertThat(bill("workload=ping-pong", "--set", "limit.cycles=7400000")).isEqualTo(1);
        assertThat(err.toString())
                .contains("let it end in .svg, .html or .txt", "there is no directory", "the cell is limit")
                .doesNotContain("\tat ");
    }
}
