package org.sidestep.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalogs;

class ExperimentReaderTest {

    private static final String HEAD = "name: test\n";
    private static final String CELL = "matrix: {ipc: user-switch}\n";

    @Test
    void listsOfIdsParametersAndSeedsMultiply() {
        List<Cell> cells = read("""
                name: test
                matrix:
                  ipc: [kernel-switch, user-switch]
                  workload: {id: script, rounds: [1, 2], work: 5}
                  seed: [1, 2]
                """).cells();

        assertThat(cells).hasSize(8);
        assertThat(cells.get(0).coordinates())
                .containsEntry("ipc", "kernel-switch")
                .containsEntry("workload.rounds", "1")
                .containsEntry("workload.work", "5")
                .containsEntry("seed", "1");
        assertThat(cells.get(7).coordinates())
                .containsEntry("ipc", "user-switch")
                .containsEntry("workload.rounds", "2")
                .containsEntry("seed", "2");
    }

    @Test
    void anAxisWithOnePluginNeedsNoMention() {
        assertThat(read(HEAD + CELL).cells())
                .singleElement()
                .satisfies(cell -> assertThat(cell.coordinates()).containsEntry("scheduler", "script"));
    }

    @Test
    void aPointThatTwoBlocksNameIsOneCell() {
        assertThat(read("""
                name: test
                defaults: {kernel: {id: script, fast: on}}
                matrix:
                  - {ipc: user-switch}
                  - {ipc: [kernel-switch, user-switch]}
                """).cells())
                .hasSize(2)
                .allSatisfy(cell -> assertThat(cell.coordinates()).containsEntry("kernel.fast", "on"));
    }

    @Test
    void setChangesEveryCellThatHasTheParameter() {
        Experiment experiment = read("""
                name: test
                matrix: {ipc: [kernel-switch, user-switch], workload: {id: script, rounds: [1, 2]}}
                claims:
                  - {id: one, text: about 1 round, measure: m, where: {ipc: user-switch, workload.rounds: 1}, expect: "<= 1"}
                """, "workload.rounds=7", "kernel.fast=on");

        assertThat(experiment.cells())
                .hasSize(2)
                .allSatisfy(cell -> assertThat(cell.coordinates())
                        .containsEntry("workload.rounds", "7")
                        .containsEntry("kernel.fast", "on"));
        assertThat(experiment.claims()).isEmpty();
        assertThat(experiment.dropped()).containsExactly("one");
    }

    @Test
    void setChangesAnAxisTheSeedAndTheLimit() {
        assertThat(read(
                                HEAD + "matrix: {ipc: [kernel-switch, user-switch]}",
                                "ipc=fake-floor",
                                "seed=9",
                                "limit.cycles=77")
                        .cells())
                .singleElement()
                .satisfies(cell -> {
                    assertThat(cell.coordinates())
                            .containsEntry("ipc", "fake-floor")
                            .containsEntry("seed", "9");
                    assertThat(cell.maxCycles()).isEqualTo(77);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workload.round=1 | --set workload.round=1: no cell has 'workload.round'; did you mean 'workload.rounds'?",
                "workload.rounds=0 | --set workload.rounds=0: '0' is not a value of script.rounds; allowed: 1..1000",
                "ipc=lasy | --set ipc=lasy: there is no ipc 'lasy'; known: fake-floor, kernel-switch, user-switch",
                "rounds | 'rounds' is not of the form name=value",
                "limit.cycles=0 | --set limit.cycles=0: 'limit.cycles' must be a whole number in 1..4611686018427387903, not '0'",
                "workload.rounds=010 | --set workload.rounds=010: '010' is not a value of script.rounds; allowed: 1..1000 (whole numbers are decimal, without leading zeros)",
                "workload.rounds=0x10 | --set workload.rounds=0x10: '0x10' is not a value of script.rounds; allowed: 1..1000 (whole numbers are decimal, without leading zeros)",
                "workload.rounds=١٠ | --set workload.rounds=١٠: '١٠' is not a value of script.rounds; allowed: 1..1000 (whole numbers are decimal, without leading zeros)",
                "seed=1__0 | --set seed=1__0: 'seed' must be a whole number in 0..9223372036854775807, not '1__0' (whole numbers are decimal, without leading zeros)",
                "seed=+1 | --set seed=+1: 'seed' must be a whole number in 0..9223372036854775807, not '+1' (whole numbers are decimal, without leading zeros)"
            })
    void aChangeThatCannotBeMadeIsNamed(String change, String message) {
        assertThatThrownBy(() -> read(HEAD + CELL, change))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(message);
    }

    static Stream<String[]> badFiles() {
        return Stream.of(
                new String[] {"", "x.yaml: is empty"},
                new String[] {"- a\n", "x.yaml:1:1: an experiment must be a mapping of keys to values"},
                new String[] {"name: [a\nmatrix: {}", "x.yaml:2:7: malformed YAML: expected ',' or ']', but got :"},
                new String[] {
                    HEAD + "\tmatrix: {}",
                    "x.yaml:2:1: malformed YAML: found character '\\t(TAB)' that cannot start any token"
                },
                new String[] {HEAD + CELL + "claim: []", "x.yaml:3:1: unknown key 'claim'; did you mean 'claims'?"},
                new String[] {HEAD + CELL + CELL, "x.yaml:3:1: 'matrix' is given twice"},
                new String[] {CELL, "x.yaml:1:1: 'name' is missing"},
                new String[] {HEAD, "x.yaml:1:1: 'matrix' is missing"},
                new String[] {"name: a/b\n" + CELL, "x.yaml:1:7: 'name' may have letters, digits"},
                new String[] {HEAD + "matrix: {ipx: a}", "x.yaml:2:10: unknown key 'ipx'; did you mean 'ipc'?"},
                new String[] {
                    HEAD + "matrix: {}",
                    "x.yaml:2:9: no 'ipc' is given, and there are several: fake-floor, kernel-switch"
                },
                new String[] {HEAD + "matrix: {ipc: []}", "x.yaml:2:15: an empty list"},
                new String[] {HEAD + "matrix: []", "x.yaml:2:9: 'matrix' is empty; name at least a workload to run"},
                new String[] {HEAD + "matrix: {ipc: user-switch, seed: []}", "x.yaml:2:34: an empty list"},
                new String[] {
                    HEAD + "matrix: {ipc: user-switch, workload: {id: script, rounds: []}}",
                    "x.yaml:2:59: an empty list"
                },
                new String[] {HEAD + "matrix: {ipc: [[a]]}", "x.yaml:2:16: a list within a list"},
                new String[] {
                    HEAD + "matrix: {ipc: user-swich}",
                    "x.yaml:2:15: there is no ipc 'user-swich'; did you mean 'user-switch'?"
                },
                new String[] {HEAD + "matrix: {ipc: user-switch, workload: {rounds: 1}}", "x.yaml:2:38: 'id' is missing"
                },
                new String[] {
                    HEAD + "matrix:\n  ipc: user-switch\n  workload:\n    id: script\n    rounds: [1, 1001]",
                    "x.yaml:6:17: '1001' is not a value of script.rounds; allowed: 1..1000"
                },
                new String[] {
                    HEAD + "matrix: {ipc: user-switch, workload: {id: script, round: 1}}",
                    "x.yaml:2:58: 'script' has no parameter 'round'; did you mean 'rounds'?"
                },
                new String[] {
                    HEAD + "matrix: {ipc: user-switch, seed: x}", "x.yaml:2:34: 'seed' must be a whole number in 0.."
                },
                new String[] {
                    HEAD + "limit: {cycle: 1}\n" + CELL, "x.yaml:2:9: unknown key 'cycle'; did you mean 'cycles'?"
                },
                new String[] {
                    HEAD + "limit: {cycles: -1}\n" + CELL, "x.yaml:2:17: 'limit.cycles' must be a whole number"
                },
                new String[] {HEAD + "a: &x 1\nb: *x", "x.yaml:3:4: aliases are not supported"},
                new String[] {HEAD + CELL + "---\n" + HEAD, "a second document begins here"});
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void aBadFileIsRefusedWithThePlaceOfTheMistake(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path directory) {
        Path missing = directory.resolve("missing.yaml");

        assertThatThrownBy(() -> new ExperimentReader(Catalogs.fakes(), List.of()).read(missing))
                .isInstanceOf(BadInput.class)
                .hasMessage(missing + ": no such file");
    }

    @Test
    void aFileThatIsNoTextIsNamed(@TempDir Path directory) throws Exception {
        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});

        assertThatThrownBy(() -> new ExperimentReader(Catalogs.fakes(), List.of()).read(binary))
                .isInstanceOf(BadInput.class)
                .hasMessage(binary + ": not a text file in UTF-8");
    }

    private static Experiment read(String text, String... changes) {
        List<Change> parsed = Stream.of(changes).map(Change::parse).toList();
        return new ExperimentReader(Catalogs.fakes(), parsed).read("x.yaml", text);
    }
}
