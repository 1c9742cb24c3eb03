package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.faulty.FaultyPolicy;
import org.sidestep.machine.Limits;
import org.sidestep.plugin.Configured;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Lane;
import org.sidestep.verify.Sample;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Trials;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;

/** Verification passes what is right and finds what is not, in the same way each time. */
class VerifyTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    /** Two pairs that are preempted, and a monitor. */
    private static final List<Course> COURSES =
            List.of(Course.DEFAULTS.get(0), Course.of("monitor", "think=0", "critical=0", "timeslice=100"));

    @ParameterizedTest
    @ValueSource(strings = {"strict", "lazy"})
    void aPolicyThatIsRightPassesWhereverTheTimerInterrupts(String policy) {
        Verdict verdict = campaign(lazyOr(policy), COURSES.subList(0, 1), interrupts(), new Memory())
                .run(2, () -> true);
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.complete()).isTrue();
        assertThat(verdict.trials()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"forward-too-late", "no-sequence"})
    void aPolicyWithAFaultIsFoundOutAndItsReplayFailsAlike(String fault) {
        Campaign campaign = campaign(FaultyPolicy.of(fault), COURSES, interrupts(), new Memory());
        Verdict verdict = campaign.run(2, () -> true);
        assertThat(verdict.passed()).as(fault).isFalse();
        Failure failure = verdict.failures().get(0);
        assertThat(campaign.replay(failure.course(), failure.blows())).contains(failure);
        Failure shrunk = campaign.shrunk(verdict).failures().get(0);
        assertThat(shrunk.kind()).isEqualTo(failure.kind());
        assertThat(rounds(shrunk)).isLessThan(rounds(failure));
    }

    /** What fails with nothing in its way is a failure like any other; the last three take an interrupt. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "wrong-publication",
                "clobbered-in-load-resume-point-ebx",
                "clobbered-in-publish-pending-edx",
                "lost-word-2",
                "stale-partner",
                "sender-not-published",
                "no-entry-check",
                "forgotten-thread"
            })
    void aPolicyThatLeavesItsPartnerWithTheWrongWordsGetsAVerdict(String fault) {
        List<Course> courses = fault.equals("sender-not-published") ? COURSES.subList(1, 2) : COURSES.subList(0, 1);
        Verdict verdict = campaign(FaultyPolicy.of(fault), courses, interrupts(), new Memory())
                .run(2, () -> true);
        assertThat(verdict.passed()).as(fault).isFalse();
    }

    /** {@code %gs:0} names no UTCB then, and there is no third word to be read. */
    @Test
    void aPolicyUnderWhichAMessageArrivesAtNobodyIsTriedAllTheSame() {
        IpcPolicy policy = FaultyPolicy.of("completion-too-early");
        Cell subject = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", Map.of("entry", "int", "fastpath", "off"))
                .with(Axis.IPC, policy, Configured.defaults(policy).parameters().asMap())
                .within(200_000_000)
                .cell();
        List<Course> courses = Course.DEFAULTS.stream()
                .filter(course -> course.parameters().containsKey("greed"))
                .toList();
        List<Exploration> all = CATALOG.on(Axis.DISTURBANCE).stream()
                .map(found -> new Exploration((Disturbance) found.extension(), 1, Reach.ROUND))
                .toList();
        Campaign campaign = campaign(subject, courses, all, new Memory());
        Verdict verdict =
                campaign.run(2, (Campaign.Chunk chunk) -> chunk.every().isFirstTurn());
        assertThat(verdict.trials()).isPositive();
    }

    /** Someone begins to use the partner of one who was stopped between looking at it and switching, and is stopped himself. */
    @Test
    void aPolicyThatDoesNotLookAtItsPartnerAgainIsFoundOutByTwoInterruptsOfEachKindAndNotByOne() {
        IpcPolicy policy = FaultyPolicy.of("no-restart-of-part-0");
        List<Course> courses = COURSES.subList(1, 2);
        Disturbance timer = interrupts().get(0).disturbance();
        assertThat(campaign(policy, courses, interrupts(), new Memory())
                        .run(2, () -> true)
                        .passed())
                .isTrue();
        List<Exploration> pairs = List.of(new Exploration(timer, 2, Reach.NEAR));
        Campaign campaign = campaign(policy, courses, pairs, new Memory());
        long planned = campaign.plan().trials();
        Verdict verdict = campaign.run(2, () -> true);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.failures().get(0).blows()).hasSize(2);
        assertThat(verdict.trials()).isEqualTo(planned);
    }

    /** The kernel learns at its next entry who runs at user level, and lets a better one run that is ready. */
    @Test
    void aPolicyThatLetsAWorseThreadRunBehindALocalSwitchIsFoundOut() {
        List<Course> courses = Course.DEFAULTS.stream()
                .filter(course -> course.workload().equals("ranks"))
                .toList();
        assertThat(courses).isNotEmpty();
        for (Course course : courses) {
            Campaign campaign =
                    campaign(FaultyPolicy.of("better-one-not-asked-for"), courses, interrupts(), new Memory());
            Failure failure = campaign.undisturbed(course).orElseThrow();
            assertThat(failure.kind()).isEqualTo(Failure.Kind.SHARE);
            assertThat(failure.details().get(0)).contains("lets B go on, priority 50, while C is ready, priority 100");
        }
        for (String right : List.of("lazy", "strict"))
            assertThat(campaign(lazyOr(right), courses, interrupts(), new Memory())
                            .run(2, () -> true)
                            .failures())
                    .isEmpty();
    }

    /** A trial is known to go on as another only if no tick may tell them apart. */
    @Test
    void noTickFallsIntoTheLongestRoundsOfTheDefaults() {
        Course ways = Course.DEFAULTS.stream()
                .filter(course -> course.workload().equals("ways"))
                .findFirst()
                .orElseThrow();
        Lane lane =
                campaign(lazyOr("lazy"), List.of(ways), List.of(), new Memory()).lane(ways);
        Cell cell = lane.cell();
        lane.rewind();
        long begun = lane.machine().cycles();
        long quiet = lane.machine().debugger().quietUntil() - begun;
        lane.machine().run(Limits.cycles(cell.maxCycles()));
        assertThat(quiet).isGreaterThan(2 * (lane.machine().cycles() - begun));
    }

    /** Undisturbed: what a policy does with its arguments, and what it leaves beside the message. */
    @ParameterizedTest
    @CsvSource({
        "words, lost-word-0",
        "words, lost-word-15",
        "words, lost-word-63",
        "words, lost-word-of-ipc-63",
        "words, clobbered-by-lipc-fpu",
        "words, clobbered-by-ipc-fpu-control",
        "words, clobbered-by-lipc-df",
        "words, clobbered-by-lipc-es",
        "strings, string-truncated",
        "strings, typed-items-ignored-by-lipc",
        "errors, timeouts-ignored-by-lipc",
        "errors, wrong-error-code",
        "proxy, flags-ignored-by-ipc"
    })
    void aPolicyThatTreatsAFormOfMessagesOtherwiseThanTheKernelIsFoundOut(String form, String fault) {
        Course course = Course.DEFAULTS.stream()
                .filter(each -> form.equals(each.parameters().get("form")))
                .findFirst()
                .orElseThrow();
        Campaign campaign = campaign(FaultyPolicy.of(fault), List.of(course), List.of(), new Memory());
        assertThat(campaign.undisturbed(course)).as(fault).isPresent();
    }

    /** Undisturbed: what the kernel's hooks publish, and for whom. */
    @ParameterizedTest
    @CsvSource({
        "ping-pong, place-forgotten",
        "ways, named-not-published",
        "ways, running-published-as-waiting",
        "neighbours, any-published-as-local",
        "neighbours, stack-not-saved",
        "neighbours, resumed-at-old-place",
        "neighbours, suspended-without-publication"
    })
    void aPolicyThatPublishesTooLittleOrSomethingElseIsFoundOut(String workload, String fault) {
        List<Course> courses = Course.DEFAULTS.stream()
                .filter(course -> course.workload().equals(workload))
                .toList();
        Campaign campaign = campaign(FaultyPolicy.of(fault), courses, List.of(), new Memory());
        assertThat(courses)
                .as(fault)
                .anyMatch(course -> campaign.undisturbed(course).isPresent());
    }

    /** Who waits for any of its space is not to be taken for one who waits for any: a liar of the space shows it. */
    @Test
    void aPolicyThatOpensAWaitForTheOwnSpaceIsFoundOutByALieWhereItsStubIsCalled() {
        assertThat(callLies(FaultyPolicy.of("any-local-published-as-any")).passed())
                .isFalse();
    }

    /** The kernel writes where user level says when it rolls forward: an attacker comes there with registers of its own. */
    @Test
    void aPolicyThatTrustsAPointerIsFoundOutByAJumpIntoItsSequence() {
        Disturbance jumps =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "stub-jumps").extension();
        List<Exploration> all = List.of(new Exploration(jumps, 1, Reach.ROUND));
        Verdict verdict = campaign(FaultyPolicy.of("trusted-pointer"), COURSES.subList(0, 1), all, new Memory())
                .endingSoon()
                .run(2, () -> true);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.failures().get(0).blows().get(0).disturbance()).isEqualTo("stub-jumps");
    }

    /** A thread without a UTCB, and an interrupt, have ids that anybody can name. */
    @Test
    void aPolicyThatWritesIntoTheUtcbOfOneWhoHasNoneIsFoundOutByALieAboutWhoIsSentTo() {
        Disturbance lies =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "register-lies").extension();
        List<Exploration> all = List.of(new Exploration(lies, 1, Reach.ROUND));
        for (String policy : List.of("utcb-assumed", "lazy")) {
            IpcPolicy tried = policy.equals("lazy") ? lazyOr(policy) : FaultyPolicy.of(policy);
            Verdict verdict =
                    campaign(tried, COURSES.subList(0, 1), all, new Memory()).run(2, () -> true);
            assertThat(verdict.passed()).as(policy).isEqualTo(policy.equals("lazy"));
            if (policy.equals("lazy")) continue;
            Failure failure = verdict.failures().get(0);
            assertThat(failure.kind()).isEqualTo(Failure.Kind.CRASH);
            assertThat(failure.blows().get(0).strike()).matches("eax := [0-9a-f]{8} \\(id of (W|interrupt 5)\\)");
        }
    }

    /** What a stub takes for something else harms only the liar's own space: strict switching says what is meant. */
    @ParameterizedTest
    @ValueSource(strings = {"tag-wraps", "timeouts-in-part", "partner-in-part"})
    void aPolicyWhoseGuardLooksAtAPartOfAnArgumentIsFoundOutByALieWhereItsStubIsCalled(String fault) {
        Verdict verdict = callLies(FaultyPolicy.of(fault));
        assertThat(verdict.passed()).isFalse();
        Failure failure = verdict.failures().get(0);
        assertThat(failure.blows().get(0).disturbance()).isEqualTo("call-lies");
        assertThat(failure.kind()).isEqualTo(Failure.Kind.MESSAGES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lazy", "strict"})
    void aPolicyThatIsRightDoesWithALieWhatStrictSwitchingDoes(String policy) {
        Verdict verdict = callLies(lazyOr(policy));
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.trials()).isPositive();
    }

    private static Verdict callLies(IpcPolicy policy) {
        Disturbance lies =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "call-lies").extension();
        return campaign(policy, COURSES.subList(0, 1), List.of(new Exploration(lies, 1, Reach.ROUND)), new Memory())
                .run(2, () -> true);
    }

    @Test
    void aVerdictDependsNeitherOnHowManyMachinesWorkNorOnWhatWasTriedBefore() {
        Memory memory = new Memory();
        List<Course> courses = COURSES.subList(1, 2);
        Verdict first = campaign(lazyOr("lazy"), courses, interrupts(), memory).run(1, () -> true);
        Verdict second =
                campaign(lazyOr("lazy"), courses, interrupts(), new Memory()).run(2, () -> true);
        Verdict resumed = campaign(lazyOr("lazy"), courses, interrupts(), memory)
                .run(2, () -> {
                    throw new AssertionError("everything has been tried");
                });
        assertThat(second.entries()).isEqualTo(first.entries());
        assertThat(resumed.entries()).isEqualTo(first.entries());
    }

    /** In turns nothing is left out, and nothing is made twice. */
    @Test
    void inWhicheverOrderTrialsAreMadeTheyComeToTheSame() {
        Course course = COURSES.get(1);
        Disturbance timer = interrupts().get(0).disturbance();
        List<Exploration> all = List.of(interrupts().get(0), new Exploration(timer, 2, Reach.NEAR));
        Campaign campaign = campaign(lazyOr("lazy"), List.of(course), all, new Memory());
        Verdict verdict = campaign.run(2, () -> true);
        assertThat(verdict.complete()).isTrue();
        assertThat(verdict.entries()).as("there are turns").anyMatch(entry -> entry.chunks() > 1);
        for (Verdict.Entry entry : verdict.entries()) {
            Lane lane = campaign.lane(course);
            assertThat(entry.tally())
                    .isEqualTo(entry.exploration()
                            .explore(lane, 0, lane.boundaries().size()));
        }
    }

    /** Before the campaign ends, and also where nothing disturbs it. */
    @ParameterizedTest
    @ValueSource(strings = {"no-sequence", "lost-word-2"})
    void aFailureIsToldWhenItIsFound(String fault) {
        List<Failure> told = new CopyOnWriteArrayList<>();
        List<Integer> before = new ArrayList<>();
        Memory memory = new Memory() {
            @Override
            public void put(Campaign.Chunk chunk, Tally tally) {
                if (tally.failed() > 0 && before.isEmpty()) before.add(told.size());
                super.put(chunk, tally);
            }
        };
        Verdict verdict = campaign(FaultyPolicy.of(fault), COURSES, interrupts(), memory)
                .endingSoon()
                .telling(told::add)
                .run(1, () -> true);
        assertThat(told).containsAll(verdict.failures()).isNotEmpty();
        if (fault.equals("no-sequence"))
            assertThat(before).noneMatch(count -> count == 0).isNotEmpty();
    }

    /** Of all kinds a few come first: what fails ends before most has been tried. */
    @Test
    void aPolicyThatFailsAtManyPlacesIsFoundOutInTheFirstTurns() {
        List<Exploration> all = CATALOG.on(Axis.DISTURBANCE).stream()
                .map(found -> new Exploration((Disturbance) found.extension(), 1, Reach.ROUND))
                .toList();
        Campaign campaign = campaign(FaultyPolicy.of("forgotten-stack"), COURSES, all, new Memory())
                .endingSoon();
        long planned = campaign.plan().trials();
        Verdict verdict = campaign.run(2, () -> true);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.trials()).isLessThan(planned / 4);
    }

    @Test
    void whatIsLeftOutForLackOfTimeIsSaid() {
        Verdict verdict = campaign(lazyOr("lazy"), COURSES.subList(1, 2), interrupts(), new Memory())
                .run(1, () -> false);
        assertThat(verdict.complete()).isFalse();
        assertThat(VerdictText.lines(new VerdictSummary(verdict)))
                .anyMatch(line -> line.contains("not tried for lack of time"));
    }

    @Test
    void beforeItBeginsItIsKnownHowMuchThereIsToTry() {
        List<Exploration> all = CATALOG.on(Axis.DISTURBANCE).stream()
                .map(found -> new Exploration((Disturbance) found.extension(), 1, Reach.ROUND))
                .toList();
        Campaign campaign = campaign(lazyOr("lazy"), List.of(Course.of("chain", "depth=1")), all, new Memory());
        Campaign.Plan plan = campaign.plan();
        Verdict verdict = campaign.run(2, () -> true);
        assertThat(plan.trials()).isEqualTo(verdict.trials());
        assertThat(plan.boundaries()).isEqualTo(verdict.entries().get(0).tally().boundaries());
    }

    /** Kept tallies are found by it, by another Java machine too. */
    @Test
    void aCourseIsWrittenTheSameEachTime() {
        assertThat(Course.of("chain", "depth=2")).hasToString("chain {rounds=6, warmup=2, verify=on, depth=2}");
    }

    @Test
    void aValidationThatBelievesUserLevelFailsByALieAboutWhoRuns() {
        Cell trusting = new Subjects(CATALOG, "unit")
                .named(List.of("ipc=lazy", "validation=trust"))
                .get(0);
        Disturbance lies =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "memory-lies").extension();
        Campaign campaign = campaign(
                trusting,
                List.of(Course.of("neighbours", "words=14", "lodger=on", "timeslice=150")),
                List.of(new Exploration(lies, 1, Reach.ROUND)),
                new Memory());
        Verdict verdict = campaign.run(2, () -> true);
        Failure first = verdict.failures().get(0);
        assertThat(campaign.replay(first.course(), first.blows())).contains(first);
        Failure shrunk = campaign.shrunk(verdict).failures().get(0);
        assertThat(rounds(shrunk)).isLessThan(rounds(first));
        assertThat(shrunk.timeline().struck()).anyMatch(span -> span.where().startsWith("memory-lies"));
        assertThat(shrunk.timeline().struck())
                .as("who runs has a name, from one space to the next too")
                .noneMatch(span -> span.thread().equals("thread 0"));
        assertThat(shrunk.timeline().undisturbed())
                .as("both begin alike")
                .startsWith(shrunk.timeline().struck().get(0));
        Tally tally = verdict.entries().get(0).tally();
        assertThat(tally.failed())
                .as("what one trial has broken is whole in the next")
                .isBetween(1L, tally.trials() / 4);
        Failure failure = verdict.failures().stream()
                .filter(each -> each.kind() == Failure.Kind.INVARIANT)
                .findFirst()
                .orElseThrow();
        assertThat(failure.blows().get(0).toString()).contains("(%gs:0) := ", "(UTCB of Z)");
        assertThat(failure.details()).anyMatch(line -> line.contains("in the ready queue"));
    }

    @Test
    void whatFailsEndsSoonAndWhatWasNotTriedIsSaid() {
        List<Exploration> two =
                List.of(interrupts().get(0), new Exploration(interrupts().get(0).disturbance(), 2, Reach.NEAR));
        Verdict verdict = campaign(FaultyPolicy.of("no-sequence"), COURSES, two, new Memory())
                .endingSoon()
                .run(2, () -> true);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.complete()).isFalse();
        assertThat(verdict.entries().stream()
                        .filter(entry -> entry.exploration().equals(two.get(1))))
                .allMatch(entry -> entry.tally().trials() == 0 && entry.left() == entry.chunks());
        assertThat(VerdictText.lines(new VerdictSummary(verdict)))
                .anyMatch(line -> line.contains("not tried since something failed"));
    }

    /** No disturbance gets the blame, what follows is not said to be right, and the guest has the last word. */
    @Test
    void whatFailsUndisturbedIsSaidToFailSo() {
        List<Exploration> two =
                List.of(interrupts().get(0), new Exploration(interrupts().get(0).disturbance(), 2, Reach.NEAR));
        Course ways = Course.of("ways", "rounds=2", "timeslice=150");
        Campaign campaign = campaign(FaultyPolicy.of("lost-word-1"), List.of(COURSES.get(0), ways), two, new Memory())
                .endingSoon();
        Verdict verdict = campaign.shrunk(campaign.run(1, () -> true));
        List<String> lines = VerdictText.lines(new VerdictSummary(verdict));
        assertThat(lines)
                .anyMatch(line -> line.matches(" +undisturbed +1 FAILED"))
                .noneMatch(line -> line.contains("none failed") || line.contains("at random"));
        Failure failure = verdict.failures().get(0);
        assertThat(VerdictText.page(failure))
                .contains("  undisturbed: nothing has struck it")
                .anyMatch(
                        line -> line.contains("root: a thread received a wrong message") && line.contains("expected"));
        assertThat(verdict.entries().get(0).name()).isEqualTo("undisturbed");
    }

    /** Two interrupts find what takes two of them; what is drawn is the same each time, and its chance is said. */
    @Test
    void randomTrialsAreTheSameEachTimeAndSayWithWhichProbabilityTheyFind() {
        Sample sample = new Sample(interrupts().get(0).disturbance(), 2, 7, 60);
        Verdict verdict = campaign(lazyOr("lazy"), COURSES.subList(1, 2), List.of(sample), new Memory())
                .run(1, () -> true);
        Verdict again = campaign(lazyOr("lazy"), COURSES.subList(1, 2), List.of(sample), new Memory())
                .run(2, () -> true);
        assertThat(verdict.failures()).isEmpty();
        assertThat(again.entries()).isEqualTo(verdict.entries());
        Tally tally = verdict.entries().get(0).tally();
        assertThat(tally.trials()).isEqualTo(60);
        double places = tally.boundaries();
        assertThat(sample.chance(tally.boundaries(), 60))
                .isCloseTo(1 - Math.pow(1 - 2 / (places * places), 60), within(1e-9));
        assertThat(VerdictText.lines(new VerdictSummary(verdict))).anyMatch(line -> line.contains("with probability"));
    }

    private static int rounds(Failure failure) {
        return Integer.parseInt(failure.course().parameters().get("rounds"));
    }

    private static IpcPolicy lazyOr(String policy) {
        return (IpcPolicy) CATALOG.find(Axis.IPC, policy).extension();
    }

    private static Campaign campaign(
            IpcPolicy policy, List<Course> courses, List<? extends Trials> explorations, Campaign.Ledger ledger) {
        Cell subject = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", "on"))
                .with(Axis.IPC, policy, Configured.defaults(policy).parameters().asMap())
                .within(200_000_000)
                .cell();
        return campaign(subject, courses, explorations, ledger);
    }

    private static Campaign campaign(
            Cell subject, List<Course> courses, List<? extends Trials> explorations, Campaign.Ledger ledger) {
        return new Campaign(
                subject,
                lazyOr("strict"),
                courses,
                explorations,
                id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                ledger);
    }

    private static List<Exploration> interrupts() {
        Disturbance timer =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "timer-interrupt").extension();
        return List.of(new Exploration(timer, 1, Reach.ROUND));
    }

    private static class Memory implements Campaign.Ledger {
        private final Map<Campaign.Chunk, Tally> tallies = new ConcurrentHashMap<>();

        @Override
        public Tally find(Campaign.Chunk chunk) {
            return tallies.get(chunk);
        }

        @Override
        public void put(Campaign.Chunk chunk, Tally tally) {
            tallies.put(chunk, tally);
        }
    }
}
