package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A release, called from an empty directory by each of the ways that lead into it. */
@Timeout(300)
class ReleaseTest {

    /** That the slower compiler begins 64 times as late as usual. */
    private static final String LATE = "[-XX:Tier4InvocationThreshold=320000][-XX:Tier4MinInvocationThreshold=38400]"
            + "[-XX:Tier4CompileThreshold=960000][-XX:Tier4BackEdgeThreshold=2560000]";

    /** That no seldom way out of translated code throws away what has been compiled. */
    private static final String KEPT = "[-XX:+UnlockExperimentalVMOptions][-XX:PerMethodTrapLimit=0]";

    /** Debian's place; it is on no path. */
    private static final Path WINE = Path.of("/usr/lib/wine/wine64");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    @TempDir
    private Path directory;

    private final Release release = Release.made();

    private String said(int code, List<String> command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .putAll(Map.of("HOME", directory.toString(), "WINEDEBUG", "-all", "WINEPREFIX", directory + "/wine"));
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(code);
        return said;
    }

    private void useOf(List<String> launcher) throws Exception {
        assertThat(said(0, with(launcher, "list", "p3-tualatin"))).contains("p3-tualatin");
        assertThat(said(2, with(launcher, "run", "none.yaml"))).isEqualTo("sidestep: none.yaml: no such file\n");
        assertThat(said(0, with(launcher, "new", "cpu", "slow-bus"))).contains("slow-bus: begun");
        assertThat(said(0, with(launcher, "list", "slow-bus", "--plugins", "slow-bus")))
                .contains("slow-bus");
    }

    private static List<String> with(List<String> launcher, String... arguments) {
        List<String> all = new ArrayList<>(launcher);
        all.addAll(List.of(arguments));
        return all;
    }

    @Test
    void theLauncherFindsAllThatItNeedsFromAnyDirectory() throws Exception {
        useOf(List.of(release.linkedFrom(directory).toString()));
    }

    /** JBang reads the catalogue, takes {@code script-ref} from beside it and runs the jar as {@code java} does. */
    @Test
    void theJarThatJbangsCatalogueNamesFindsTheRestOfTheRelease() throws Exception {
        JsonNode catalogue = new ObjectMapper()
                .readTree(release.home().resolve("jbang-catalog.json").toFile());
        assertThat(catalogue.properties()).hasSize(1);
        JsonNode alias = catalogue.get("aliases").get("sidestep");
        assertThat(alias.properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("script-ref", "description", "java-version");
        assertThat(alias.get("java-version").asText()).isEqualTo("17+");
        Path jar = release.home().resolve(alias.get("script-ref").asText());
        assertThat(jar).isEqualTo(release.program());
        useOf(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                jar.toString(),
                Main.class.getName()));
    }

    @Test
    void allLinksOfItsPagesLeadSomewhere() throws IOException {
        try (Stream<Path> files = Files.walk(release.home())) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                Matcher link = LINK.matcher(Files.readString(page));
                while (link.find())
                    assertThat(page.resolveSibling(link.group(1)))
                            .as(page.toString())
                            .exists();
            }
        }
    }

    /** What Windows runs is what the shell runs, but for the archive of classes and what goes with short commands. */
    @Test
    void bothLaunchersRunTheSameProgram() throws IOException {
        String shell = Files.readString(release.launcher());
        String windows = Files.readString(release.home().resolve("sidestep.cmd"));
        for (String same : List.of(
                "-XX:+UseSerialGC", "-Xmn200m", "-Dsidestep.home=", "-Dsidestep.terminal=", Main.class.getName())) {
            assertThat(shell).contains(same);
            assertThat(windows).contains(same);
        }
        assertThat(windows)
                .contains("runtime\\bin\\java", "JAVA_HOME", "%lib%\\*")
                .endsWith("exit /b %ERRORLEVEL%\r\n");
    }

    /** A script stands for Java, and says with what it was called. */
    @Test
    void theLauncherSaysHowLateTheSlowerCompilerBeginsAndNamesNoArchiveThatIsNotThere() throws Exception {
        Path place = Files.createDirectories(directory.resolve("a place"));
        Path launcher = Files.copy(release.launcher(), place.resolve("sidestep"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectory(place.resolve("lib"));
        Path runtime = place.resolve("runtime");
        java(runtime, "called");
        Files.move(runtime.resolve("bin/java.exe"), runtime.resolve("bin/java"));

        assertThat(said(0, List.of(launcher.toString(), "run", "a file.yaml")))
                .contains(LATE, "[run][a file.yaml]\n")
                .doesNotContain("-XX:SharedArchiveFile")
                .doesNotContain(KEPT);
        assertThat(said(0, List.of(launcher.toString(), "boot")))
                .contains("[-XX:Tier4InvocationThreshold=80000]", KEPT);
        assertThat(said(0, List.of(launcher.toString(), "list"))).contains("[-XX:TieredStopAtLevel=1]");
        Path archive = Files.createDirectories(place.resolve("lab/target")).resolve("classes.jsa");
        Files.createFile(archive);
        assertThat(said(0, List.of(launcher.toString()))).contains(LATE, "[-XX:SharedArchiveFile=" + archive + "]");
    }

    /** Wine's cmd stands for that of Windows; a script stands for Java, and says with what it was called. */
    @Test
    void theLauncherForWindowsCallsJavaWithTheArgumentsOfTheUser() throws Exception {
        assumeTrue(Files.isExecutable(WINE), "no wine (Debian: wine64)");
        Path whole = windowsRelease("whole");
        Files.createDirectory(whole.resolve("lib"));
        java(whole.resolve("runtime"), "brought");
        Path bare = windowsRelease("bare");
        Files.createDirectory(bare.resolve("lib"));
        Path empty = windowsRelease("empty");
        java(directory.resolve("jdk"), "home");
        Path batch = Files.writeString(
                directory.resolve("all.cmd"),
                String.join(
                        "\r\n",
                        "@echo off",
                        "set JAVA_HOME=" + unquoted(directory.resolve("jdk")),
                        called(whole) + " run \"a file.yaml\" --set x=1",
                        called(bare) + " boot kernel.elf",
                        called(empty) + " --version",
                        "if errorlevel 1 echo refused",
                        "exit /b 0",
                        ""));

        String said = said(
                0, List.of(WINE.toString(), "cmd", "/c", batch.getFileName().toString()));

        assertThat(said.replace("\r", ""))
                .contains(
                        "brought" + options(whole, LATE) + "[run][a file.yaml][--set][x=1]\n",
                        "home" + options(bare, KEPT) + "[boot][kernel.elf]\n",
                        "sidestep: nothing is built here; run: mvnw.cmd",
                        "refused\n");
    }

    private Path windowsRelease(String name) throws IOException {
        Path place = Files.createDirectories(directory.resolve("a place/" + name));
        Files.copy(release.home().resolve("sidestep.cmd"), place.resolve("sidestep.cmd"));
        return place;
    }

    private static String called(Path place) {
        return "call " + windows(place.resolve("sidestep.cmd"));
    }

    private static String options(Path place, String compiler) {
        String home = unquoted(place);
        return "[-XX:+UseSerialGC][-Xmn200m]" + compiler + "[-Dsidestep.home=" + home
                + "][-Dsidestep.terminal=false][-cp][" + home + "\\lib\\*][" + Main.class.getName() + "]";
    }

    private static String unquoted(Path path) {
        return windows(path).replace("\"", "");
    }

    private static String windows(Path path) {
        return "\"Z:" + path.toString().replace('/', '\\') + "\"";
    }

    private static void java(Path home, String name) throws IOException {
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java.exe");
        // One line at once: Wine does not wait for what is no program of Windows.
        Files.writeString(
                java, "#!/bin/sh\nline=" + name + "\nfor i; do line=\"${line}[$i]\"; done\nprintf '%s\\n' \"$line\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }
}
