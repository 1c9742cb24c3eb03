package org.sidestep.isa;

import org.sidestep.isa.InstructionForm.Privilege;

/** What a row of the table says beside opcode and operands. A row's traits are merged by union. */
record Trait(int reads, int writes, int undefined, Privilege privilege, boolean endsBlock, boolean lockable) {

    static final Trait NONE = new Trait(0, 0, 0, Privilege.ANY, false, false);

    /** A LOCK prefix is legal if the destination is memory. */
    static final Trait LOCK = new Trait(0, 0, 0, Privilege.ANY, false, true);

    /** Control may not simply fall through. */
    static final Trait ENDS = new Trait(0, 0, 0, Privilege.ANY, true, false);

    static final Trait SUPERVISOR = new Trait(0, 0, 0, Privilege.SUPERVISOR, false, false);
    static final Trait PROTECTED = new Trait(0, 0, 0, Privilege.PROTECTED, false, false);
    static final Trait PROTECTED_SUPERVISOR = new Trait(0, 0, 0, Privilege.PROTECTED_SUPERVISOR, false, false);
    static final Trait IOPL = new Trait(0, 0, 0, Privilege.IOPL, false, false);
    static final Trait IO_BITMAP = new Trait(0, 0, 0, Privilege.IO_BITMAP, false, false);

    static Trait reads(int flags) {
        return new Trait(flags, 0, 0, Privilege.ANY, false, false);
    }

    static Trait writes(int flags) {
        return new Trait(0, flags, 0, Privilege.ANY, false, false);
    }

    static Trait undefined(int flags) {
        return new Trait(0, 0, flags, Privilege.ANY, false, false);
    }

    Trait and(Trait other) {
        return new Trait(
                reads | other.reads,
                writes | other.writes,
                undefined | other.undefined,
                privilege == Privilege.ANY ? other.privilege : privilege,
                endsBlock || other.endsBlock,
                lockable || other.lockable);
    }
}
