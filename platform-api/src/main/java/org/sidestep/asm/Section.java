package org.sidestep.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A run of bytes that is loaded together.
 *
 * <p>A section has a linear address (where its code believes it is) and a physical address (where the loader puts it).
 */
public final class Section {

    /** Far beyond any real program: whoever emits without end is stopped before the host's memory is full. */
    private static final int MOST_FRAGMENTS = 1 << 20;

    private static final int MOST_BYTES = 1 << 26;

    private final String name;
    private final int address;
    private final int physical;
    private final boolean zero;
    private final List<Fragment> fragments = new ArrayList<>();
    private final List<Fragment> branches = new ArrayList<>();
    private int upperBound;

    Section(String name, int address, int physical, boolean zero) {
        this.name = name;
        this.address = address;
        this.physical = physical;
        this.zero = zero;
    }

    public String name() {
        return name;
    }

    /** Linear address of the first byte. */
    public int address() {
        return address;
    }

    /** Physical load address of the first byte. */
    public int physical() {
        return physical;
    }

    /** Whether the section holds only reserved, zeroed space. */
    public boolean isZero() {
        return zero;
    }

    List<Fragment> fragments() {
        return fragments;
    }

    /**
     * Adds a fragment that will take at most {@code most} bytes.
     *
     * @throws AssemblyException if the section has grown beyond all measure
     */
    void add(Fragment fragment, int most) {
        if (fragments.size() == MOST_FRAGMENTS || (!zero && most > MOST_BYTES - upperBound)) {
            throw new AssemblyException(Assembler.source() + ": section '" + name + "' grows without end: it has "
                    + fragments.size() + " lines and " + upperBound + " bytes");
        }
        fragments.add(fragment);
        upperBound += most;
    }

    /** Bytes so far if every branch that may become near does. */
    int upperBound() {
        return upperBound;
    }

    /** Whether execution may run into what is added next: padding must then be nops. */
    boolean endsInCode() {
        for (int i = fragments.size() - 1; i >= 0; i--) {
            Program.Line.Kind kind = fragments.get(i).origin.kind();
            if (kind == Program.Line.Kind.CODE) return true;
            if (kind == Program.Line.Kind.DATA) return false;
        }
        return false;
    }

    /** See {@link Assembler#shuffle}. */
    void shuffle(Random order) {
        List<Integer> begins = new ArrayList<>();
        boolean ended = false;
        for (int i = 0; i < fragments.size(); i++) {
            Fragment fragment = fragments.get(i);
            if (ended && fragment instanceof Fragment.Padding && beginsRoutine(i + 1)) begins.add(i);
            if (Revision.isCode(fragment) && fragment.origin.kind() == Program.Line.Kind.CODE)
                ended = fragment.endsFlow();
        }
        if (begins.isEmpty()) return;
        List<List<Fragment>> routines = new ArrayList<>();
        for (int i = 0; i < begins.size(); i++) {
            int end = i + 1 < begins.size() ? begins.get(i + 1) : fragments.size();
            routines.add(List.copyOf(fragments.subList(begins.get(i), end)));
        }
        fragments.subList(begins.get(0), fragments.size()).clear();
        fragments.addAll(new RoutineOrder(routines).draw(order));
    }

    private boolean beginsRoutine(int index) {
        return index < fragments.size() && fragments.get(index).origin.kind() == Program.Line.Kind.ROUTINE;
    }

    /** Places every fragment after the one before; returns the section's size. */
    int place() {
        int offset = 0;
        for (Fragment fragment : fragments) {
            fragment.offset = offset;
            if (fragment instanceof Fragment.Mark mark) mark.label.offset = offset;
            offset += fragment.size(address + offset);
        }
        return offset;
    }

    /** Nothing else than branches grows. */
    void collectBranches() {
        branches.clear();
        for (Fragment fragment : fragments) if (fragment.mayGrow()) branches.add(fragment);
    }

    /** Lengthens the branches that do not reach; returns whether there were any. */
    boolean grow() {
        boolean grown = false;
        for (Fragment branch : branches) grown |= branch.grow(address + branch.offset);
        return grown;
    }

    /** Once it is linked its labels, which programs name, need none of it. */
    void release() {
        fragments.clear();
        branches.clear();
    }

    byte[] bytes(int size) {
        byte[] out = new byte[size];
        for (Fragment fragment : fragments) fragment.write(out, fragment.offset, address + fragment.offset);
        return out;
    }
}
