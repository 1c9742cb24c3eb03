package org.sidestep.asm;

import java.util.List;
import java.util.Optional;

/**
 * A program between its emission and its linking: the instructions whose author is known, open to change. Verification makes
 * mutants of a plugin's code here; nothing else does. All but {@link #makeRoom} and {@link #repeat} leave everything else where it
 * was, as far as branches reach as they did.
 */
public final class Revision {

    private static final byte[] NOTHING = {};

    private final List<Authored> instructions;

    Revision(List<Authored> instructions) {
        this.instructions = instructions;
    }

    /** In the order in which they were emitted. */
    public List<Authored> instructions() {
        return instructions;
    }

    /** Puts NOPs in its place. */
    public void drop(Authored instruction) {
        put(instruction, new Fragment.Blank(instruction.fragment, NOTHING));
    }

    /** Makes room behind it for the same once more. */
    public void makeRoom(Authored instruction) {
        follow(instruction, new Fragment.Blank(instruction.fragment.copy(), NOTHING));
    }

    /** Lets it stand there twice. */
    public void repeat(Authored instruction) {
        follow(instruction, instruction.fragment.copy());
    }

    private static void follow(Authored instruction, Fragment fragment) {
        List<Fragment> fragments = instruction.section.fragments();
        fragments.add(fragments.indexOf(instruction.fragment) + 1, fragment);
    }

    /** The instruction that follows it, with no label between, if its author is known. */
    public Optional<Authored> next(Authored instruction) {
        List<Fragment> fragments = instruction.section.fragments();
        for (int i = fragments.indexOf(instruction.fragment) + 1; i < fragments.size(); i++) {
            Fragment next = fragments.get(i);
            if (next instanceof Fragment.Mark) return Optional.empty();
            if (isCode(next)) {
                return instructions.stream()
                        .filter(other -> other.fragment == next)
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    /** Lets it change places with the one that follows it. */
    public void exchange(Authored instruction, Authored next) {
        List<Fragment> fragments = instruction.section.fragments();
        int first = fragments.indexOf(instruction.fragment);
        int second = fragments.indexOf(next.fragment);
        fragments.set(first, next.fragment);
        fragments.set(second, instruction.fragment);
    }

    /** Whether it is a conditional jump. */
    public boolean isGuard(Authored instruction) {
        return instruction.isConditionalBranch();
    }

    /** Lets a conditional jump jump when it would not. */
    public void negate(Authored instruction) {
        put(instruction, ((Fragment.Branch) instruction.fragment).negated());
    }

    private static void put(Authored instruction, Fragment fragment) {
        List<Fragment> fragments = instruction.section.fragments();
        fragments.set(fragments.indexOf(instruction.fragment), fragment);
        instruction.fragment = fragment;
    }

    /**
     * Binds {@code fresh} so many instructions behind {@code label}, or before it if {@code instructions} is negative.
     *
     * @throws AssemblyException if there are not so many
     */
    public void bindBeside(Label fresh, Label label, int instructions) {
        List<Fragment> fragments = label.section.fragments();
        int at = 0;
        while (!(fragments.get(at) instanceof Fragment.Mark mark) || mark.label != label) at++;
        Fragment.Origin origin = fragments.get(at).origin;
        int left = Math.abs(instructions);
        int step = Integer.signum(instructions);
        for (; left > 0; at += step) {
            if (at < 0 || at == fragments.size()) throw new AssemblyException("nothing stands beside '" + label + "'");
            if (isCode(fragments.get(at))) left--;
        }
        fresh.section = label.section;
        fragments.add(step < 0 ? at + 1 : at, new Fragment.Mark(origin, fresh));
    }

    static boolean isCode(Fragment fragment) {
        return fragment instanceof Fragment.Bytes || fragment instanceof Fragment.Branch;
    }
}
