package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.kernel.Cause;

/** Figures of a CPU model that an experiment changes, mechanisms that it takes away, and what its cycles are spent on. */
class CpuFiguresTest {

    private static final String EXPERIMENT = """
            name: figures
            defaults: {machine: ia32, scheduler: priority-rr, validation: twin, kernel: {id: l4, entry: int}}
            matrix:
              - cpu: {model: p3-coppermine, trap.cycles: [131, 60]}
                ipc: strict
                workload: {id: ping-pong, space: inter, call: ipc, rounds: 150}
              - cpu: p3-coppermine
                ipc: {id: lazy, return: ret}
                workload: {id: ping-pong, space: intra, call: lipc, rounds: 150}
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anOverriddenFigureIsACoordinateAndChangesWhatItCosts() throws IOException {
        assertThat(run("--no-sensitivity")).as(err.toString()).isZero();
        JsonNode cells = json().get("cells");
        assertThat(cells.get(0).get("parameters").get("cpu.trap.cycles").asInt())
                .isEqualTo(131);
        assertThat(cells.get(1).get("parameters").get("cpu.trap.cycles").asInt())
                .isEqualTo(60);
        assertThat(oneWay(cells.get(0)) - oneWay(cells.get(1))).isEqualTo(71, within(1.0));
        assertThat(cells.get(0).get("parameters").has("cpu.iret.cycles")).isFalse();
    }

    @Test
    void everyCycleIsOnTheBillAndBillingChangesNothing() throws IOException {
        assertThat(run("--no-sensitivity")).isZero();
        JsonNode plain = json().get("cells");
        assertThat(run("--no-sensitivity", "--bill", "roundtrip")).isZero();
        JsonNode billed = json().get("cells");
        for (int i = 0; i < billed.size(); i++) {
            ObjectNode metrics = (ObjectNode) billed.get(i).get("metrics");
            assertThat(spent(metrics, "total"))
                    .isEqualTo(metrics.get("cycles.total").asLong());
            JsonNode round = metrics.get("roundtrip.cycles");
            assertThat((double) spent(metrics, "roundtrip") / round.get("count").asLong())
                    .isEqualTo(round.get("mean").asDouble(), within(0.001));
            List<String> names = new ArrayList<>();
            metrics.fieldNames().forEachRemaining(names::add);
            metrics.remove(
                    names.stream().filter(name -> name.startsWith("bill.")).toList());
            assertThat(metrics).isEqualTo(plain.get(i).get("metrics"));
        }
        assertThat(out.toString()).contains("what the cycles of roundtrip were spent on");
    }

    @Test
    void withoutItsMissesOfTheReturnStackLocalIpcIsFaster() throws IOException {
        assertThat(run("--no-sensitivity", "--ablate", "ras,tlb"))
                .as(err.toString())
                .isZero();
        for (JsonNode ablation : json().get("ablations")) {
            boolean returns = ablation.get("of").asInt() == 2;
            String without = ablation.get("without").asText();
            if (without.equals("tlb")) assertThat(contributes(ablation) > 1).isEqualTo(!returns);
            if (without.equals("ras")) assertThat(contributes(ablation) > 10).isEqualTo(returns);
            assertThat(ablation.get("status").asText()).isEqualTo("ok");
        }
        assertThat(json().get("ablations").size()).isEqualTo(9);
    }

    @Test
    void whatRestsOnAnEstimateIsShownAtBothEndsOfItsBracket() throws IOException {
        assertThat(run()).as(err.toString()).isZero();
        JsonNode lines = json().get("sensitivity").get("cells");
        boolean trap = false;
        for (JsonNode line : lines) {
            if (!line.get("figure").asText().equals("trap.cycles")) continue;
            trap = true;
            assertThat(line.get("of").asInt())
                    .as("not where it was set, nor where nothing traps")
                    .isZero();
            assertThat(line.get("low").asDouble()).isLessThan(line.get("asIs").asDouble());
            assertThat(line.get("high").asDouble())
                    .isGreaterThan(line.get("asIs").asDouble());
        }
        assertThat(trap).isTrue();
        assertThat(out.toString()).contains("trap.cycles").contains("110..150");
    }

    @Test
    void figuresAndMechanismsThatDoNotExistAreRefusedWithThoseThatAreClose() throws IOException {
        assertThat(run("--set", "cpu.tlb.dat.entries=3")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'cpu.tlb.data.entries'?");
        assertThat(run("--ablate", "rass")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'ras'?");
        assertThat(run("--set", "cpu.tlb.data.ways=3")).isEqualTo(2);
        assertThat(err.toString()).contains("the number of sets must be a power of two");
    }

    private static long spent(JsonNode metrics, String interval) {
        long sum = 0;
        for (Cause cause : Cause.values()) {
            sum += metrics.get("bill." + interval + "." + cause.word()).asLong();
        }
        return sum;
    }

    private static double oneWay(JsonNode cell) {
        return cell.get("metrics").get("oneway.cycles").get("median").asDouble();
    }

    private static double contributes(JsonNode ablation) {
        return ablation.get("contributes").asDouble();
    }

    private int run(String... options) throws IOException {
        Path file = Files.writeString(directory.resolve("figures.yaml"), EXPERIMENT);
        List<String> arguments = new ArrayList<>(List.of(
                "run", file.toString(), "--out", directory.resolve("out").toString()));
        arguments.addAll(List.of(options));
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper()
                .readTree(directory.resolve("out").resolve("results.json").toFile());
    }
}
