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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidestep.x2.SystemCall;

/** The documents name no test, and no method of one, that is not there; and each row that should names one. */
class DocumentedTestsTest {

    private static final Path PROJECT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|Contract))(?:[#.](\\w+))?`");
    private static final Pattern SHOWN = Pattern.compile("\\| (shown by|test)( \\(.*\\))? \\|$");
    private static final Pattern SHOWS =
            Pattern.compile("`\\w+(Test|Contract)\\b|\\bR\\b[^|]*\\|$|attacks? `[^|]*\\|$|`docs/[^|]*\\|$");
    private static final Pattern METHOD = Pattern.compile("(?m)^ +(?:public )?[\\w<>]+ (\\w+)\\(");

    @Test
    void allTestsOfTheKernelsDocumentsAreThere() throws IOException {
        Map<String, Set<String>> methods = methods();
        String documents = Files.readString(PROJECT.resolve("docs/kernel.md"))
                + Files.readString(PROJECT.resolve("docs/threats.md"));
        Matcher named = NAMED.matcher(documents);
        Set<String> missing = new TreeSet<>();
        int count = 0;
        while (named.find()) {
            count++;
            Set<String> there = methods.get(named.group(1));
            if (there == null || named.group(2) != null && !there.contains(named.group(2))) missing.add(named.group());
        }
        assertThat(count).isGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    /** Also a command that shows it, an attack, or R, the random programs. */
    @Test
    void eachRowSaysWhatShowsIt() throws IOException {
        Set<String> without = new TreeSet<>();
        int rows = 0;
        for (String document : new String[] {"docs/kernel.md", "docs/threats.md"}) {
            boolean inTable = false;
            for (String line : Files.readAllLines(PROJECT.resolve(document))) {
                if (!line.startsWith("|")) inTable = false;
                else if (SHOWN.matcher(line).find()) inTable = true;
                else if (inTable && !line.startsWith("| ---")) {
                    rows++;
                    if (!SHOWS.matcher(line).find()) without.add(line);
                }
            }
        }
        assertThat(rows).isGreaterThan(90);
        assertThat(without).isEmpty();
    }

    @Test
    void eachSystemCallHasItsRowAndItsCost() throws IOException {
        String document = Files.readString(PROJECT.resolve("docs/kernel.md"));
        int costs = document.indexOf("## What a call costs");
        for (String part : new String[] {
            document.substring(0, costs), document.substring(costs, document.indexOf("### The tuned path"))
        }) {
            String rows = part.lines().filter(each -> each.startsWith("|")).collect(Collectors.joining("\n"));
            for (SystemCall call : SystemCall.values()) assertThat(rows).containsIgnoringCase(call.text());
        }
    }

    /** By class, of all modules. */
    private static Map<String, Set<String>> methods() throws IOException {
        Map<String, Set<String>> methods = new TreeMap<>();
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.filter(each -> Files.exists(each.resolve("pom.xml")))
                    .toList()) {
                for (String sources : new String[] {"src/test/java", "src/main/java"}) {
                    if (Files.exists(module.resolve(sources))) read(module.resolve(sources), methods);
                }
            }
        }
        return methods;
    }

    private static void read(Path sources, Map<String, Set<String>> methods) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(each -> each.toString().matches(".*(Test|Contract)\\.java"))
                    .toList()) {
                String name = file.getFileName().toString();
                Set<String> there =
                        methods.computeIfAbsent(name.substring(0, name.length() - 5), each -> new TreeSet<>());
                Matcher method = METHOD.matcher(Files.readString(file));
                while (method.find()) there.add(method.group(1));
            }
        }
    }
}
