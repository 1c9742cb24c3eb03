package org.sidestep.lab.calibrate;

import static org.sidestep.isa.Imm.imm;

import java.util.function.Supplier;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Machine;

/** What is measured by a guest of its own: loads from each level of memory, and changes of privilege level. */
public enum Probe {
    L1("load, first level"),
    L2("load, second level"),
    MEMORY("load, memory"),
    TLB("data TLB miss, tables in the caches"),
    INTERRUPT("int and iret, outer level and back"),
    CALL_GATE("call gate and retf, outer level and back"),
    SYSENTER("sysenter and sysexit"),
    SYSTEM_CALL("null system call, as Linux 2.4 makes it"),
    FAR_RETURN("push cs, push, retf at the same level"),
    SEGMENT("load of a segment register"),
    CR3("mov cr3"),
    RELOAD("cr3 to itself and a read"),
    SPACE("switch of the address space, with what it refills"),
    INVLPG("invlpg"),
    FLAG("cli and sti");

    private static final int KILO = 1024;
    private static final int PAGE = 4096;
    private static final int LINE = 64;
    /** More pages than a TLB has entries, their lines spread over the first-level cache. */
    private static final int PAGES = 96;
    /** Loads in a row, so that the loop around them does not count. */
    private static final int UNROLLED = 16;

    /** How often a short chain is followed in a round, so that what the round itself touches does not count. */
    private static final int LAPS = 16;

    private static final int SWITCHES = 64;
    private static final int PAGES_OF_DATA = 5;

    private final String text;

    Probe(String text) {
        this.text = text;
    }

    /** Whether it needs SYSENTER, which not every processor has. */
    boolean needsSysenter() {
        return this == SYSENTER;
    }

    /** @param machines makes a machine just after reset */
    double cycles(Supplier<Machine> machines) {
        return switch (this) {
            case L1 -> chase(machines, 4 * KILO, LINE, LAPS, false);
            case L2 -> chase(machines, 64 * KILO, LINE, 1, false);
            case MEMORY -> chase(machines, 2 * KILO * KILO, LINE, 1, false);
            case TLB -> chase(machines, PAGES * (PAGE + LINE), PAGE + LINE, LAPS, true) - L1.cycles(machines);
            case INTERRUPT, CALL_GATE, SYSENTER, SYSTEM_CALL -> switches(machines);
            case SPACE -> primitives(machines, true) - primitives(machines, false);
            default -> primitives(machines, true);
        };
    }

    /** Cycles of a load in a chain of pointers through {@code size} bytes, {@code stride} apart, followed so many times. */
    private static double chase(Supplier<Machine> machines, int size, int stride, int laps, boolean paged) {
        int turns = laps * (size / stride / UNROLLED);
        Guest guest = new Guest();
        link(guest, size / stride, stride);
        if (paged) guest.page();
        guest.emit("mov", Reg32.EAX, imm(Guest.DATA));
        guest.round();
        guest.emit("mov", Reg32.ECX, imm(turns));
        Label turn = guest.asm.label("turn");
        guest.asm.bind(turn);
        for (int i = 0; i < UNROLLED; i++) guest.emit("mov", Reg32.EAX, Reg32.EAX.at(0));
        guest.emit("dec", Reg32.ECX);
        guest.emit("jnz", turn);
        guest.end(false);
        return guest.cycles(machines.get()) / (turns * UNROLLED);
    }

    /** Each place points to the next, the last to the first. */
    private static void link(Guest guest, int places, int stride) {
        Label place = guest.asm.label("place");
        guest.emit("mov", Reg32.EAX, imm(Guest.DATA));
        guest.emit("mov", Reg32.ECX, imm(places - 1));
        guest.asm.bind(place);
        guest.emit("lea", Reg32.EDX, Reg32.EAX.at(stride));
        guest.emit("mov", Reg32.EAX.at(0), Reg32.EDX);
        guest.emit("mov", Reg32.EAX, Reg32.EDX);
        guest.emit("dec", Reg32.ECX);
        guest.emit("jnz", place);
        guest.emit("mov", Reg32.EAX.at(0).dword(), imm(Guest.DATA));
    }

    /** Cycles of a way into the kernel and back. */
    private double switches(Supplier<Machine> machines) {
        Guest guest = new Guest();
        if (this == SYSENTER) guest.enableSysenter();
        guest.leaveKernel();
        guest.round();
        for (int i = 0; i < SWITCHES; i++) enter(guest, guest.asm.label("back." + i));
        guest.end(true);
        return guest.cycles(machines.get()) / SWITCHES;
    }

    private void enter(Guest guest, Label back) {
        switch (this) {
            case INTERRUPT -> guest.emit("int", imm(Guest.VECTOR));
            case SYSTEM_CALL -> {
                guest.emit("mov", Reg32.EAX, imm(LinuxCall.NUMBER));
                guest.emit("int", imm(Guest.SYSTEM_CALL));
            }
            case CALL_GATE -> guest.emit("call", new Far(Guest.CALL_GATE, imm(0)));
            default -> {
                guest.emit("mov", Reg32.ECX, Reg32.ESP);
                guest.emit("mov", Reg32.EDX, back);
                guest.emit("sysenter");
            }
        }
        guest.asm.bind(back);
    }

    /** Cycles of what a kernel does at its own level, with paging. */
    private double primitives(Supplier<Machine> machines, boolean switches) {
        Guest guest = new Guest();
        guest.page();
        guest.emit("mov", Reg32.EBX, imm(Guest.KERNEL_DATA));
        guest.emit("mov", Reg32.EAX, Cr.CR3);
        guest.round();
        for (int i = 0; i < SWITCHES; i++) primitive(guest, guest.asm.label("next." + i), switches);
        guest.end(false);
        return guest.cycles(machines.get()) / SWITCHES;
    }

    private void primitive(Guest guest, Label next, boolean switches) {
        switch (this) {
            case FAR_RETURN -> {
                guest.emit("push", Seg.CS);
                guest.emit("push", next);
                guest.emit("retf");
            }
            case SEGMENT -> guest.emit("mov", Seg.ES, Reg32.EBX);
            case CR3 -> guest.emit("mov", Cr.CR3, Reg32.EAX);
            case RELOAD -> {
                guest.emit("mov", Reg32.EAX, Cr.CR3);
                guest.emit("mov", Cr.CR3, Reg32.EAX);
                guest.emit("mov", Reg32.EDX, Mem.absolute(Guest.DATA));
            }
            case SPACE -> space(guest, switches);
            case INVLPG -> guest.emit("invlpg", Mem.absolute(Guest.DATA));
            default -> {
                guest.emit("cli");
                guest.emit("sti");
            }
        }
        guest.asm.bind(next);
    }

    /** What a message between spaces touches: code on three pages with this one, a stack, and data on five. */
    private static void space(Guest guest, boolean switches) {
        if (switches) guest.emit("mov", Cr.CR3, Reg32.EAX);
        for (int i = 0; i < PAGES_OF_DATA; i++) {
            guest.emit("mov", Reg32.EDX, Mem.absolute(Guest.DATA + i * (PAGE + LINE)));
        }
        for (int i = 0; i < Guest.PAGES_OF_CODE; i++) guest.emit("call", guest.elsewhere(i));
    }

    @Override
    public String toString() {
        return text;
    }
}
