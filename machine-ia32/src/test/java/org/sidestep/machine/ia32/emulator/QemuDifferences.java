package org.sidestep.machine.ia32.emulator;

import java.util.List;

/**
 * Where QEMU 7.2 is laxer than silicon, or the manual leaves something open. This machine follows the manual; all other
 * words must be equal. The same list, for readers, is in docs/machine.md.
 */
final class QemuDifferences {
    private static final int RF = 1 << 16;
    private static final int VIRTUAL_IF = 3 << 19;
    private static final int EXTERNAL = 1;
    private static final int ACCESSED_SEGMENT = 1 << 8;
    private static final int ACCESSED_PAGE = 1 << 5;
    private static final int WRITE = 1 << 1;
    private static final int LAR_UNDEFINED = 0xF0000;
    private static final int TS = 10;
    private static final int NP = 11;
    private static final int SS = 12;
    private static final int GP = 13;
    private static final int PF = 14;

    /** One word of a case's outcome, here and there. */
    record Word(Case owner, int index, int vector, int ours, int theirs) {
        boolean isWatch() {
            return index >= CaseOutcome.WATCH;
        }

        boolean isStacked() {
            return index >= CaseOutcome.EIP && index < CaseOutcome.STACKED;
        }

        boolean isGeneral() {
            return index >= CaseOutcome.EDI && index < CaseOutcome.VECTOR || index == CaseOutcome.ESP;
        }

        boolean differsIn(int bits) {
            return ((ours ^ theirs) & ~bits) == 0;
        }

        /** Is the vector, in its place or on the watched stack of the handler. */
        boolean vectors(int here, int there) {
            return (index == CaseOutcome.VECTOR || isWatch()) && ours == here && theirs == there;
        }

        /** Is the task that handles the fault. */
        boolean handlers(int here, int there) {
            return index == CaseOutcome.TR && ours == Layout.faultTask(here) && theirs == Layout.faultTask(there);
        }

        /** Differs in just these bits, which are set here. */
        boolean onlyHere(int bits) {
            return (ours ^ theirs) == bits && (ours & bits) == bits;
        }
    }

    private interface Explanation {
        boolean covers(Word word);
    }

    /** @param reason for readers of this list */
    private record Difference(String reason, Explanation explanation) {}

    // spotless:off
    private static final List<Difference> ALL = List.of(
            new Difference("no RF in the EFLAGS that a fault saves; RF set by IRET is never cleared, and there are no VIF and VIP",
                    w -> (w.isStacked() || w.isWatch()) && w.differsIn(RF | VIRTUAL_IF)),
            new Difference("no EXT bit in the error code of a fault that the delivery of an exception raises",
                    w -> w.index == CaseOutcome.ERROR_CODE && w.onlyHere(EXTERNAL)),
            new Difference("the EIP of a fault in a new task is a mixture of the new one and the old one",
                    w -> w.owner.name.contains("task of level") && w.ours == Layout.LANDING),
            new Difference("from virtual-8086 mode an interrupt may lead to level 1 or 2",
                    w -> w.owner.name.startsWith("v86: CD 21") && w.owner.name.endsWith("target ba")),
            new Difference("INT1 is undefined", w -> w.owner.name.startsWith("v86: F1") && w.vector == 1),
            new Difference("LAR's bits 16 to 19 are undefined: ours are the limit's, QEMU's are zero",
                    w -> w.index == CaseOutcome.ECX && w.owner.runs("query") && w.differsIn(LAR_UNDEFINED)),
            new Difference("the accessed bit of a code segment is not set by far transfers",
                    w -> w.isWatch() && w.onlyHere(ACCESSED_SEGMENT)),
            new Difference("a walk that faults sets accessed bits of the directory",
                    w -> w.isWatch() && w.vector == PF && (w.ours ^ w.theirs) == ACCESSED_PAGE && (w.theirs & ACCESSED_PAGE) != 0),
            new Difference("loading SS does not hold an instruction breakpoint off",
                    w -> w.owner.name.startsWith("pop.ss: breakpoint behind")),
            new Difference("LTR accepts a null selector", w -> w.owner.name.matches("ltr: .*selector 000[013]")),
            new Difference("a jump through a call gate to an absent segment raises #GP instead of #NP",
                    w -> w.owner.runs("far.jmp") && w.vectors(NP, GP)),
            new Difference("a call through a gate to conforming code changes to the level of that code",
                    w -> w.owner.runs("far.call") && (w.index == CaseOutcome.CS || w.isWatch()) && (w.ours ^ w.theirs) < 4),
            new Difference("an absent inner stack raises #TS instead of #SS", w -> w.vectors(SS, TS)),
            new Difference("an absent stack of an outer level or a new task raises #NP instead of #SS",
                    w -> w.vectors(SS, NP) || w.handlers(SS, NP)),
            new Difference("a task gate with a selector of the local table raises #TS instead of #GP", w -> w.vectors(GP, TS)),
            new Difference("a new task's conforming code must have the level that its selector asks for",
                    w -> w.owner.name.matches("far.jmp: task of level ., cs with RPL ., access [13579bdf][c-f]")),
            new Difference("a 16-bit TSS leaves the upper halves of the general registers alone",
                    w -> (w.isGeneral() || w.isWatch() && w.owner.name.contains("16-bit task of level"))
                            && w.ours >>> 16 == 0xFFFF && w.differsIn(0xFFFF0000)),
            new Difference("a page fault of a read-modify-write instruction is reported as one of its read",
                    w -> w.index == CaseOutcome.ERROR_CODE && w.owner.runs("update") && w.onlyHere(WRITE)));
    // spotless:on

    private QemuDifferences() {}

    static boolean explain(Word word) {
        return ALL.stream().anyMatch(difference -> difference.explanation.covers(word));
    }
}
