package org.sidestep.verify.mutation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.StateValidation;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;

/**
 * The mutants of one plugin in one kernel: what a verdict is worth is how many of them fail. Left out is what is the same program
 * for sure: an instruction that may stand there twice, two that change places unseen.
 */
public final class Mutants {

    /** Whose plugins have code in the kernel. */
    public static final List<Axis<?>> AXES = List.of(Axis.IPC, Axis.VALIDATION, Axis.SCHEDULER);

    private final Cell subject;
    private final Axis<?> axis;

    /** @param axis one of {@link #AXES} */
    public Mutants(Cell subject, Axis<?> axis) {
        this.subject = subject;
        this.axis = axis;
    }

    /** All of them: instructions in the order in which they are emitted, then hooks, then declared points. */
    public List<Mutation> all() {
        Mutator mutator = new Mutator(axis.name(), Optional.empty());
        with(mutator).assemble();
        return mutator.found();
    }

    /** The subject with a mutation. It can be assembled, as other cells, any number of times. */
    public Cell mutant(Mutation mutation) {
        return with(new Mutator(axis.name(), Optional.of(mutation)));
    }

    private Cell with(Mutator mutator) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(subject.plugins());
        Configured<?> original = subject.plugins().get(axis);
        Extension marked;
        if (axis == Axis.IPC) marked = new MarkedPolicy((IpcPolicy) original.plugin(), mutator);
        else if (axis == Axis.VALIDATION) marked = new MarkedValidation((StateValidation) original.plugin(), mutator);
        else if (axis == Axis.SCHEDULER) marked = new MarkedScheduler((Scheduler) original.plugin(), mutator);
        else throw new IllegalArgumentException("there are no mutants of a " + axis);
        plugins.put(axis, Configured.of(marked, original.parameters().asMap()));
        return new Cell(plugins, subject.seed(), subject.maxCycles());
    }
}
