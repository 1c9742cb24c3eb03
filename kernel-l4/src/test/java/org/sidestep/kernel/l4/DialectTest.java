package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Code;
import org.sidestep.isa.Operand;

/** Kernel code is written in one dialect: that of the packages {@code entry} and {@code ipc}. */
class DialectTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    /** Lines of a screen. */
    private static final int SCREEN = 45;

    /** A method as it is formatted here: its head may take several lines, its end is the first brace of its depth. */
    private static final Pattern METHOD = Pattern.compile(
            "^    (?:(?:public|protected|private|static|final|abstract) )*[\\w<>\\[\\], ]+ (\\w+)\\((?:[^;{}]*)\\) (?:throws \\w+ )?\\{\\n(.*?)^    \\}$",
            Pattern.DOTALL | Pattern.MULTILINE);

    /** A conditional branch that gives no reason. */
    private static final Pattern BARE =
            Pattern.compile("^\\s+(?:j|jz|jnz|je|jne)\\((?:[A-Z]+, )?(.+)\\);", Pattern.MULTILINE);

    @Test
    void whatAFileUsesIsImportedByName() throws IOException {
        assertThat(filesWith("import static [^;]*\\*;")).isEmpty();
    }

    @Test
    void aMnemonicThatHasAMethodIsNotGivenAsText() throws IOException {
        Set<String> withMethod = mnemonics(Operand.class);
        assertThat(withMethod).contains("mov", "sub", "jmp", "ret");
        assertThat(filesWith("\\bop\\(\\s*\"(" + String.join("|", withMethod) + "|j\\w+)\""))
                .isEmpty();
        Set<String> withNumber = mnemonics(int.class);
        assertThat(withNumber).contains("mov", "shl");
        assertThat(filesWith("\\bop\\(\\s*\"(" + String.join("|", withNumber) + ")\", [^;]*\\bimm\\("))
                .isEmpty();
    }

    @Test
    void onlyPageTableCodeForgetsTranslations() throws IOException {
        assertThat(filesWith("\"invlpg\"")).containsExactly("PageTableCode.java");
    }

    @Test
    void aPlaceIsATypedLabelAndOnlyRoutinesAreNamedByText() throws IOException {
        assertThat(filesWith("\\bhere\\(\\s*\"")).isEmpty();
        TreeSet<String> wrong = new TreeSet<>();
        for (Path file : files()) {
            String source = Files.readString(file);
            Matcher method = METHOD.matcher(source);
            while (method.find()) {
                Matcher named = Pattern.compile("\\blabel\\(\\s*\"([^\"]+)\"").matcher(method.group(2));
                while (named.find()) {
                    if (!source.contains("routine(\"" + named.group(1) + "\"")) wrong.add(named.group(1));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aBranchForwardIsAGuardThatSaysWhy() throws IOException {
        List<String> wrong = new ArrayList<>();
        int loops = 0;
        for (Path file : files()) {
            Matcher method = METHOD.matcher(Files.readString(file));
            while (method.find()) {
                String body = method.group(2);
                Matcher branch = BARE.matcher(body);
                while (branch.find()) {
                    loops++;
                    String target = Pattern.quote(branch.group(1));
                    boolean back = Pattern.compile(
                                    "\\b(?:here|routine)\\(" + target + "\\)|\\bLabel " + target + " = here\\(")
                            .matcher(body.substring(0, branch.start()))
                            .find();
                    if (!back) wrong.add(file.getFileName() + "." + method.group(1) + branch.group());
                }
            }
        }
        assertThat(loops).isGreaterThan(5);
        assertThat(wrong).isEmpty();
    }

    @Test
    void aMethodFitsAScreen() throws IOException {
        TreeMap<String, Long> tooLong = new TreeMap<>();
        int methods = 0;
        for (Path file : files()) {
            Matcher method = METHOD.matcher(Files.readString(file));
            while (method.find()) {
                methods++;
                long lines = method.group().lines().count();
                if (lines > SCREEN) tooLong.put(file.getFileName() + "." + method.group(1), lines);
            }
        }
        assertThat(methods).isGreaterThan(300);
        assertThat(tooLong).isEmpty();
    }

    /** The methods of {@link Code} that are mnemonics and take operands, the last of them of this type. */
    private static Set<String> mnemonics(Class<?> last) {
        return Arrays.stream(Code.class.getDeclaredMethods())
                .filter(method -> isMnemonic(method, last))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isMnemonic(Method method, Class<?> last) {
        Class<?>[] types = method.getParameterTypes();
        if (types.length == 0) return method.getName().equals("ret") && last == Operand.class;
        return method.getReturnType() == void.class
                && Operand.class.isAssignableFrom(types[0])
                && last.isAssignableFrom(types[types.length - 1]);
    }

    private static Set<String> filesWith(String expression) throws IOException {
        Pattern pattern = Pattern.compile(expression);
        TreeSet<String> found = new TreeSet<>();
        for (Path file : files()) {
            Matcher matcher = pattern.matcher(Files.readString(file));
            if (matcher.find()) found.add(file.getFileName().toString());
        }
        return found;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            List<Path> files = all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            assertThat(files).hasSizeGreaterThan(50);
            return files;
        }
    }
}
