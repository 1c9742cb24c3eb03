package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console of {@code debug}, and what it says to mistakes. */
class DebugTest extends Booting {

    private final StringWriter out = new StringWriter();

    private int debug(String commands, String... arguments) {
        List<String> all = new ArrayList<>(List.of("debug"));
        all.addAll(List.of(arguments));
        if (Stream.of(arguments).anyMatch(item -> item.startsWith("ipc="))) {
            all.addAll(List.of("--file", "../seeds/lecture.yaml"));
        }
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(commands.getBytes(StandardCharsets.UTF_8)));
        try {
            return Main.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(all.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aCellIsSteppedForwardAndBackAndItsThreadsHaveNames() {
        int code = debug(
                "break lipc.forward\ncontinue\nthreads\nutcb\nutcb A of pair\nstep 8\nback 8\nwhere\nquit\n",
                "ipc=lazy",
                "workload=ping-pong");

        assertThat(code).isZero();
        assertThat(out.toString())
                .containsPattern("breakpoint at lipc\\.forward \\(\\w+\\.java:\\d+\\)")
                .containsPattern("\\* 52 +B of pair +at lipc\\.forward .*, runs")
                .containsPattern("  51 +A of pair +at .*, waits for B of pair")
                .containsPattern("(?m)^status +00000000$")
                .containsPattern("(?m)^globalId +000d0001$");
        List<String> places = out.toString()
                .lines()
                .filter(line -> line.contains(", cycle "))
                .map(line -> line.replace("(sidestep) ", ""))
                .toList();
        assertThat(places).hasSize(5);
        assertThat(places.get(2)).isNotEqualTo(places.get(1));
        assertThat(places.get(3)).isEqualTo(places.get(1));
        assertThat(places.get(4)).isEqualTo(places.get(1));
    }

    @Test
    void aForeignImageIsDebuggedToItsEndAndBack() throws Exception {
        kernel("small", asm -> {
            asm.emit("mov", EAX, imm(7));
            print(asm, "hello");
            out(asm, EXIT, 3);
        });

        assertThat(debug("step\nregisters\ncontinue\nback\nreverse\nwhere\n", path("small")))
                .isZero();
        assertThat(out.toString())
                .contains("eax=00000007", "hellothe guest exited with code 3; 'back' and 'reverse' still work")
                .contains("this is where the run began");
    }

    @Test
    void mistakesOnTheConsoleAreToldAndChangeNothing() throws Exception {
        kernel("small", asm -> out(asm, EXIT, 0));

        debug(
                "break\nbreak nowhere\nbreak $cr9\nstep x\nstep 0\nmemory 0 9999\nutcb\nutcb A\nfly\nwhere\n",
                path("small"));
        assertThat(out.toString())
                .contains("say PLACE too", "there is no label 'nowhere'", "there is no register '$cr9'")
                .contains("'x' is no number", "at least once, not 0 times", "from 1 to 1024 words, not 9999")
                .contains("processor has no UTCB", "there is no thread 'A'", "there is no command 'fly'; say help")
                .doesNotContain("Exception");
        assertThat(out.toString().lines().filter(line -> line.contains("cycle 0, instruction 0")))
                .hasSize(2);
    }

    @Test
    void mistakesOnTheCommandLineAreOneMessage() throws Exception {
        assertThat(debug("", path("none"))).isEqualTo(2);
        assertThat(debug("", "ipc=lasy")).isEqualTo(2);
        assertThat(debug("", "--gdb", "--port=70000", "ipc=lazy")).isEqualTo(2);
        assertThat(debug("", "--memory=3", "ipc=lazy")).isEqualTo(2);
        assertThat(err.toString())
                .contains("none: no such file", "no cell has", "--port: there is no port 70000", "belong to an image")
                .doesNotContain("\tat ");
        assertThat(err.toString().lines().filter(line -> line.startsWith("sidestep: ")))
                .hasSize(4);
    }

    @Test
    @Timeout(120)
    void aDebuggerIsToldWhereToConnectAndTheCommandEndsWhenItLeaves() throws Exception {
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                () -> debug("", "--gdb", "--port", "0", "ipc=lazy", "workload=ping-pong"));
        Matcher address = Pattern.compile("waiting for: gdb -ex 'target remote (127[0-9.]+):([0-9]+)'")
                .matcher("");
        while (!address.find()) {
            assertThat(code).as(err.toString()).isNotDone();
            Thread.sleep(20);
            address.reset(out.toString());
        }
        try (Socket socket = new Socket(address.group(1), Integer.parseInt(address.group(2)))) {
            socket.getOutputStream().write("$k#6b".getBytes(StandardCharsets.US_ASCII));
            assertThat(code.get()).isZero();
        }
    }
}
