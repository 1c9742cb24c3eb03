package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same cell on hosts of other languages, encodings and time zones. */
class HostTest {

    /** Languages with digits of their own, another letter i, and another calendar. */
    private static final List<List<String>> HOSTS = List.of(
            List.of(
                    "-Duser.language=ar",
                    "-Duser.country=EG",
                    "-Duser.extensions=u-nu-arab",
                    "-Dfile.encoding=ISO-8859-6",
                    "-Duser.timezone=Africa/Cairo",
                    "-Dline.separator=\r\n"),
            List.of(
                    "-Duser.language=tr",
                    "-Duser.country=TR",
                    "-Dfile.encoding=UTF-16",
                    "-Duser.timezone=Pacific/Kiritimati"),
            List.of(
                    "-Duser.language=th",
                    "-Duser.country=TH",
                    "-Duser.variant=TH",
                    "-Duser.extensions=u-nu-thai-ca-buddhist",
                    "-Dfile.encoding=US-ASCII",
                    "-Duser.timezone=America/St_Johns"));

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void writeExperiment() throws IOException {
        file = Files.writeString(directory.resolve("small.yaml"), """
                name: small
                title: "Ping and pong: İıß ١"
                defaults: {machine: ia32, kernel: l4, scheduler: priority-rr, validation: twin}
                matrix:
                  - {cpu: unit, ipc: [strict, lazy], workload: {id: ping-pong, rounds: 20}}
                  - {cpu: p3-coppermine, ipc: strict, workload: {id: ping-pong, rounds: 20}}
                claims:
                  - {id: a, text: none, measure: ipc.kernel.per-round, where: {cpu: unit, ipc: lazy}, expect: == 0}
                """);
    }

    @Test
    @Timeout(300)
    void resultsImagesAndReportsAreTheSameBitForBitOnEveryHost() throws Exception {
        runHere("root");
        for (int host = 0; host < HOSTS.size(); host++) {
            run("host" + host, HOSTS.get(host));
            for (String name : List.of("results.json", "results.csv", "results.columns.csv", "report.html")) {
                assertThat(directory.resolve("host" + host).resolve(name))
                        .as("%s under %s", name, HOSTS.get(host))
                        .hasSameBinaryContentAs(directory.resolve("root").resolve(name));
            }
        }
    }

    /** On whatever host the test runs. */
    private void runHere(String out) {
        StringWriter said = new StringWriter();
        PrintWriter print = new PrintWriter(said);
        int code = Main.commandLine().setOut(print).setErr(print).execute(arguments(out));
        assertThat(code).as(said.toString()).isZero();
    }

    /** The results name each image by its digest. */
    private String[] arguments(String out) {
        return new String[] {
            "run", file.toString(), "--bill", "--out", directory.resolve(out).toString()
        };
    }

    private void run(String out, List<String> host) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(host);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments(out)));
        Path said = directory.resolve(out + ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> command + "\n" + read(said)).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
