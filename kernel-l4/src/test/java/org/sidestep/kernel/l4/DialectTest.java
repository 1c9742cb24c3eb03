package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Kernel code is written in one dialect. */
class DialectTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    private static final String HAVE_METHODS =
            "mov|lea|add|sub|and|or|xor|cmp|test|inc|dec|neg|not|xchg|push|pop|call|jmp|ret";

    @Test
    void whatAFileUsesIsImportedByName() throws IOException {
        assertThat(filesWith("import static [^;]*\\*;")).isEmpty();
    }

    @Test
    void aMnemonicThatHasAMethodIsNotGivenAsText() throws IOException {
        assertThat(filesWith("\\bop\\(\"(" + HAVE_METHODS + ")\"")).isEmpty();
    }

    @Test
    void onlyPageTableCodeForgetsTranslations() throws IOException {
        assertThat(filesWith("\"invlpg\"")).containsExactly("PageTableCode.java");
    }

    private static Iterable<String> filesWith(String expression) throws IOException {
        Pattern pattern = Pattern.compile(expression);
        TreeSet<String> found = new TreeSet<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(SOURCES)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(files).hasSizeGreaterThan(50);
        for (Path file : files) {
            Matcher matcher = pattern.matcher(Files.readString(file));
            if (matcher.find()) found.add(file.getFileName().toString());
        }
        return found;
    }
}
