package org.sidestep.verify.mutation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.sidestep.asm.AssemblyException;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.StateValidation;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.verify.Patch;
import org.sidestep.verify.mutation.Mutation.Kind;

/**
 * The mutants of one plugin in one kernel: what a verdict is worth is how many of them fail. Left out is what is the same program
 * for sure: an instruction that may stand there twice, two that change places unseen.
 */
public final class Mutants {

    /** Whose plugins have code in the kernel. */
    public static final List<Axis<?>> AXES = List.of(Axis.IPC, Axis.VALIDATION, Axis.SCHEDULER);

    private final Cell subject;
    private final Axis<?> axis;
    private final Map<Boolean, Program> originals = new ConcurrentHashMap<>();

    /** @param axis one of {@link #AXES} */
    public Mutants(Cell subject, Axis<?> axis) {
        this.subject = subject;
        this.axis = axis;
    }

    /** All of them: instructions in the order in which they are emitted, then hooks, then declared points. */
    public List<Mutation> all() {
        Mutator mutator = new Mutator(axis.name(), Optional.empty(), false);
        with(mutator).assemble();
        return mutator.found();
    }

    /** The subject as it is, but for room behind instructions where that is what a kind of mutation needs. */
    public Cell original(Kind kind) {
        return with(new Mutator(axis.name(), Optional.empty(), isRoomy(kind)));
    }

    /**
     * What makes a booted {@link #original} into a mutant.
     *
     * @throws AssemblyException if the mutant is no program
     * @throws IllegalArgumentException if something else comes to lie elsewhere
     */
    public Patch patch(Mutation mutation) {
        boolean roomy = isRoomy(mutation.kind());
        Program original = originals.computeIfAbsent(
                roomy, r -> original(mutation.kind()).assemble().program());
        Cell mutant = with(new Mutator(axis.name(), Optional.of(mutation), roomy));
        return Patch.between(original, mutant.assemble().program());
    }

    /** The lines of the instructions that can be changed, in the {@link #original} of a kind of mutation. */
    public List<Program.Line> lines(Kind kind) {
        Set<String> sources = all().stream()
                .map(Mutation::source)
                .filter(source -> !source.isEmpty())
                .collect(Collectors.toSet());
        return original(kind).assemble().program().lines().stream()
                .filter(line -> line.kind() == Program.Line.Kind.CODE && line.length() > 0)
                .filter(line -> sources.contains(line.source()))
                .toList();
    }

    private static boolean isRoomy(Kind kind) {
        return kind == Kind.DOUBLED;
    }

    /** All plugins are marked, so that no one's code counts as another's. */
    private Cell with(Mutator mutator) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(subject.plugins());
        for (Axis<?> each : AXES) {
            Configured<?> original = subject.plugins().get(each);
            Mutator own = each == axis ? mutator : new Mutator(each.name(), Optional.empty(), false);
            plugins.put(
                    each,
                    Configured.of(
                            marked(original.plugin(), own),
                            original.parameters().asMap()));
        }
        return subject.with(plugins);
    }

    private static Extension marked(Extension plugin, Mutator mutator) {
        if (plugin instanceof IpcPolicy policy) return new MarkedPolicy(policy, mutator);
        if (plugin instanceof StateValidation validation) return new MarkedValidation(validation, mutator);
        return new MarkedScheduler((Scheduler) plugin, mutator);
    }
}
