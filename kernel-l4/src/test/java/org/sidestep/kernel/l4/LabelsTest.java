package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What one file of the kernel calls in another is in the table {@code Labels}, with its register contract. */
class LabelsTest {

    private static final Path SOURCES = Path.of("src", "main", "java", "org", "sidestep", "kernel", "l4");
    private static final Path TABLE = SOURCES.resolve(Path.of("assembly", "Labels.java"));

    /** A label named by a string, or by a constant. */
    private static final Pattern BY_NAME =
            Pattern.compile("\\b(?:label|here|routine|variable)\\(\\s*(?:\"([^\"]+)\"|((?:\\w+\\.)?[A-Z][A-Z_]+)\\b)");

    private static final Pattern ENTRY = Pattern.compile(
            "Label (\\w+) =\\s+(jump|call|word)\\(\\s*\"([^\"]+)\",\\s*(\".*?\")\\);\n", Pattern.DOTALL);

    /** The workload binds it, through {@code UserProgram.rootEntry}. */
    private static final String ROOT = "userRoot";

    /** The two schedulers of the module are alternatives, reached through {@code Scheduler.Routines} as any plugin's. */
    private static final Pattern ALTERNATIVES = Pattern.compile("\\w*RoundRobinCode\\.java");

    @Test
    void aLabelIsNamedByStringInOneFileOnly() throws IOException {
        Map<String, Set<String>> files = new TreeMap<>();
        for (Path file : sources()) {
            String name = file.getFileName().toString();
            if (ALTERNATIVES.matcher(name).matches()) continue;
            for (String label : labelsByName(Files.readString(file))) {
                files.computeIfAbsent(label, l -> new TreeSet<>()).add(name);
            }
        }
        table().keySet()
                .forEach(label ->
                        files.computeIfAbsent(label, l -> new TreeSet<>()).add("Labels.java"));
        assertThat(files).hasSizeGreaterThan(150);
        files.values().removeIf(names -> names.size() == 1);
        assertThat(files).as("labels that belong in Labels, or are there").isEmpty();
    }

    @Test
    void everyLabelOfTheTableIsBoundByOneFileWithItsContract() throws IOException {
        Map<String, Set<String>> binders = new TreeMap<>();
        for (String field : table().values()) {
            Pattern bound =
                    Pattern.compile("\\b(?:here|routine|entered|bind)\\((?:at|kernel\\.labels)\\." + field + "\\b");
            for (Path file : sources()) {
                if (bound.matcher(Files.readString(file)).find()) {
                    binders.computeIfAbsent(field, f -> new TreeSet<>())
                            .add(file.getFileName().toString());
                }
            }
            binders.computeIfAbsent(field, f -> new TreeSet<>());
        }
        assertThat(binders.remove(ROOT)).isEmpty();
        assertThat(binders)
                .hasSizeGreaterThan(70)
                .allSatisfy((field, files) ->
                        assertThat(files).as("files that bind %s", field).hasSize(1));
    }

    @Test
    void everyRoutineOfTheTableSaysWhatItTakesOrGives() throws IOException {
        Matcher entry = ENTRY.matcher(Files.readString(TABLE));
        int routines = 0;
        while (entry.find()) {
            if (entry.group(2).equals("word")) continue;
            routines++;
            assertThat(entry.group(4)).as(entry.group(3)).containsPattern("\\b(in|out)\\b");
        }
        assertThat(routines).isGreaterThan(70);
    }

    /** Field of the table by the label's name. */
    private static Map<String, String> table() throws IOException {
        Map<String, String> fields = new TreeMap<>();
        Matcher entry = ENTRY.matcher(Files.readString(TABLE));
        while (entry.find()) fields.put(entry.group(3), entry.group(1));
        return fields;
    }

    private static Set<String> labelsByName(String source) {
        Set<String> labels = new TreeSet<>();
        Matcher named = BY_NAME.matcher(source);
        while (named.find()) {
            String constant = named.group(2);
            labels.add(constant == null ? named.group(1) : value(source, constant));
        }
        return labels;
    }

    private static String value(String source, String constant) {
        Matcher declared = Pattern.compile("String " + Pattern.quote(constant) + " = \"([^\"]+)\"")
                .matcher(source);
        assertThat(declared.find())
                .as("%s, by which a label is named, is of the same file", constant)
                .isTrue();
        return declared.group(1);
    }

    private static Iterable<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.equals(TABLE))
                    .sorted()
                    .toList();
        }
    }
}
