package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sidestep verify} from outside, with the platform's plugins. */
class VerifyCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ipc=lazy cpu=unit | cpu=unit: the processor that is the clock is an option; say --cpu ID",
                "ipc=lazy cpu.trap.cycles=3 | cpu.trap.cycles=3: the processor that is the clock is an option; say --cpu ID",
                "ipc=lazy workload=chain | workload=chain: a verification runs its own workloads; leave it out",
                "ipc=lazy validaton=twin | 'validaton' is no coordinate of what is verified; did you mean 'validation'?",
                "validation=twin | no policy is named; say which, for example ipc=lazy",
                "ipc=lazy --time 10 | --time 10: is no time; write 90s, 10m or 2h",
                "ipc=lazy --jobs 0 | --jobs must be at least 1, not 0",
                "ipc=lazzy | there is no ipc 'lazzy'; did you mean 'lazy'? (looked in the class path)"
            })
    void aMistakeIsOneMessageThatSaysTheRemedy(String arguments, String message) {
        assertThat(verify(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("sidestep: " + message);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void disturbancesAreListedLikeAllPlugins() {
        assertThat(sidestep("list")).isZero();
        assertThat(out.toString())
                .contains("\ndisturbance\n")
                .containsPattern("timer-interrupt +the timer interrupts at each instruction boundary");
    }

    @Test
    void aDisturbanceIsShownByItsId() {
        assertThat(sidestep("list", "stub-jumps")).isZero();
        assertThat(out.toString()).contains("a jump to each byte of each stub");
    }

    private int verify(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--out";
        all[arguments.length + 2] = directory.toString();
        return sidestep(all);
    }

    private int sidestep(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
