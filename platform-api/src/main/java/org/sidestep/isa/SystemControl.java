package org.sidestep.isa;

import static org.sidestep.isa.Eflags.CF;
import static org.sidestep.isa.Eflags.DF;
import static org.sidestep.isa.Eflags.IF;
import static org.sidestep.isa.Eflags.VIF;
import static org.sidestep.isa.Eflags.ZF;
import static org.sidestep.isa.Trait.ENDS;
import static org.sidestep.isa.Trait.IOPL;
import static org.sidestep.isa.Trait.IO_BITMAP;
import static org.sidestep.isa.Trait.PROTECTED;
import static org.sidestep.isa.Trait.PROTECTED_SUPERVISOR;
import static org.sidestep.isa.Trait.SUPERVISOR;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.undefined;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** Descriptor tables, control registers, ports, flags, processor control. */
final class SystemControl {

    private static final int STATUS = Eflags.ARITH;

    private SystemControl() {}

    static void define(Rows t) {
        // spotless:off
        t.row("sldt",   "0F 00 /0", "Rv:w",     "sldt", PROTECTED);
        t.row("sldt",   "0F 00 /0", "Mw:w",     "sldt", PROTECTED);
        t.row("str",    "0F 00 /1", "Rv:w",     "str", PROTECTED);
        t.row("str",    "0F 00 /1", "Mw:w",     "str", PROTECTED);
        t.row("lldt",   "0F 00 /2", "Ew",       "lldt",   PROTECTED_SUPERVISOR, ENDS);
        t.row("ltr",    "0F 00 /3", "Ew",       "ltr",    PROTECTED_SUPERVISOR, ENDS);
        t.row("verr",   "0F 00 /4", "Ew",       "verr",   writes(ZF), PROTECTED);
        t.row("verw",   "0F 00 /5", "Ew",       "verr",   writes(ZF), PROTECTED);
        t.row("sgdt",   "0F 01 /0", "Ms:w",     "sgdt");
        t.row("sidt",   "0F 01 /1", "Ms:w",     "sgdt");
        t.row("lgdt",   "0F 01 /2", "Ms",       "lgdt",   SUPERVISOR, ENDS);
        t.row("lidt",   "0F 01 /3", "Ms",       "lgdt",   SUPERVISOR, ENDS);
        t.row("smsw",   "0F 01 /4", "Rv:w",     "smsw");
        t.row("smsw",   "0F 01 /4", "Mw:w",     "smsw");
        t.row("lmsw",   "0F 01 /6", "Ew",       "mov.cr", SUPERVISOR, ENDS);
        t.row("invlpg", "0F 01 /7", "M:a",      "invlpg", SUPERVISOR, ENDS);
        t.row("lar",    "0F 02",    "Gv:w Ewv", "lar",    writes(ZF), PROTECTED);
        t.row("lsl",    "0F 03",    "Gv:w Ewv", "lar",    writes(ZF), PROTECTED);
        t.row("arpl",   "63",       "Ew:rw Gw", "arpl",   writes(ZF), PROTECTED);
        t.row("clts",   "0F 06",    "",         "clts",   SUPERVISOR, ENDS);
        t.row("mov",    "0F 20",    "Rd:w Cd",  "mov.from.cr", undefined(STATUS), SUPERVISOR);
        t.row("mov",    "0F 21",    "Rd:w Dd",  "mov.from.dr", undefined(STATUS), SUPERVISOR);
        t.row("mov",    "0F 22",    "Cd:w Rd",  "mov.cr", undefined(STATUS), SUPERVISOR, ENDS);
        t.row("mov",    "0F 23",    "Dd:w Rd",  "mov.dr", undefined(STATUS), SUPERVISOR, ENDS);
        t.row("invd",   "0F 08",    "",         "invd",   SUPERVISOR, ENDS);
        t.row("wbinvd", "0F 09",    "",         "wbinvd", SUPERVISOR, ENDS);
        t.row("wrmsr",  "0F 30",    "",         "wrmsr",  uses("ecx eax edx"), SUPERVISOR, ENDS);
        t.row("rdmsr",  "0F 32",    "",         "rdmsr",  uses("ecx >eax >edx"), SUPERVISOR);
        t.row("rdtsc",  "0F 31",    "",         "rdtsc", uses(">eax >edx"));
        t.row("rdpmc",  "0F 33",    "",         "rdpmc", uses("ecx >eax >edx"));
        t.row("cpuid",  "0F A2",    "",         "cpuid", uses("eax >eax >edx >ebx >ecx"));
        t.row("hlt",    "F4",       "",         "hlt",    SUPERVISOR, ENDS);

        t.row("in",     "E4",       "al:w Ib",  "in",     IO_BITMAP);
        t.row("in",     "E5",       "eAX:w Ib", "in",     IO_BITMAP);
        t.row("in",     "EC",       "al:w dx",  "in",     IO_BITMAP);
        t.row("in",     "ED",       "eAX:w dx", "in",     IO_BITMAP);
        t.row("out",    "E6",       "Ib al",    "out",    IO_BITMAP);
        t.row("out",    "E7",       "Ib eAX",   "out",    IO_BITMAP);
        t.row("out",    "EE",       "dx al",    "out",    IO_BITMAP);
        t.row("out",    "EF",       "dx eAX",   "out",    IO_BITMAP);

        t.row("cmc",    "F5",       "",         "clc",    reads(CF), writes(CF));
        t.row("clc",    "F8",       "",         "clc",    writes(CF));
        t.row("stc",    "F9",       "",         "clc",    writes(CF));
        t.row("cli",    "FA",       "",         "cli",    writes(IF | VIF), IOPL);
        t.row("sti",    "FB",       "",         "sti",    writes(IF | VIF), IOPL, ENDS);
        t.row("cld",    "FC",       "",         "cld",    writes(DF));
        t.row("std",    "FD",       "",         "cld",    writes(DF));
        // spotless:on
    }
}
