package org.sidestep.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellText;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.claim.Selection;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameter;

/** The one text of a cell, over all plugins of the platform and values of their parameters. */
class CellTextTest {

    private static final int DRAWN = 300;

    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    private final Random random = new Random(20261128);

    @Test
    void everyCellIsReadBackFromItsTextInWhateverOrder() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < DRAWN; i++) {
            Cell cell = draw();
            assertThat(CATALOG.cell(cell.text())).as(cell.text()).isEqualTo(cell);
            List<String> items = new ArrayList<>(Arrays.asList(cell.text().split(" ")));
            Collections.shuffle(items, random);
            assertThat(CATALOG.cell(String.join("  ", items)).text()).isEqualTo(cell.text());
            cell.plugins()
                    .forEach((axis, configured) ->
                            seen.add(axis + "/" + configured.plugin().id()));
        }
        int plugins =
                Axis.ALL.stream().mapToInt(axis -> CATALOG.on(axis).size()).sum();
        assertThat(seen).as("every plugin was drawn").hasSize(plugins);
    }

    @Test
    void whateverIsChangedInACellChangesItsText() {
        int changes = 0;
        for (Axis<?> axis : Axis.ALL) {
            for (Provider<?> provider : CATALOG.on(axis)) {
                Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(draw().plugins());
                plugins.put(axis, Configured.defaults(provider.extension()));
                Cell cell = new Cell(plugins, 1, 1000);
                for (Parameter parameter : provider.extension().parameters()) {
                    Object value = another(parameter);
                    if (value.equals(parameter.defaultValue())) continue;
                    try {
                        Cell other = cell.with(axis, parameter.name(), value);
                        assertThat(other.text())
                                .as(axis + "." + parameter.name())
                                .isNotEqualTo(cell.text());
                        changes++;
                    } catch (BadParameter e) {
                        // Not with the others' defaults.
                    }
                }
                assertThat(new Cell(plugins, 2, 1000).text()).isNotEqualTo(cell.text());
                assertThat(new Cell(plugins, 1, 1001).text()).isNotEqualTo(cell.text());
            }
        }
        assertThat(changes).isGreaterThan(400);
    }

    @Test
    void theTextIsTheSameInAllVersionsAndWhateverTheOrderOfDeclaration() {
        Cell cell = new ExperimentReader(Catalogs.fakes(), List.of())
                .read("x.yaml", "{name: x, limit: {cycles: 7}, matrix: {ipc: user-switch, seed: 3}}")
                .cells()
                .get(0);

        assertThat(cell.text())
                .isEqualTo("machine=script cpu=script kernel=script kernel.fast=off scheduler=script ipc=user-switch"
                        + " validation=script"
                        + " workload=script workload.ends=well workload.pause=0 workload.rounds=3 workload.work=0"
                        + " seed=3 limit.cycles=7");
        assertThat(awkward(cell, false).text()).isEqualTo(awkward(cell, true).text());
    }

    @Test
    void namesAndWordsOfAnyCharactersAreReadBack() {
        Cell cell = awkward(draw(), false);
        for (String word : Awkward.WORDS) {
            Cell with = cell.with(Axis.VALIDATION, "a =%", word);
            Extension plugin = with.on(Axis.VALIDATION).plugin();
            Cell read = CellText.parse(
                    with.text(),
                    (axis, id) -> id.equals(plugin.id())
                            ? plugin
                            : CATALOG.find(axis, id).extension());
            assertThat(read).isEqualTo(with);
            assertThat(with.text()).matches("[!-~ ]+").doesNotContain("  ");
        }
    }

    @Test
    void theTextSelectsItsCellAndNoOther() {
        List<Cell> cells = new ExperimentReader(CATALOG, List.of())
                .read(
                        "x.yaml",
                        "{name: x, matrix: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr,"
                                + " ipc: [strict, lazy], validation: [twin, trust], workload: {id: ping-pong, words: [0, 8]}}}")
                .cells();

        for (Cell cell : cells) {
            Map<String, List<String>> wanted = new LinkedHashMap<>();
            for (String item : cell.text().split(" ")) {
                wanted.put(item.substring(0, item.indexOf('=')), List.of(item.substring(item.indexOf('=') + 1)));
            }
            assertThat(cells.stream().filter(new Selection(wanted)::matches)).containsExactly(cell);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | '' is not of the form name=value",
                "machine=script | 'cpu' is missing",
                "ALL machine=script | 'machine' is named twice",
                "ALL colour=red | a cell has no 'colour'",
                "ALL ipc.colour=red | 'user-switch' has no parameter 'colour'",
                "ALL workload.rounds=0 | '0' is not a value of script.rounds; allowed: 1..1000",
                "ALL workload.rounds=%3 | '%3': two hexadecimal digits must follow a %",
                "BUT | there is no ipc 'user-swich'; did you mean 'user-switch'?",
                "AXES | 'seed' is missing",
                "AXES seed=-1 limit.cycles=1 | '-1' is not a value of seed"
            })
    void aTextThatIsNoCellIsRefused(String text, String message) {
        String all = "machine=script cpu=script kernel=script scheduler=script ipc=user-switch validation=script"
                + " workload=script";
        String given = text.replace("ALL", all + " seed=1 limit.cycles=9")
                .replace("AXES", all)
                .replace("BUT", all.replace("switch", "swich"));
        assertThatThrownBy(() -> Catalogs.fakes().cell(given))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    private Cell draw() {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>();
        for (Axis<?> axis : Axis.ALL) plugins.put(axis, drawOn(axis));
        return new Cell(plugins, random.nextLong() >>> 1, random.nextLong() >>> 1);
    }

    private Configured<?> drawOn(Axis<?> axis) {
        List<Provider<?>> providers = List.copyOf(CATALOG.on(axis));
        Extension plugin = providers.get(random.nextInt(providers.size())).extension();
        while (true) {
            Map<String, Object> given = new LinkedHashMap<>();
            for (Parameter parameter : plugin.parameters()) {
                if (random.nextInt(4) == 0) given.put(parameter.name(), another(parameter));
            }
            try {
                return Configured.of(plugin, given);
            } catch (BadParameter e) {
                // These do not go together.
            }
        }
    }

    private Object another(Parameter parameter) {
        return switch (parameter.type()) {
            case FLAG -> !(Boolean) parameter.defaultValue();
            case CHOICE ->
                parameter.choices().get(random.nextInt(parameter.choices().size()));
            case TEXT -> "text " + random.nextInt();
            case INTEGER -> {
                long range = parameter.max() - parameter.min();
                yield parameter.min() + (range == 0 ? 0 : (random.nextLong() >>> 1) % range);
            }
        };
    }

    private static Cell awkward(Cell cell, boolean reversed) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(cell.plugins());
        plugins.put(Axis.VALIDATION, Configured.defaults(new Awkward(reversed)));
        return new Cell(plugins, cell.seed(), cell.maxCycles());
    }

    /** Nothing forbids these names. */
    private record Awkward(boolean reversed) implements StateValidation {

        private static final String[] WORDS = {
            "plain",
            "two words",
            "x=y",
            "100%",
            "%20",
            "",
            "tab\tand\nline",
            "gr\u00fc\u00dfe \u2260 \ud83d\ude80",
            "a+b",
            "\"'<>&"
        };

        @Override
        public String id() {
            return "odd = one";
        }

        @Override
        public String summary() {
            return "odd";
        }

        @Override
        public List<Parameter> parameters() {
            List<Parameter> parameters = new ArrayList<>(
                    List.of(Parameter.choice("a =%", "any word", WORDS), Parameter.flag("b.c", false, "a flag")));
            if (reversed) Collections.reverse(parameters);
            return parameters;
        }

        @Override
        public ValidationHooks hooks(KernelCode kernel) {
            throw new UnsupportedOperationException();
        }
    }
}
