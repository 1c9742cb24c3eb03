package org.sidestep.verify.mutation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Authored;
import org.sidestep.asm.Label;
import org.sidestep.asm.Revision;
import org.sidestep.verify.mutation.Mutation.Kind;

/**
 * Makes one mutation to the code of one plugin while a kernel is assembled, or none and says which there could be. The plugins'
 * code is wrapped so that it knows which hook of which plugin emits what.
 */
final class Mutator {

    /** Without these there is no policy and no scheduler. */
    private static final Set<String> INDISPENSABLE = Set.of("userStubs", "emit");

    private final String plugin;
    private final Optional<Mutation> mutation;
    private final boolean roomy;
    private volatile List<Mutation> found = List.of();

    /**
     * For any number of kernels.
     *
     * @param plugin name of the axis whose plugin is changed
     * @param roomy whether behind each instruction there is room for the same once more
     */
    Mutator(String plugin, Optional<Mutation> mutation, boolean roomy) {
        this.roomy = roomy;
        this.plugin = plugin;
        this.mutation = mutation;
    }

    /** What could be done to the plugin; known once the kernel has been assembled. */
    List<Mutation> found() {
        return found;
    }

    /** What is done in the kernel that this assembler assembles. */
    Editing in(Assembler asm) {
        Editing editing = new Editing(asm);
        asm.revise(editing::revise);
        return editing;
    }

    /** In one kernel. */
    final class Editing {
        private final Assembler asm;
        private final List<Mutation> points = new ArrayList<>();
        private final Map<Label, Moved> moved = new LinkedHashMap<>();

        private record Moved(Label label, int instructions) {}

        private Editing(Assembler asm) {
            this.asm = asm;
        }

        /** A declared point, or another in its place. */
        Label point(String sequence, String name, Label label) {
            String place = name + " of " + sequence;
            for (int by : new int[] {-1, 1}) {
                Mutation candidate = new Mutation(Kind.MOVED, place, by < 0 ? "back" : "on", "");
                points.add(candidate);
                if (mutation.filter(candidate::equals).isPresent()) {
                    Label other = asm.fresh("moved");
                    moved.put(other, new Moved(label, by));
                    return other;
                }
            }
            return label;
        }

        private void revise(Revision revision) {
            List<Authored> own = revision.instructions().stream()
                    .filter(instruction -> instruction.author().startsWith(plugin + " "))
                    .toList();
            found = Stream.concat(candidates(revision, own).stream(), points.stream())
                    .toList();
            moved.forEach((label, to) -> revision.bindBeside(label, to.label(), to.instructions()));
            if (roomy) makeRoom(revision, own);
            else mutation.ifPresent(it -> change(revision, own, it));
        }
    }

    private List<Mutation> candidates(Revision revision, List<Authored> own) {
        List<Mutation> all = new ArrayList<>();
        Set<String> hooks = new LinkedHashSet<>();
        for (Authored instruction : own) {
            all.add(mutation(Kind.DROPPED, instruction));
            if (!Effects.isSettledAtOnce(instruction.decoded())) all.add(mutation(Kind.DOUBLED, instruction));
            revision.next(instruction)
                    .filter(own::contains)
                    .filter(next -> !Effects.of(instruction.decoded()).commutesUnseenWith(Effects.of(next.decoded())))
                    .ifPresent(next -> all.add(mutation(Kind.EXCHANGED, instruction)));
            if (revision.isGuard(instruction)) all.add(mutation(Kind.NEGATED, instruction));
            hooks.add(hook(instruction));
        }
        hooks.removeAll(INDISPENSABLE);
        hooks.forEach(hook -> all.add(new Mutation(Kind.REMOVED, hook, "", "")));
        return all;
    }

    /** Doubles an instruction where all others have room for it. */
    private void makeRoom(Revision revision, List<Authored> own) {
        for (Authored instruction : own) {
            if (Effects.isSettledAtOnce(instruction.decoded())) continue;
            if (mutation.filter(mutation(Kind.DOUBLED, instruction)::equals).isPresent()) revision.repeat(instruction);
            else revision.makeRoom(instruction);
        }
    }

    private String hook(Authored instruction) {
        return instruction.author().substring(plugin.length() + 1);
    }

    private static Mutation mutation(Kind kind, Authored instruction) {
        return new Mutation(kind, instruction.place(), instruction.text(), instruction.source());
    }

    private void change(Revision revision, List<Authored> own, Mutation it) {
        if (it.kind() == Kind.MOVED) return;
        if (it.kind() == Kind.REMOVED) {
            own.stream()
                    .filter(instruction -> hook(instruction).equals(it.place()))
                    .forEach(revision::drop);
            return;
        }
        Authored instruction = own.stream()
                .filter(candidate -> candidate.place().equals(it.place()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is nothing to be " + it));
        switch (it.kind()) {
            case DROPPED -> revision.drop(instruction);
            case EXCHANGED ->
                revision.exchange(instruction, revision.next(instruction).orElseThrow());
            default -> revision.negate(instruction);
        }
    }
}
