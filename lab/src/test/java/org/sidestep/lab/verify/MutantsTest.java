package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.verify.MutantFate.Fate;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Patch;
import org.sidestep.verify.mutation.Mutants;
import org.sidestep.verify.mutation.Mutation;
import org.sidestep.verify.mutation.Mutation.Kind;
import org.sidestep.workload.Workload;

/** The verifier is verified: damage to a policy's code is noticed, and what is left says so by name. */
class MutantsTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final Cell LAZY =
            new Subjects(CATALOG, "unit").named(List.of("ipc=lazy")).get(0);

    private static final List<String> SOME = List.of(
            "dropped lipc.write1+5: mov [-553645504], eax", "removed rollForward", "dropped lipc.words+0: cmp si, 34");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"ipc", "validation", "scheduler"})
    void mutantsAreNamedApartAndTheSameEachTime(String axis) {
        List<Mutation> all = mutants(axis).all();
        assertThat(all).isEqualTo(mutants(axis).all()).hasSizeGreaterThan(20);
        assertThat(new HashSet<>(all.stream().map(Mutation::name).toList())).hasSameSizeAs(all);
    }

    @Test
    void aPolicysMutantsAreOfItsOwnCodeWhereverItIsEmittedAndOfAllKinds() {
        List<Mutation> all = mutants("ipc").all();
        Set<String> files = all.stream()
                .map(mutation -> mutation.source().replaceAll(":.*", ""))
                .filter(file -> !file.isEmpty())
                .collect(Collectors.toSet());
        assertThat(files)
                .contains("LocalIpc.java", "StackSwitch.java", "EntryCheck.java", "LocalSwitching.java")
                .doesNotContain("KipStubs.java", "TwinValidation.java", "StatusWord.java", "FastPath.java");
        for (Kind kind : Kind.values()) {
            assertThat(all).anyMatch(mutation -> mutation.kind() == kind);
        }
    }

    /** Every tenth: an assembly each. */
    @Test
    void aMutantLiesWhereTheOriginalLies() {
        Mutants mutants = mutants("ipc");
        List<Mutation> all = mutants.all();
        for (int i = 0; i < all.size(); i += 10) {
            Patch patch = mutants.patch(all.get(i));
            assertThat(patch.pieces()).as(all.get(i).toString()).isNotEmpty();
            if (all.get(i).isOfInstruction())
                assertThat(patch.pieces().stream()
                                .mapToInt(piece -> piece.after().length)
                                .sum())
                        .isLessThan(32);
        }
    }

    /** What a decorator does not hand on is lost. */
    @ParameterizedTest
    @ValueSource(strings = {"MarkedPolicy$Hooks", "MarkedValidation$Hooks", "MarkedScheduler$Routines"})
    void everyHookIsHandedOn(String name) throws ClassNotFoundException {
        Class<?> decorator = Class.forName("org.sidestep.verify.mutation." + name);
        Set<String> own =
                Stream.of(decorator.getDeclaredMethods()).map(Method::getName).collect(Collectors.toSet());
        Class<?> hooks = decorator.getSuperclass();
        assertThat(hooks).isIn(PolicyHooks.class, ValidationHooks.class, SchedulerRoutines.class);
        for (Method method : hooks.getDeclaredMethods()) {
            int modifiers = method.getModifiers();
            boolean open = !Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers) && !method.isSynthetic();
            if (open && !Modifier.isPrivate(modifiers)) assertThat(own).contains(method.getName());
        }
    }

    /** The workload is not part of it; where the kernel lies is. */
    @Test
    void aKernelIsToldFromAnotherByItsDigest() {
        String digest = KernelDigest.of(LAZY);
        assertThat(KernelDigest.of(LAZY.with(Axis.WORKLOAD, "words", "5")))
                .isEqualTo(digest)
                .hasSize(16);
        assertThat(KernelDigest.of(LAZY.with(Axis.IPC, "copies", "2"))).isNotEqualTo(digest);
        assertThat(run(false).kernel()).isEqualTo(digest);
    }

    @Test
    void damageIsCaughtTheUnusedIsSaidToBeUnreachedAndAllOfItIsKept() {
        Map<String, MutantFate> fates = new TreeMap<>();
        List<Mutation> some = run(false).mutations().stream()
                .filter(mutation -> SOME.contains(mutation.name()))
                .toList();
        assertThat(some).hasSameSizeAs(SOME);
        List<MutantFate> first = run(false).fates(some, 1, () -> true, () -> {});
        first.forEach(fate -> fates.put(fate.mutation().name(), fate));
        assertThat(fates.get("dropped lipc.write1+5: mov [-553645504], eax").isCaught())
                .isTrue();
        assertThat(fates.get("removed rollForward").by()).isEqualTo("timer-interrupt");
        assertThat(fates.get("dropped lipc.words+0: cmp si, 34").fate()).isEqualTo(Fate.UNREACHED);

        assertThat(run(true).known(some)).isEqualTo(first);
    }

    /** A thread that gets a UTCB late, and one that is replaced; a pager and a thread that moves, where UTCBs lie elsewhere: undisturbed. */
    @ParameterizedTest
    @CsvSource({
        "births, 'dropped thread\\.place.* mov dword ptr .*'",
        "births, 'dropped lipc\\.global\\.guards\\+[12]: .*'",
        "abroad, '(dropped|negated) lipc\\.global\\.unknown\\+(19|21): .*|negated lipc\\.global\\.unknown\\+20: .*'",
        "abroad, 'exchanged entry\\.sequence\\.fixup\\.begin1\\+2[45]: .*'",
        "abroad, 'removed migrate|dropped thread\\.migrate\\.beside1\\+15: .*'"
    })
    void whatOneCourseIsForIsMissedOnIt(String workload, String pattern) {
        List<Course> courses = Course.DEFAULTS.stream()
                .filter(course -> course.workload().equals(workload))
                .toList();
        MutationRun run = run(false, courses, 1);
        List<Mutation> some = run.mutations().stream()
                .filter(mutation -> mutation.name().matches(pattern))
                .toList();
        assertThat(some).hasSizeGreaterThan(1);
        assertThat(run.fates(some, 1, () -> true, () -> {}))
                .allSatisfy(fate -> assertThat(fate.by()).isEqualTo(MutantFate.UNDISTURBED));
    }

    /** Whose turn it is, and how long it lasts, of both schedulers: no other course tells it. */
    @ParameterizedTest
    @CsvSource({
        "round-robin, '(dropped|negated) scheduler\\.(enqueue|preempted|pick|tick)\\+[012]: .*'",
        "priority-rr, '(dropped|negated) scheduler\\.(better|lazySwitch|tick|preempted)\\+[0-6]: .*'"
    })
    void whatASchedulerDecidesIsMissedOnItsOwnCourse(String scheduler, String pattern) {
        Cell cell = new Subjects(CATALOG, "unit")
                .named(List.of("ipc=lazy", "scheduler=" + scheduler, "kernel.entry=sysenter", "kernel.fastpath=on"))
                .get(0);
        MutationRun run = run(cell, Axis.SCHEDULER, false, Course.OF_SCHEDULERS, 1);
        List<Mutation> some = run.mutations().stream()
                .filter(mutation -> mutation.name().matches(pattern))
                .toList();
        assertThat(some).hasSizeGreaterThan(9);
        assertThat(run.fates(some, 1, () -> true, () -> {}))
                .allSatisfy(
                        fate -> assertThat(fate.by()).as(fate.mutation().name()).isEqualTo(MutantFate.UNDISTURBED));
    }

    /** That another thread runs, and that the liar waits: one lie alone is found out by the look at the other word. */
    @Test
    void whereTheTwinIsNotAskedTwoLiesThatGoTogetherAreBelieved() {
        Failure failure = search("dropped thread.delist.fixup.begin1+10: jne thread.kill", "neighbours", "memory-lies")
                .orElseThrow();
        assertThat(failure.kind()).isEqualTo(Failure.Kind.INVARIANT);
        assertThat(failure.blows().get(0).strike())
                .matches(".*\\(%gs:0\\) := .*\\(UTCB of .*\\), .*\\(UTCB of .*\\) := ffffffff");
    }

    /** Where someone enters the kernel who has taken over at user level, and says there that he waits. */
    @Test
    void whereAStatusIsFollowedALieLeadsTheKernelToWhereThereIsNoMemory() {
        String mutant = "doubled entry.sequence.fixup.begin1+9: mov ecx, dword ptr [ecx+utcb.status]";
        assertThat(search(mutant, "neighbours", "memory-lies").orElseThrow().kind())
                .isEqualTo(Failure.Kind.CRASH);
    }

    /** For any of its space, and for any. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dropped syscall.exchangeRegisters.inIpc1+8: cmp edx, -64",
                "negated syscall.exchangeRegisters.inIpc1+5: jne syscall.exchangeRegisters.valid1"
            })
    void whomSomeoneWaitsForWhoIsHaltedIsMissedOnTheCourseWithWays(String mutant) {
        assertThat(search(mutant, "ways", "segment-lies").orElseThrow().blows()).isEmpty();
    }

    /** Tries a mutant of the validation that checks values. */
    private static Optional<Failure> search(String mutant, String workload, String disturbance) {
        Cell checked = new Subjects(CATALOG, "unit")
                .named(List.of("ipc=lazy", "validation=check", "kernel.entry=sysenter", "kernel.fastpath=on"))
                .get(0);
        List<Course> courses = Course.DEFAULTS.stream()
                .filter(course -> course.workload().equals(workload))
                .toList();
        Disturbance found =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, disturbance).extension();
        Mutants mutants = new Mutants(checked, Axis.VALIDATION);
        Mutation mutation = mutants.all().stream()
                .filter(each -> each.name().equals(mutant))
                .findFirst()
                .orElseThrow();
        Campaign campaign = new Campaign(
                mutants.original(mutation.kind()),
                (IpcPolicy) CATALOG.find(Axis.IPC, "strict").extension(),
                courses,
                List.of(new Exploration(found, 1, Exploration.Reach.ROUND)),
                id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                null);
        return campaign.search(mutants.patch(mutation), Optional.empty(), 3000).found();
    }

    /** A policy is not asked what a scheduler decides. */
    @Test
    void aSchedulerIsTriedOnMoreCoursesThanAPolicy() {
        Verification all = new Verification(
                CATALOG, new Verification.Depth(Bound.SINGLES), Origin.onClassPath(getClass()), Set.of());
        assertThat(all.ofPlugin(Axis.IPC).courses()).isEqualTo(Course.DEFAULTS.size());
        assertThat(all.ofPlugin(Axis.SCHEDULER).courses()).isEqualTo(Course.ALL.size());
    }

    @Test
    void aListOfEquivalentMutantsGivesReasonsAndIsHeldAgainstWhatWasCaught() throws IOException {
        Mutation mutation = new Mutation(Kind.DROPPED, "stub+1", "nop", "Stub.java:1");
        EquivalentMutants listed = EquivalentMutants.read(file("""
                - plugin: ipc/lazy
                  reason: it does nothing
                  mutants: ["dropped stub+1: nop"]
                """));
        assertThat(listed.reason("ipc/lazy", mutation)).contains("it does nothing");
        assertThat(listed.reason("ipc/other", mutation)).isEmpty();
        MutantFate caught = new MutantFate(mutation, Fate.CAUGHT, "undisturbed", 0, "", "");
        assertThat(listed.contradicted("ipc/lazy", List.of(caught))).containsExactly(caught);
        MutantFate survived = new MutantFate(mutation, Fate.SURVIVED, "", 9, "", "");
        assertThat(listed.survivors("ipc/lazy", List.of(survived))).isEmpty();
        assertThat(listed.survivors("ipc/other", List.of(survived))).containsExactly(survived);
    }

    /** A name that no mutant has any more excuses nothing, and hides that something was lost. */
    @Test
    void whatTheProjectListsAsEquivalentIsThereToBeTried() throws IOException {
        Path list = Path.of("..", "docs", "equivalent-mutants.yaml");
        EquivalentMutants.read(list);
        Map<String, Set<String>> known = new TreeMap<>();
        for (JsonNode entry : new ObjectMapper(new YAMLFactory()).readTree(list.toFile())) {
            String plugin = entry.get("plugin").asText();
            Set<String> names = known.computeIfAbsent(plugin, MutantsTest::names);
            entry.get("mutants").forEach(name -> assertThat(names).contains(name.asText()));
        }
    }

    /** In the kernel whose mutants are kept. */
    private static Set<String> names(String plugin) {
        String[] axisAndId = plugin.split("/");
        List<String> subject = Stream.of(
                        "ipc=lazy", axisAndId[0] + "=" + axisAndId[1], "kernel.entry=sysenter", "kernel.fastpath=on")
                .distinct()
                .toList();
        Cell cell = new Subjects(CATALOG, "unit").named(subject).get(0);
        return new Mutants(cell, axis(axisAndId[0]))
                .all().stream().map(Mutation::name).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "- {plugin: x, reason: y}", "- {plugin: x, reason: y, mutants: [a, a]}"})
    void whatIsNoListOfMutantsIsRefused(String text) {
        assertThatThrownBy(() -> EquivalentMutants.read(file(text)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("list.yaml");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("list.yaml"), text);
    }

    private static Mutants mutants(String axis) {
        return new Mutants(LAZY, axis(axis));
    }

    private static Axis<?> axis(String name) {
        return Mutants.AXES.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** On one short workload. */
    private MutationRun run(boolean resume) {
        return run(resume, List.of(Course.of("chain", "depth=1")), 1_000_000);
    }

    private MutationRun run(boolean resume, List<Course> courses, long each) {
        return run(LAZY, Axis.IPC, resume, courses, each);
    }

    private MutationRun run(Cell subject, Axis<?> axis, boolean resume, List<Course> courses, long each) {
        Origin program = Origin.onClassPath(getClass());
        Verification verification = new Verification(CATALOG, Bound.SINGLES, program, courses);
        FinishedParts parts = new FinishedParts(directory);
        parts.open(resume);
        return new MutationRun(verification, subject, axis, parts, each);
    }
}
