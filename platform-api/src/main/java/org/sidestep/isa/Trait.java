package org.sidestep.isa;

import org.sidestep.isa.InstructionForm.Privilege;

/** What a row of the table says beside opcode and operands. A row's traits are merged by union. */
record Trait(
        int reads,
        int writes,
        int undefined,
        Privilege privilege,
        boolean endsBlock,
        boolean lockable,
        Unnamed unnamed) {

    static final Trait NONE = new Trait(0, 0, 0, Privilege.ANY, false, false, Unnamed.NOTHING);

    /** A LOCK prefix is legal if the destination is memory. */
    static final Trait LOCK = new Trait(0, 0, 0, Privilege.ANY, false, true, Unnamed.NOTHING);

    /** Control may not simply fall through. */
    static final Trait ENDS = new Trait(0, 0, 0, Privilege.ANY, true, false, Unnamed.NOTHING);

    static final Trait SUPERVISOR = new Trait(0, 0, 0, Privilege.SUPERVISOR, false, false, Unnamed.NOTHING);
    static final Trait PROTECTED = new Trait(0, 0, 0, Privilege.PROTECTED, false, false, Unnamed.NOTHING);
    static final Trait PROTECTED_SUPERVISOR =
            new Trait(0, 0, 0, Privilege.PROTECTED_SUPERVISOR, false, false, Unnamed.NOTHING);
    static final Trait IOPL = new Trait(0, 0, 0, Privilege.IOPL, false, false, Unnamed.NOTHING);
    static final Trait IO_BITMAP = new Trait(0, 0, 0, Privilege.IO_BITMAP, false, false, Unnamed.NOTHING);

    static Trait reads(int flags) {
        return new Trait(flags, 0, 0, Privilege.ANY, false, false, Unnamed.NOTHING);
    }

    static Trait writes(int flags) {
        return new Trait(0, flags, 0, Privilege.ANY, false, false, Unnamed.NOTHING);
    }

    static Trait undefined(int flags) {
        return new Trait(0, 0, flags, Privilege.ANY, false, false, Unnamed.NOTHING);
    }

    /** Registers beside the operands; the notation is that of {@link Unnamed#parse}. */
    static Trait uses(String registers) {
        return new Trait(0, 0, 0, Privilege.ANY, false, false, Unnamed.parse(registers));
    }

    Trait and(Trait other) {
        return new Trait(
                reads | other.reads,
                writes | other.writes,
                undefined | other.undefined,
                privilege == Privilege.ANY ? other.privilege : privilege,
                endsBlock || other.endsBlock,
                lockable || other.lockable,
                unnamed.isNothing() ? other.unnamed : unnamed);
    }
}
