package org.sidestep.asm;

import org.sidestep.isa.Target;

/** A place in a program, bound once by {@link Assembler#bind}; its address is known after linking. */
public final class Label implements Target {

    private final String name;
    Section section;
    int offset = -1;

    Label(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    public boolean isBound() {
        return section != null;
    }

    @Override
    public int address() {
        if (section == null) throw new AssemblyException("label '" + name + "' is used but never bound");
        if (offset < 0) throw new AssemblyException("label '" + name + "' has no address before linking");
        return section.address() + offset;
    }

    @Override
    public String toString() {
        return name;
    }
}
