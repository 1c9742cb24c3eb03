package org.sidestep.lab.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.BadInput;

class InputFileTest {

    @TempDir
    private Path directory;

    @Test
    void aFileOfTheLargestSizeIsReadAndOneByteMoreIsRefused() throws IOException {
        Path file = Files.write(directory.resolve("100%d"), new byte[2048]);

        assertThat(InputFile.read(file, 2048, "the most")).hasSize(2048);
        assertThatThrownBy(() -> InputFile.read(file, 2047, "the most"))
                .isInstanceOf(BadInput.class)
                .hasMessage(file + ": is larger than 1 KiB, the most");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatNeverEndsIsRefused() {
        assertThatThrownBy(() -> InputFile.readText(Path.of("/dev/zero"), 1 << 20, "the most"))
                .isInstanceOf(BadInput.class)
                .hasMessage("/dev/zero: is larger than 1 MiB, the most");
    }

    @Test
    void aNameThatNoFileCanHaveIsNamed() {
        assertThatThrownBy(() -> InputFile.path("a\0b"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("'a?b' is no name of a file")
                .hasMessageNotContaining("Exception");
    }
}
