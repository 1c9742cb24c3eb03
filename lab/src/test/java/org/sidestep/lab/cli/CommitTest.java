package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitTest {

    private static final String HASH = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path directory;

    private void git(String file, String text) throws IOException {
        Path path = directory.resolve(".git").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void aCheckoutStandsAtTheCommitThatItsHeadLeadsTo() throws IOException {
        assertThat(Commit.of(directory)).isEmpty();
        git("HEAD", HASH + "\n");
        assertThat(Commit.of(directory)).hasValue(HASH);
        git("HEAD", "ref: refs/heads/main\n");
        assertThat(Commit.of(directory)).isEmpty();
        git("packed-refs", "# pack-refs\n" + HASH.replace('0', 'f') + " refs/heads/main\n");
        assertThat(Commit.of(directory)).hasValue(HASH.replace('0', 'f'));
        git("refs/heads/main", HASH + "\n");
        assertThat(Commit.of(directory)).hasValue(HASH);
    }

    @Test
    void whatIsNoCheckoutHasNone() throws IOException {
        git("HEAD", "nonsense");
        assertThat(Commit.of(directory)).isEmpty();
        git("HEAD", "ref: refs/heads/../../../../etc/passwd");
        assertThat(Commit.of(directory)).isEmpty();
    }
}
