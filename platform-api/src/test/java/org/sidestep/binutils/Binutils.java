package org.sidestep.binutils;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** GNU as, objdump and readelf as outside oracles. Absent, they skip the test visibly; under CI they fail it. */
public final class Binutils {

    private static final Pattern LINE = Pattern.compile("^\\s*([0-9a-f]+):\\t((?:[0-9a-f]{2} )+)\\s*(?:\\t(.*))?$");

    private Binutils() {}

    /** One line of objdump's output. */
    public record Shown(int length, String text) {}

    /** Call first in every test that needs them. */
    public static void require() {
        boolean present = works("as", "--version") && works("objdump", "--version");
        String message = "GNU binutils (as, objdump) are not installed";
        if (!present && "true".equals(System.getenv("CI"))) fail(message);
        Assumptions.assumeTrue(present, message);
    }

    /** Assembles 32-bit Intel syntax and returns the bytes of .text. */
    public static byte[] assemble(Path directory, String source) {
        try {
            Path text = directory.resolve("oracle.s");
            Path object = directory.resolve("oracle.o");
            Path bytes = directory.resolve("oracle.bin");
            Files.writeString(text, ".intel_syntax noprefix\n" + source);
            run("as", "--32", "-o", object.toString(), text.toString());
            run("objcopy", "-O", "binary", "-j", ".text", object.toString(), bytes.toString());
            return Files.readAllBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Disassembles bare code of a machine that objdump knows ({@code i386}, {@code i8086}), by address. */
    public static Map<Integer, Shown> disassemble(Path directory, byte[] code, String machine) {
        try {
            Path bytes = directory.resolve("code.bin");
            Files.write(bytes, code);
            return parse(run("objdump", "-D", "-w", "-b", "binary", "-m", machine, "-M", "intel", bytes.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Integer, Shown> parse(List<String> output) {
        Map<Integer, Shown> shown = new LinkedHashMap<>();
        for (String line : output) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) continue;
            String text = matcher.group(3) == null ? "" : matcher.group(3).strip();
            shown.put(
                    Integer.parseInt(matcher.group(1), 16),
                    new Shown(matcher.group(2).length() / 3, text));
        }
        return shown;
    }

    /** Runs a tool and returns its standard output; fails the test with its error output. */
    public static List<String> run(String... command) {
        try {
            Path out = Files.createTempFile("binutils", ".out");
            Path err = Files.createTempFile("binutils", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
            List<String> lines = Files.readAllLines(out, StandardCharsets.ISO_8859_1);
            List<String> errors = Files.readAllLines(err, StandardCharsets.ISO_8859_1);
            Files.delete(out);
            Files.delete(err);
            if (process.waitFor() != 0) {
                fail(String.join(" ", command) + "\n"
                        + String.join("\n", errors.subList(0, Math.min(20, errors.size()))));
            }
            return new ArrayList<>(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean works(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
