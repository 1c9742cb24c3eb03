package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidestep.plugin.PlatformApi;

/** {@code PlatformApi.VERSION} is the version of the platform, in all places where one has to be written. */
class OneVersionTest {

    private static final Path HOME = home();

    @Test
    void theProjectAndItsModulesHaveIt() throws IOException {
        assertThat(Versions.of(HOME.resolve("pom.xml"))).isEqualTo(PlatformApi.VERSION);
        for (Path pom : poms(HOME)) {
            assertThat(Versions.of(pom, "/project/parent/version"))
                    .as(pom.toString())
                    .isEqualTo(PlatformApi.VERSION);
        }
    }

    @Test
    void theExamplesAreBuiltAgainstItAndSaySo() throws IOException {
        List<Path> poms = poms(HOME.resolve("testkit/examples"));
        assertThat(poms).isNotEmpty();
        for (Path pom : poms) {
            assertThat(Versions.of(pom, "/project/properties/sidestep.version"))
                    .as(pom.toString())
                    .isEqualTo(PlatformApi.VERSION);
            Path manifest = pom.resolveSibling("src/main/resources/META-INF/MANIFEST.MF");
            assertThat(Files.readAllLines(manifest))
                    .as(manifest.toString())
                    .contains("Plugin-Requires: ~" + PlatformApi.VERSION);
        }
    }

    private static List<Path> poms(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(module -> module.resolve("pom.xml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static Path home() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("testkit/examples"))) at = at.getParent();
        return at;
    }
}
