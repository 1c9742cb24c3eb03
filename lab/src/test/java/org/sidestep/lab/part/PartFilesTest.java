package org.sidestep.lab.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** Processors that a file describes. */
class PartFilesTest {

    private static final String HEAD = "base: p3-coppermine\nsummary: a test\n";

    @TempDir
    private Path directory;

    @Test
    void aPartIsItsBaseWithItsOwnIdentityAndFigures() throws IOException {
        CpuModel part = part(HEAD + "cpuid: {1: [0x6B1, 4, 0, 0x0381F9FF], 2: [0x03020101, 0, 0, 0x0C040883]}\n"
                + "figures: {mhz: 1266, cache.l2.size: {value: 512, low: 256, high: 512, source: S descriptor 83}}\n");

        assertThat(part.id()).isEqualTo("my-part");
        assertThat(part.summary()).isEqualTo("a test");
        CpuModel.Identity identity = part.identity(Parameters.defaults(part));
        assertThat(identity.kiloHertz()).isEqualTo(1_266_000);
        assertThat(identity.cpuid(0)).startsWith(2);
        assertThat(identity.cpuid(1)).containsExactly(0x6B1, 4, 0, 0x0381F9FF);
        assertThat(identity.cpuid(9)).as("beyond the highest").containsExactly(0x03020101, 0, 0, 0x0C040883);
        assertThat(identity.cpuid(0x80000000)).isEqualTo(identity.cpuid(2));
        assertThat(figure(part, "cache.l2.size").defaultValue()).isEqualTo(512L);
        assertThat(figure(part, "cache.l2.size").evidence())
                .hasValue(new Evidence("KB", "S descriptor 83", Evidence.Confidence.HIGH, 256, 512));
        assertThat(names(part)).isEqualTo(names(base("p3-coppermine")));
    }

    @Test
    void whatAFileDoesNotSayIsTheBases() throws IOException {
        CpuModel part = part(HEAD);
        CpuModel base = base("p3-coppermine");

        assertThat(part.parameters()).isEqualTo(base.parameters());
        assertThat(part.identity(Parameters.defaults(part)).cpuid(1))
                .isEqualTo(base.identity(Parameters.defaults(base)).cpuid(1));
    }

    @Test
    void extendedLeavesAnswerIfTheFileSaysHowManyThereAre() throws IOException {
        CpuModel part = part(HEAD + "cpuid: {0x80000000: [0x80000001, 0, 0, 0], 0x80000001: [1, 2, 3, 4]}\n");

        CpuModel.Identity identity = part.identity(Parameters.defaults(part));
        assertThat(identity.cpuid(0x80000001)).containsExactly(1, 2, 3, 4);
        assertThat(identity.cpuid(0x80000002)).isEqualTo(identity.cpuid(2));
    }

    @Test
    void aPartBehavesAsItsBaseWithTheSameFigures() throws IOException {
        CpuModel part = part(HEAD + "figures: {cr3.cycles: 77}\n");
        org.sidestep.machine.Timing timing = part.timing(Parameters.defaults(part));
        timing.event(org.sidestep.machine.Timing.Event.CR3_LOAD);
        assertThat(timing.cycles()).isEqualTo(77);
    }

    @Test
    void thePartsOfTheProjectCanBeReadAndNameThemselves() {
        Catalog catalog = PluginLoader.fromClassPath();
        PartFiles.add(catalog, Path.of("..", "cpus"));

        for (String id : List.of("celeron-coppermine", "p2-mendocino", "p3-tualatin", "p4-willamette", "p55c")) {
            CpuModel part = (CpuModel) catalog.find(Axis.CPU, id).extension();
            assertThat(part.identity(Parameters.defaults(part)).cpuid(1)[0])
                    .as(id)
                    .isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "summary: x                                  | my-part.yaml:1:1: 'base' is missing",
                "base: p5                                    | my-part.yaml:1:1: 'summary' is missing",
                "base: p3-copermine~summary: x               | my-part.yaml:1:7: there is no cpu 'p3-copermine'; did you mean 'p3-coppermine'?",
                "base: [p5]~summary: x                       | 'base' must be a single value",
                "base: p5~summary: \"a\\tb\"                 | 'summary' must be one line",
                "base: p5~summary: x~cache: 3                | my-part.yaml:3:1: unknown key 'cache'",
                "base: p5~summary: x~figures: 3              | 'figures' must be a mapping",
                "base: p5~summary: x~figures: {mhs: 3}       | 'p5' has no figure 'mhs'; did you mean 'mhz'?",
                "base: p5~summary: x~figures: {ablate.tlb: on} | 'p5' has no figure 'ablate.tlb'",
                "base: i486~summary: x~figures: {extended: off} | 'i486' has no figure 'extended'",
                "base: p5~summary: x~figures: {mhz: fast}    | 'mhz' must be a whole number in 1..10000, not 'fast'",
                "base: p5~summary: x~figures: {mhz: 0}       | 'mhz' must be a whole number in 1..10000",
                "base: p5~summary: x~figures: {mhz: [1, 2]}  | 'mhz' must be a single value",
                "base: p5~summary: x~figures: {mhz: {low: 1}} | 'value' is missing",
                "base: p5~summary: x~figures: {mhz: {value: 5, low: 6}} | 'mhz' is 5, which is not in its bracket 6..5",
                "base: p5~summary: x~figures: {mhz: {value: 5, size: 6}} | unknown key 'size'",
                "base: p5~summary: x~figures: {mhz: {value: 5, source: guess}} | 'source' must begin with its mark",
                "base: p5~summary: x~figures: {mhz: {value: 5, confidence: sure}} | there is no confidence 'sure'",
                "base: p5~summary: x~figures: {cache.l1d.size: 12} | cache.l1d.size 12 and cache.l1d.ways 2 do not go together",
                "base: p5~summary: x~cpuid: {1: [1, 2, 3]}   | a leaf of CPUID has four words",
                "base: p5~summary: x~cpuid: {1: [1, 2, 3, 0b1]} | a word of CPUID must be hexadecimal, such as 0x0C040882, not '0b1'",
                "base: p5~summary: x~cpuid: {1: [1, 2, 3, 4], 0x1: [1, 2, 3, 4]} | the leaf '0x1' is given twice",
                "base: p5~summary: x~cpuid: {one: [1, 2, 3, 4]} | a leaf of CPUID must be hexadecimal",
                "base: p5~summary: x~cpuid: {2: [1, 2, 3, 4]} | leaf 0x2 is beyond the highest, 0x1, that leaf 0x0 says",
                "base: p5~summary: x~cpuid: {0x80000001: [1, 2, 3, 4]} | leaf 0x80000001 is beyond the highest",
                "base: p5~summary: x~cpuid: {1: [1, 2, 3, 0x00000201]} | EDX of leaf 1 claims 0x00000200, which the machine does not have",
                "base: p5~summary: x~summary: y              | 'summary' is given twice",
                "[                                           | malformed YAML"
            })
    void whatCannotBeUsedIsOneMessageThatSaysWhere(String text, String message) {
        assertThatThrownBy(() -> part(text.replace('~', '\n').replace("{1: [1, 2, 3, 0x", "{0x1: [1, 2, 3, 0x")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("my-part.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void aFileIsNotTheBaseOfAnother() throws IOException {
        write("a-part", HEAD);
        write("b-part", "base: a-part\nsummary: x\n");
        Catalog catalog = catalog();
        assertThatThrownBy(() -> catalog.find(Axis.CPU, "b-part")).hasMessageContaining("'a-part' is a file itself");
    }

    @ParameterizedTest
    @CsvSource({"My-Part.yaml", "my_part.yaml", "my-part.yml", "-.yaml"})
    void aFileThatCannotNameAPartIsNotOverlooked(String name) throws IOException {
        Files.writeString(directory.resolve(name), HEAD);
        assertThatThrownBy(this::catalog).hasMessageContaining(name + ": a part is called as its file is");
    }

    @Test
    void anIdThatIsTakenIsRefused() throws IOException {
        write("p5", HEAD);
        assertThatThrownBy(this::catalog).hasMessageContaining("the cpu 'p5' is claimed twice");
    }

    @Test
    void aFileThatCannotBeUsedIsInTheWayOfWhoeverAsksForItOrForAll() throws IOException {
        write("a-part", HEAD);
        write("b-part", "base: none\nsummary: x\n");
        Catalog catalog = catalog();

        assertThat(catalog.find(Axis.CPU, "a-part").id()).isEqualTo("a-part");
        assertThatThrownBy(() -> catalog.find(Axis.CPU, "b-part")).hasMessageContaining("b-part.yaml:1:7");
        assertThatThrownBy(() -> catalog.on(Axis.CPU)).hasMessageContaining("b-part.yaml:1:7");
    }

    @Test
    void whereThereIsNoDirectoryNothingIsMadeUp() {
        Catalog catalog = PluginLoader.fromClassPath();
        assertThatThrownBy(() -> PartFiles.add(catalog, directory.resolve("none")))
                .hasMessageContaining("none: no such directory of processors");
    }

    @Test
    void resultsKnowWhichFileTheyRestOn() throws IOException {
        write("my-part", HEAD);
        String first = catalog().find(Axis.CPU, "my-part").origin().fingerprint();
        write("my-part", HEAD + "figures: {mhz: 800}\n");
        assertThat(catalog().find(Axis.CPU, "my-part").origin().fingerprint()).isNotEqualTo(first);
    }

    private CpuModel part(String text) throws IOException {
        write("my-part", text);
        return (CpuModel) catalog().find(Axis.CPU, "my-part").extension();
    }

    private void write(String id, String text) throws IOException {
        Files.writeString(directory.resolve(id + ".yaml"), text);
    }

    private Catalog catalog() {
        Catalog catalog = PluginLoader.fromClassPath();
        PartFiles.add(catalog, directory);
        return catalog;
    }

    private static CpuModel base(String id) {
        return (CpuModel) PluginLoader.fromClassPath().find(Axis.CPU, id).extension();
    }

    private static String names(CpuModel model) {
        return model.parameters().stream().map(Parameter::name).collect(Collectors.joining(" "));
    }

    private static Parameter figure(CpuModel model, String name) {
        return model.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
