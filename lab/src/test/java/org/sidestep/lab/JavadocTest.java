package org.sidestep.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plugin authors read is without warnings, as {@code docs/javadoc} builds it. */
class JavadocTest {

    @TempDir
    private Path directory;

    @Test
    void theJavadocOfApiAndContractsHasNoWarnings() {
        Path home = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(home.resolve("testkit/examples"))) home = home.getParent();
        StringWriter said = new StringWriter();
        PrintWriter print = new PrintWriter(said, true);

        int code = ToolProvider.findFirst("javadoc")
                .orElseThrow()
                .run(
                        print,
                        print,
                        "-quiet",
                        "-Xdoclint:all,-missing",
                        "-Werror",
                        "-d",
                        directory.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-sourcepath",
                        home.resolve("platform-api/src/main/java")
                                + java.io.File.pathSeparator
                                + home.resolve("testkit/src/main/java"),
                        "-subpackages",
                        "org.sidestep");
        assertThat(code).as(said.toString()).isZero();
        assertThat(directory.resolve("org/sidestep/kernel/IpcPolicy.html")).exists();
    }
}
