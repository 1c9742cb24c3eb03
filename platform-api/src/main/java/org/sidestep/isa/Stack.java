package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ALL;
import static org.sidestep.isa.Trait.ENDS;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.writes;

/** Push, pop and stack frames. */
final class Stack {

    private Stack() {}

    static void define(Rows t) {
        // spotless:off
        t.row("push",  "50+r",  "Zv",     "push");
        t.row("push",  "6A",    "Ibs",    "push");
        t.row("push",  "68",    "Iz",     "push");
        t.row("push",  "FF /6", "Ev",     "push");
        t.row("push",  "06",    "es",     "push.sreg");
        t.row("push",  "0E",    "cs",     "push.sreg");
        t.row("push",  "16",    "ss",     "push.sreg");
        t.row("push",  "1E",    "ds",     "push.sreg");
        t.row("push",  "0F A0", "fs",     "push.sreg");
        t.row("push",  "0F A8", "gs",     "push.sreg");
        t.row("pop",   "58+r",  "Zv:w",   "pop");
        t.row("pop",   "8F /0", "Ev:w",   "pop");
        t.row("pop",   "07",    "es:w",   "pop.sreg", ENDS);
        t.row("pop",   "17",    "ss:w",   "pop.sreg", ENDS);
        t.row("pop",   "1F",    "ds:w",   "pop.sreg", ENDS);
        t.row("pop",   "0F A1", "fs:w",   "pop.sreg", ENDS);
        t.row("pop",   "0F A9", "gs:w",   "pop.sreg", ENDS);
        t.row("pusha", "60",    "",       "pusha");
        t.row("popa",  "61",    "",       "popa");
        t.row("pushf", "9C",    "",       "pushf", reads(ALL));
        t.row("popf",  "9D",    "",       "popf", writes(ALL), ENDS);
        t.row("enter", "C8",    "Iw Ib",  "enter");
        t.row("leave", "C9",    "",       "leave");
        // spotless:on
    }
}
