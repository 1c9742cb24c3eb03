package org.sidestep.lab.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.testkit.TestCell;

/** The real gdb, which knows of a cell no more than where to connect. */
@Timeout(300)
class GdbTest {

    private static final Path GDB = Path.of("/usr/bin/gdb");

    @TempDir
    private Path directory;

    @BeforeEach
    void gdbIsThere() {
        assumeTrue(Files.isExecutable(GDB), "no gdb (Debian: gdb)");
    }

    /** What gdb says to its commands, against a lazy ping-pong. */
    private String gdb(String commands) throws Exception {
        Cell cell = TestCell.defaults().with(Axis.IPC, "lazy").cell();
        try (GdbServer server = new GdbServer(DebugTarget.of(cell, cell.assemble()), 0)) {
            assertThat(server.address())
                    .startsWith(InetAddress.getLoopbackAddress().getHostAddress());
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try {
                    server.serve();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Path script = Files.writeString(
                    directory.resolve("script"),
                    "set pagination off\nset confirm off\ntarget remote " + server.address() + "\n" + commands);
            Path said = directory.resolve("said");
            Process gdb = new ProcessBuilder(List.of(GDB.toString(), "-nx", "-batch", "-x", script.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            boolean ended = gdb.waitFor(4, TimeUnit.MINUTES);
            if (!ended) gdb.destroyForcibly();
            String text = Files.readString(said, StandardCharsets.UTF_8);
            assertThat(ended).as(text).isTrue();
            served.get(1, TimeUnit.MINUTES);
            return text;
        }
    }

    @Test
    void tenReverseStepsLeadToTheRegistersOfTenStepsBefore() throws Exception {
        String said = gdb("""
                break *&'lipc.forward'
                continue
                print/x $utcb
                continue
                printf "BEFORE\\n"
                info registers
                set $i = 0
                while $i++ < 10
                stepi
                end
                printf "THERE\\n"
                info registers
                while $i-- > 1
                reverse-stepi
                end
                printf "BACK\\n"
                info registers
                """);

        assertThat(said).contains("\"B of pair\" hit Breakpoint 1", "in lipc");
        assertThat(said).containsPattern("status = 0x0, mr0 = 0x[0-9a-f]+").containsPattern("globalId = 0xd0001");
        String before = between(said, "BEFORE", "THERE").split("\n\n")[0];
        assertThat(before).containsPattern("eip +0x[0-9a-f]+").contains("gs_base", "cr3", "tcb");
        String registers = registers(before);
        assertThat(registers(between(said, "THERE", "BACK"))).isNotEqualTo(registers);
        assertThat(registers(said.substring(said.indexOf("BACK")))).isEqualTo(registers);
    }

    private static String between(String text, String from, String to) {
        return text.substring(text.indexOf(from), text.lastIndexOf(to));
    }

    /** The lines of {@code info registers}. */
    private static String registers(String text) {
        Matcher lines = Pattern.compile("(?m)^[a-z0-9_]+ +(0x|\\{).*$").matcher(text);
        StringBuilder registers = new StringBuilder();
        while (lines.find()) registers.append(lines.group()).append('\n');
        assertThat(registers.toString().lines()).hasSizeGreaterThan(25);
        return registers.toString();
    }

    @Test
    void threadsHaveTheirNamesPlacesAndUtcbs() throws Exception {
        String said = gdb("""
                break *&'lipc.forward'
                continue
                info threads
                thread find A of pair
                thread 5
                print/x $utcb.globalId
                print/x $eip
                print $eax
                monitor threads
                monitor step
                """);

        assertThat(said)
                .containsPattern("Thread \\d+ \"sigma0\" \\(waits for anyone\\)")
                .containsPattern("\\* 2 +Thread 52 \"B of pair\" \\(runs\\)")
                .containsPattern("5 +Thread 51 \"A of pair\" \\(waits for B of pair\\)")
                .contains("<unavailable>", "monitor has: where, registers")
                .containsPattern("(?m)= 0xcc001$");
    }

    @Test
    void watchpointsAndReverseContinueFindWhoSwitchedThread() throws Exception {
        String said = gdb("""
                break *&'lipc.forward'
                continue
                delete
                watch *(int *) 0xdf000a40
                continue
                reverse-continue
                x/i $pc
                delete
                reverse-continue
                continue
                reverse-stepi
                """);

        assertThat(said).contains("Hardware watchpoint 2: *(int *) 0xdf000a40").containsPattern("Old value = -?\\d+");
        assertThat(said).containsPattern("=> 0x[0-9a-f]+ <lipc.write1\\+19>:\\s+mov +%eax,0xdf000a40");
        assertThat(said).contains("No more reverse-execution history.", "the guest exited with code 0");
    }

    @Test
    void memoryAndRegistersCanBeChanged() throws Exception {
        String said = gdb("""
                break *&'lipc.forward'
                continue
                set $ecx = 0x1234
                print/x $ecx
                set {int} $esp = 0x55
                x/xw $esp
                print/x *(int *) 0x10
                set {int} 0x10 = 1
                """);

        assertThat(said)
                .contains("= 0x1234", "0x00000055", "Cannot access memory at address 0x10")
                .containsPattern("0x[0-9a-f]+:\\s+0x00000055");
    }
}
