package org.sidestep.lab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The commit of git that a checkout stands at. What has been changed since then it does not tell; the hashes of jars do. */
final class Commit {

    private static final String REF = "ref: ";
    private static final int LONGEST = 1 << 20;

    private Commit() {}

    /** That of the project; empty if it is no checkout. */
    static Optional<String> ofProject() {
        return Home.directory().flatMap(Commit::of);
    }

    /** That of the checkout in a directory. */
    static Optional<String> of(Path directory) {
        Path git = directory.resolve(".git");
        try {
            Optional<String> head = text(git.resolve("HEAD"));
            if (head.isEmpty() || !head.get().startsWith(REF)) return head.filter(Commit::isHash);
            String ref = head.get().substring(REF.length());
            Optional<String> loose = text(git.resolve(ref).normalize());
            return (loose.isPresent() ? loose : packed(git, ref)).filter(Commit::isHash);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Git keeps refs that seldom change in one file, a line each. */
    private static Optional<String> packed(Path git, String ref) throws IOException {
        return text(git.resolve("packed-refs")).stream()
                .flatMap(String::lines)
                .filter(line -> line.endsWith(" " + ref))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst();
    }

    private static Optional<String> text(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) return Optional.empty();
        return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip());
    }

    private static boolean isHash(String text) {
        return text.matches("[0-9a-f]{40}([0-9a-f]{24})?");
    }
}
