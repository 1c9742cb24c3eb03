package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.testkit.TestCell;

/** What laziness adds to an Ipc that goes through the kernel, as {@code docs/kernel.md} quotes it. */
class LazyCostTest {

    private static final Path PAGE = Path.of("..", "docs", "kernel.md");

    /** None, as many as travel in registers, and more. */
    private static final List<Integer> WORDS = List.of(0, 2, 8);

    private static final double MOST = 6;

    private record Regular(String entry, boolean fastPath, String space) {

        double oneWay(String policy, int words) {
            Map<String, Object> workload =
                    Map.of("call", "ipc", "space", space, "words", words, "rounds", 100, "warmup", 50);
            return CellRunner.run(
                            CellRunner.assemble(TestCell.defaults()
                                    .with(Axis.CPU, "p3-coppermine")
                                    .with(Axis.IPC, policy)
                                    .with(Axis.KERNEL, "l4", Map.of("entry", entry, "fastpath", fastPath))
                                    .with(Axis.WORKLOAD, "ping-pong", workload)
                                    .cell()),
                            false)
                    .metrics()
                    .distributions()
                    .get("oneway.cycles")
                    .median();
        }

        String cost(int words) {
            double strict = oneWay("strict", words);
            double lazy = oneWay("lazy", words);
            assertThat(lazy - strict).as("%s, %d words", this, words).isBetween(0.0, MOST);
            return String.format(Locale.ROOT, "%.1f + %.1f", strict, lazy - strict);
        }

        String row() {
            String kernel = "`" + entry + "`" + (fastPath ? ", fast path" : "");
            return WORDS.stream()
                    .map(this::cost)
                    .collect(Collectors.joining(
                            " | ",
                            "| " + kernel + (space.equals("intra") ? ", inside a space | " : ", between spaces | "),
                            " |\n"));
        }
    }

    @Test
    void aRegularIpcCostsAtMostSixCyclesMoreThanUnderStrictSwitching() throws IOException {
        StringBuilder table =
                new StringBuilder("| cycles, one way: strict + what `lazy` adds | no word | 2 words | 8 words |\n"
                        + "| --- | ---: | ---: | ---: |\n");
        for (String entry : List.of("sysenter", "int")) {
            for (boolean fastPath : List.of(true, false)) {
                for (String space : List.of("intra", "inter")) table.append(new Regular(entry, fastPath, space).row());
            }
        }
        new QuotedFigures(PAGE, LazyCostTest.class).are(table.toString());
    }
}
