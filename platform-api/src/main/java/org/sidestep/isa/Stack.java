package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ALL;
import static org.sidestep.isa.Trait.ENDS;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** Push, pop and stack frames. */
final class Stack {

    private Stack() {}

    static void define(Rows t) {
        // spotless:off
        t.row("push",  "50+r",  "Zv",     "push", uses("@+esp"));
        t.row("push",  "6A",    "Ibs",    "push", uses("@+esp"));
        t.row("push",  "68",    "Iz",     "push", uses("@+esp"));
        t.row("push",  "FF /6", "Ev",     "push", uses("@+esp"));
        t.row("push",  "06",    "es",     "push.sreg", uses("@+esp"));
        t.row("push",  "0E",    "cs",     "push.sreg", uses("@+esp"));
        t.row("push",  "16",    "ss",     "push.sreg", uses("@+esp"));
        t.row("push",  "1E",    "ds",     "push.sreg", uses("@+esp"));
        t.row("push",  "0F A0", "fs",     "push.sreg", uses("@+esp"));
        t.row("push",  "0F A8", "gs",     "push.sreg", uses("@+esp"));
        t.row("pop",   "58+r",  "Zv:w",   "pop", uses("@+esp"));
        t.row("pop",   "8F /0", "Ev:w",   "pop", uses("@+esp"));
        t.row("pop",   "07",    "es:w",   "pop.sreg", uses("@+esp"), ENDS);
        t.row("pop",   "17",    "ss:w",   "pop.sreg", uses("@+esp"), ENDS);
        t.row("pop",   "1F",    "ds:w",   "pop.sreg", uses("@+esp"), ENDS);
        t.row("pop",   "0F A1", "fs:w",   "pop.sreg", uses("@+esp"), ENDS);
        t.row("pop",   "0F A9", "gs:w",   "pop.sreg", uses("@+esp"), ENDS);
        t.row("pusha", "60",    "",       "pusha", uses("@+esp eax ecx edx ebx ebp esi edi"));
        t.row("popa",  "61",    "",       "popa", uses("@+esp >eax >ebp >ecx >edx >ebx >esi >edi"));
        t.row("pushf", "9C",    "",       "pushf", uses("@+esp"), reads(ALL));
        t.row("popf",  "9D",    "",       "popf", uses("@+esp"), writes(ALL), ENDS);
        t.row("enter", "C8",    "Iw Ib",  "enter", uses("@+esp ebp >ebp"));
        t.row("leave", "C9",    "",       "leave", uses("@ebp +esp >ebp"));
        // spotless:on
    }
}
