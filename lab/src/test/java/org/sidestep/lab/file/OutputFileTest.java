package org.sidestep.lab.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.BadInput;

@EnabledOnOs({OS.LINUX, OS.MAC})
class OutputFileTest {

    private static final byte[] NEW = {'n', 'e', 'w'};

    @TempDir
    private Path directory;

    @Test
    void aFileAppearsWholeAndNothingElseIsLeft() throws IOException {
        Path file = directory.resolve("x".repeat(250));
        OutputFile.write(file, NEW);

        assertThat(file).hasBinaryContent(NEW);
        assertThat(names()).containsExactly(file.getFileName().toString());
    }

    @Test
    void aLinkStaysAndItsTargetIsWrittenEvenIfThatDidNotExist() throws IOException {
        Path target = Files.writeString(
                Files.createDirectory(directory.resolve("other")).resolve("target"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("other/target"));
        Path over = Files.createSymbolicLink(directory.resolve("over"), link);
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("other/fresh"));

        OutputFile.write(over, NEW);
        OutputFile.write(dangling, NEW);

        assertThat(link).isSymbolicLink();
        assertThat(over).isSymbolicLink();
        assertThat(dangling).isSymbolicLink();
        assertThat(target).hasBinaryContent(NEW);
        assertThat(target.resolveSibling("fresh")).hasBinaryContent(NEW);
    }

    @Test
    void whatMayNotBeWrittenIsRefusedBeforeTheWork() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assumeFalse(Files.isWritable(file), "this user may write everywhere");
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));

        for (Path refused : List.of(file, closed.resolve("file"))) {
            assertThatThrownBy(() -> OutputFile.require(refused))
                    .isInstanceOf(BadInput.class)
                    .hasMessage(refused + ": cannot be written: permission denied");
        }
    }

    @Test
    void linksInACircleAreAnError() throws IOException {
        Path a = directory.resolve("a");
        Files.createSymbolicLink(a, directory.resolve("b"));
        Files.createSymbolicLink(directory.resolve("b"), a);

        assertThatThrownBy(() -> OutputFile.write(a, NEW)).isInstanceOf(FileSystemLoopException.class);
    }

    @Test
    void aDeviceIsWrittenToAndStaysOne() throws IOException {
        Object before = Files.getAttribute(Path.of("/dev/null"), "unix:ino");
        OutputFile.write(Path.of("/dev/null"), NEW);

        assertThat(Files.getAttribute(Path.of("/dev/null"), "unix:ino")).isEqualTo(before);
        assertThat(Path.of("/dev/null")).isReadable();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    @Test
    @Timeout(60)
    void aPipeIsWrittenToAndStaysOne() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> readAll(pipe));

        OutputFile.write(pipe, NEW);

        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(NEW);
        assertThat(names()).containsExactly("pipe");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void permissionsStayAsTheyAre() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        OutputFile.write(file, NEW);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void whatMayNotBeWrittenIsNotReplacedThroughItsDirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        if (Files.isWritable(file)) return; // root may write everything

        assertThatThrownBy(() -> OutputFile.write(file, NEW)).isInstanceOf(AccessDeniedException.class);
        assertThat(file).hasContent("old");
    }

    @Test
    void aDirectoryIsAnErrorAndNothingIsLeft() {
        assertThatThrownBy(() -> OutputFile.write(directory, NEW))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> OutputFile.stream(directory)).isInstanceOf(FileSystemException.class);
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
