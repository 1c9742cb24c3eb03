package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.asm.Place;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.verify.Replay;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.Verification;
import org.sidestep.machine.Machine;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Boundary;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Lane;

/** Whoever has a replay file can stop where the run was struck, and see it whole. */
class ReplayTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final Course COURSE = Course.of("ping-pong", "space=intra", "words=1");
    private static final Cell SUBJECT =
            new Subjects(CATALOG, "unit").named(List.of("ipc=lazy")).get(0);

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    /** A trial with two interrupts, in stubs; it keeps its promise, which makes no difference here. */
    @BeforeEach
    void writeReplay() throws IOException {
        Campaign campaign = new Verification(CATALOG, Bound.SINGLES, Version.PROGRAM).campaign(replay(List.of()));
        Lane lane = campaign.lane(COURSE);
        Boundary stub = lane.boundaries().stream()
                .filter(Boundary::stub)
                .skip(3)
                .findFirst()
                .orElseThrow();
        Blow first = blow(lane, stub.instruction(), stub.address());
        campaign.deal(lane, List.of(first), blow -> {});
        Machine machine = lane.machine();
        do machine.step();
        while (machine.cpl() != 3 || machine.instructions() == first.instruction());
        write(List.of(first, blow(lane, machine.instructions(), machine.codeAddress())));
    }

    private void write(List<Blow> blows) throws IOException {
        file = Files.write(directory.resolve("failure-1.json"), new ObjectMapper().writeValueAsBytes(replay(blows)));
    }

    private static Replay replay(List<Blow> blows) {
        return new Replay(SUBJECT.text(), COURSE, blows, Failure.Kind.HANG, List.of("nobody knows"));
    }

    private static Blow blow(Lane lane, long instruction, int address) {
        String place = Place.describe(lane.image().program(), address);
        return new Blow(instruction, "timer-interrupt", "tick", place);
    }

    @Test
    void aBlowThatCannotFallIsRefused() throws IOException {
        Blow before = Replay.read(file).blows().get(0);
        write(List.of(new Blow(before.instruction(), "timer-interrupt", "tock", before.place())));
        assertThat(sidestep("", "--replay", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("nothing of the kind can happen there: timer-interrupt tock before ")
                .contains("it was written by another version of the program");
    }

    @Test
    void aReplayStopsBehindItsLastBlowAndGoesBackBeforeTheFirst() throws IOException {
        List<Blow> blows = Replay.read(file).blows();
        int code = sidestep("where\nstep\nback\nback 100\nquit\n", "--replay", file.toString(), "--stop-there");

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("struck by " + blows.get(0), "struck by " + blows.get(1));
        List<String> places = out.toString()
                .lines()
                .filter(line -> line.contains(", cycle "))
                .map(line -> line.replace("(sidestep) ", ""))
                .toList();
        assertThat(places).hasSize(5);
        assertThat(places.get(0)).contains("instruction " + blows.get(1).instruction());
        assertThat(places.get(2)).as("step takes the interrupt").isNotEqualTo(places.get(0));
        assertThat(places.get(3)).isEqualTo(places.get(0));
        assertThat(out.toString()).as("'step' enters the kernel").contains("entry.");
    }

    @Test
    void aReplayIsTracedFromTheRoundThatWasStruckToTheEndWithItsBlows() throws IOException {
        assertThat(sidestep("", "--replay", file.toString(), "--trace"))
                .as(err.toString())
                .isZero();
        Path trace = directory.resolve("failure-1.json.trace.json");
        JsonNode events = new ObjectMapper().readTree(trace.toFile()).get("traceEvents");
        assertThat(events.findValuesAsText("cat").stream().filter("strike"::equals))
                .hasSize(2);
        assertThat(events.findValuesAsText("cat")).contains("user", "kernel", "interrupt", "ipc");
        assertThat(out.toString()).contains("the trial kept its promise");

        assertThat(sidestep("", "--replay", file.toString(), "--trace")).isEqualTo(2);
        assertThat(err.toString()).contains("failure-1.json.trace.json is there already");
    }

    @Test
    void whatIsAskedOfNoTrialIsRefused() {
        assertThat(sidestep("", "ipc=lazy", "--stop-there")).isEqualTo(2);
        assertThat(sidestep("", "--replay", file.toString(), "--stop-there", "--trace"))
                .isEqualTo(2);
        assertThat(sidestep("", "--replay", file.toString(), "ipc=lazy")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--stop-there is about a trial; say which with --replay FILE")
                .contains("--stop-there and --trace: say one of them")
                .contains("--replay names its policy itself; leave out ipc=lazy");
    }

    private int sidestep(String commands, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(commands.getBytes(StandardCharsets.UTF_8)));
        try {
            return Main.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(all);
        } finally {
            System.setIn(before);
        }
    }
}
