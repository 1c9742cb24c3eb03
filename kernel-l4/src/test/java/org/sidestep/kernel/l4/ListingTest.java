package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.Listing;
import org.sidestep.asm.Program;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;

/** The kernel's listing is committed, so that a review shows what a change does to the code. */
class ListingTest {

    private static final Path LISTINGS = Path.of("src", "main", "listing");
    private static final String UPDATE = "./mvnw -q -Dquick -pl kernel-l4 -am test -Dtest=ListingTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dupdate";

    /** What every general Ipc calls, and a few more. */
    private static final List<String> ROUTINES = List.of(
            "exit.switch",
            "exit.resume",
            "exit.resched",
            "thread.find",
            "ipc.general",
            "ipc.matches",
            "ipc.partnerOf",
            "ipc.receivePhase",
            "ipc.reframe",
            "ipc.transfer",
            "ipc.waitsFor",
            "sendQueue.find",
            "timeout.forget",
            "map.items",
            "page.entry");

    /** No user program worth listing. */
    static class Nothing implements Workload {

        @Override
        public String id() {
            return "nothing";
        }

        @Override
        public String summary() {
            return "a root task that does nothing";
        }

        @Override
        public void build(UserProgram program) {
            program.asm().bind(program.rootEntry());
            program.asm().emit("jmp", program.rootEntry());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "sysenter"})
    void theCommittedListingIsThatOfTheKernel(String entry) throws IOException {
        Program program =
                TestKernel.assemble(Map.of("entry", entry), new Nothing()).program();
        String actual = Listing.of(withoutUser(program), "");
        Path file = LISTINGS.resolve("l4-" + entry + ".lst");
        if (System.getProperty("update") != null) Files.writeString(file, actual);
        List<String> expected = Files.exists(file) ? Files.readAllLines(file) : List.of();
        compare(file, expected, actual.lines().toList());
    }

    /** So that what a policy adds to one moves no other in its fetch blocks: their difference is what the policy costs. */
    @ParameterizedTest
    @ValueSource(strings = {"int", "sysenter"})
    void aRoutineThatOtherFilesCallBeginsAtAFetchBlock(String entry) {
        Program program =
                TestKernel.assemble(Map.of("entry", entry), new Nothing()).program();
        List<String> moved = ROUTINES.stream()
                .filter(routine -> program.symbols().get(routine) % 16 != 0)
                .toList();
        assertThat(moved).isEmpty();
    }

    private static void compare(Path file, List<String> expected, List<String> actual) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String was = i < expected.size() ? expected.get(i) : "(end)";
            String is = i < actual.size() ? actual.get(i) : "(end)";
            if (!was.equals(is)) {
                fail("%s is stale from line %d:%n- %s%n+ %s%nbring it up to date: %s", file, i + 1, was, is, UPDATE);
            }
        }
    }

    private static Program withoutUser(Program program) {
        List<Program.Segment> kernel = program.segments().stream()
                .filter(segment -> !segment.name().startsWith("user."))
                .toList();
        return new Program(kernel, program.symbols(), program.lines());
    }
}
