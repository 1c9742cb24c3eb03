package org.sidestep.lab.file;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.lab.BadInput;

/** Which files a command may be given together. */
class FileUsesTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void nameOneFileInManyWays() throws IOException {
        Files.writeString(directory.resolve("disk.img"), "x");
        Files.createDirectory(directory.resolve("d"));
        Files.createSymbolicLink(directory.resolve("here"), directory);
        Files.createSymbolicLink(directory.resolve("symbolic"), Path.of("disk.img"));
        Files.createLink(directory.resolve("hard"), directory.resolve("disk.img"));
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("d/../new"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk.img", "symbolic", "hard", "d/../disk.img", "here/disk.img"})
    void anOutputThatIsAnInputIsRefusedUnderEachOfItsNames(String name) {
        Path disk = directory.resolve("disk.img");
        Path other = directory.resolve(name);
        assertThatThrownBy(() -> new FileUses().reads("IMAGE", disk).writes("--serial", other))
                .isInstanceOf(BadInput.class)
                .hasMessage("--serial would write to " + other + ", which is read as IMAGE; name another file");
        assertThatThrownBy(() -> new FileUses().writes("--serial", other).reads("IMAGE", disk))
                .isInstanceOf(BadInput.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "dangling", "d/../new", "here/new"})
    void twoOutputsIntoOneFileAreRefusedBeforeItExists(String name) {
        Path other = directory.resolve(name);
        FileUses files = new FileUses().writes("--serial", directory.resolve("new"));
        assertThatThrownBy(() -> files.writes("--trace", other))
                .isInstanceOf(BadInput.class)
                .hasMessage("--trace would write to " + other + ", which --serial writes; name another file");
    }

    @Test
    void differentFilesAndWhatIsNotGivenAndDevicesAreFine() {
        Path none = Path.of("/dev/null");
        assertThatCode(() -> new FileUses()
                        .reads("IMAGE", directory.resolve("disk.img"))
                        .reads("--disk", directory.resolve("disk.img"))
                        .reads("--rom", null)
                        .writes("--screen", null)
                        .writes("--serial", directory.resolve("new"))
                        .writes("--trace", directory.resolve("d/new"))
                        .writes("--debugcon", none)
                        .writes("--record", none))
                .doesNotThrowAnyException();
    }
}
