package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.layout.SpaceLayout.IO_MAP;
import static org.sidestep.kernel.l4.layout.SpaceLayout.IO_MAP_BASE;
import static org.sidestep.kernel.l4.layout.SpaceLayout.NEXT_WITH_PORTS;
import static org.sidestep.kernel.l4.layout.SpaceLayout.TABLES_LEFT;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.x2.Fpage;

/**
 * I/O fpages: the root task has all ports and may give them; nobody hands them on. A space to which ports were given has a
 * bitmap of its own, in the memory of one of its page tables. The TSS has room for one such bitmap: it is that of the space that used
 * ports last, and the first use by another faults and changes it. So a switch of spaces knows nothing of them.
 */
public final class IoPorts extends PageTableCode {

    private static final int PORTS = 0x10000;
    private static final int WORD_SHIFT = 5;
    private static final int WORD_BITS = 1 << WORD_SHIFT;
    private static final int MOST_SHIFT = 16;
    /** What a turn of map items gives at a stretch, a power of two. */
    private static final int TURN = 8192;

    private final Label loadedWord = label("ports.loaded");
    /** The space whose bitmap the TSS has, or 0. */
    private final Mem loaded = Mem.at(loadedWord).dword();

    private final Label listWord = label("ports.list");
    /** The first space that has a bitmap, or 0. */
    private final Mem list = Mem.at(listWord).dword();

    private final Label refused = label("ports.refused");

    public IoPorts(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.bss();
        asm.align(4);
        here(loadedWord);
        asm.reserve(4);
        here(listWord);
        asm.reserve(4);
        kernel.text();
        fault();
        load();
        map();
        window();
        bitmap();
        unmap();
        release();
        decode();
        changes();
    }

    private void fault() {
        routine(at.portsFault);
        mov(EAX, EBX.at(thread.space));
        cmp(EAX.at(IO_MAP), 0);
        exitIf(E, at.exception, "it has been given no ports");
        cmp(Tcb.frame(EBX, Frame.ERROR), 0);
        exitIf(NE, at.exception, "a selector");
        cmp(EAX.at(IO_MAP_BASE), SpaceLayout.GIVEN_PORTS);
        exitIf(E, at.exception, "its bitmap is there already");
        mov(ECX, loaded);
        Label nobody = fresh("nobody");
        test(ECX, ECX);
        exitIf(Z, nobody, "no other's is there");
        mov(ECX.at(IO_MAP_BASE), spacesHavePorts() ? SpaceLayout.CONSOLES_PORTS : SpaceLayout.NO_PORTS);
        here(nobody);
        mov(loaded, EAX);
        mov(EAX.at(IO_MAP_BASE), SpaceLayout.GIVEN_PORTS);
        mov(Tss.ioMapBase(), SpaceLayout.GIVEN_PORTS);
        mov(ESI, EAX);
        xor(EAX, EAX);
        mov(EDX, PORTS);
        call(label("ports.load"));
        jmp(at.exitResume);
    }

    private void load() {
        routine("ports.load", """
                in      ESI space; if its bitmap is that of the TSS, these ports as they are now there:
                        EAX the first one - EDX their number
                out     done. Clobbers EAX, ECX""");
        Label another = fresh("another");
        cmp(loaded, ESI);
        exitIf(NE, another, "it is not there");
        push(ESI);
        push(EDI);
        mov(ESI, ESI.at(IO_MAP));
        mov(EDI, Tss.bitmap(SpaceLayout.GIVEN_PORTS));
        shr(EAX, WORD_SHIFT);
        lea(ESI, ESI.at(EAX, 4, 0));
        lea(EDI, EDI.at(EAX, 4, 0));
        lea(ECX, EDX.at(WORD_BITS - 1));
        shr(ECX, WORD_SHIFT);
        op("rep movsd");
        pop(EDI);
        pop(ESI);
        here(another);
        ret();
    }

    private void map() {
        routine(at.mapPorts);
        Label done = fresh("done");
        phase("as long as a turn of map items");
        mov(Mem.at(at.mappingSteps).dword(), 0);
        mov(ECX, EBP.at(Mapping.SENDER));
        cmp(ECX.at(IO_MAP_BASE), SpaceLayout.PORTS);
        exitIf(NE, refused, "only the root task gives ports");
        call(label("ports.decode"));
        push(EAX);
        push(EDX);
        call(label("ports.window"));
        pop(EDX);
        pop(EAX);
        exitIf(C, refused, "they do not lie in the window");
        mov(ESI, EBP.at(Mapping.RECEIVER));
        cmp(ESI.at(IO_MAP_BASE), SpaceLayout.PORTS);
        exitIf(E, done, "it has them");
        push(EAX);
        push(EDX);
        call(label("ports.bitmap"));
        pop(EDX);
        pop(EAX);
        exitIf(C, done, "no memory left for its bitmap");
        cmp(EBP.at(Mapping.STOPPED), 0);
        exitIf(NE, done, "to make it was a turn");
        part(done);
        push(EAX);
        push(EDX);
        push(ESI);
        mov(ESI, ESI.at(IO_MAP));
        mov(EDI, Tss.bitmap(SpaceLayout.PORTS));
        call(label("ports.open"));
        pop(ESI);
        pop(EDX);
        pop(EAX);
        jmp(label("ports.load"));
        here(done);
        ret();
        here(refused);
        mov(EBP.at(Mapping.STOPPED), Mapping.REFUSED);
        ret();
    }

    /** Inline. EAX, EDX: what this turn gives of the ports from EAX on, EDX many. Clobbers ECX, EDI. */
    private void part(Label done) {
        Label rest = fresh("rest");
        mov(EDI, EBP.at(Mapping.SENDER_TCB));
        mov(ECX, EDI.at(tcb.transfer.mapped));
        cmp(ECX, EDX);
        exitIf(AE, done, "the item has changed since the last turn");
        add(EAX, ECX);
        sub(EDX, ECX);
        cmp(EDX, TURN);
        exitIf(BE, rest, "the last turn");
        mov(EDX, TURN);
        add(EDI.at(tcb.transfer.mapped), EDX);
        mov(EBP.at(Mapping.STOPPED), Mapping.NOT_YET);
        here(rest);
    }

    private void window() {
        routine("ports.window", """
                in      EBP mapping - EAX first port - EDX their number
                out     CF set: they do not lie in the receiver's window. Clobbers EAX, ECX, EDX, ESI, EDI""");
        Label inside = fresh("inside");
        Label outside = fresh("outside");
        mov(ESI, EAX);
        mov(EDI, EDX);
        mov(EAX, EBP.at(Mapping.WINDOW));
        mov(ECX, EAX);
        shr(ECX, Fpage.SIZE_SHIFT);
        and(ECX, Fpage.SIZE);
        cmp(ECX, Fpage.COMPLETE_SIZE);
        exitIf(E, inside, "the window is all there is");
        cmp(ECX, Fpage.IO_SIZE);
        exitIf(NE, outside, "a window for memory");
        call(label("ports.decode"));
        sub(ESI, EAX);
        cmp(ESI, EDX);
        exitIf(AE, outside, "they begin beside it");
        add(ESI, EDI);
        cmp(EDX, ESI);
        ret();
        here(inside);
        op("clc");
        ret();
        here(outside);
        op("stc");
        ret();
    }

    private void bitmap() {
        routine("ports.bitmap", """
                in      EBP mapping - ESI space
                out     CF clear: it has a bitmap, and STOPPED says so if it is new; CF set: its page tables are used up. Clobbers EAX, ECX, EDX, EDI""");
        Label has = fresh("has");
        Label usedUp = fresh("usedUp");
        cmp(ESI.at(IO_MAP), 0);
        exitIf(NE, has, "it has one");
        cmp(ESI.at(TABLES_LEFT), 0);
        exitIf(E, usedUp, "it has had all that it was promised");
        dec(ESI.at(TABLES_LEFT));
        call(at.allocateTable);
        mov(ESI.at(IO_MAP), EAX);
        mov(ECX, list);
        mov(ESI.at(NEXT_WITH_PORTS), ECX);
        mov(list, ESI);
        phase("at first, what all spaces have");
        mov(EDI, EAX);
        mov(ECX, PORTS / WORD_BITS);
        if (spacesHavePorts()) {
            mov(EDX, ESI);
            mov(ESI, Tss.bitmap(SpaceLayout.CONSOLES_PORTS));
            op("rep movsd");
            mov(ESI, EDX);
        } else {
            or(EAX, -1);
            op("rep stosd");
        }
        mov(EBP.at(Mapping.STOPPED), Mapping.NOT_YET);
        here(has);
        op("clc");
        ret();
        here(usedUp);
        mov(Mem.at(at.pageUsedUp).dword(), 1);
        op("stc");
        ret();
    }

    /** The root task takes them from all to whom it gave them, and keeps them; others give them back. */
    private void unmap() {
        routine(at.unmapPorts);
        Label own = fresh("own");
        Label done = fresh("done");
        call(label("ports.decode"));
        mov(ESI, EBX.at(thread.space));
        cmp(ESI.at(IO_MAP_BASE), SpaceLayout.PORTS);
        exitIf(NE, own, "not the root task");
        mov(ESI, list);
        Label next = here(fresh("next"));
        test(ESI, ESI);
        exitIf(Z, done, "no more spaces");
        call(label("ports.take"));
        mov(ESI, ESI.at(NEXT_WITH_PORTS));
        jmp(next);
        here(own);
        test(Tcb.frame(EBX, Frame.EAX).byte_(), Unmap.FLUSH);
        exitIf(Z, done, "it has handed on none");
        cmp(ESI.at(IO_MAP), 0);
        exitIf(E, done, "it has none");
        jmp(label("ports.take"));
        here(done);
        ret();

        routine("ports.take", "in      ESI space that has a bitmap - EAX first port - EDX their number. Clobbers ECX");
        push(EAX);
        push(EDX);
        push(ESI);
        mov(ESI, ESI.at(IO_MAP));
        call(label("ports.close"));
        pop(ESI);
        pop(EDX);
        mov(EAX, ESP.at(0));
        call(label("ports.load"));
        pop(EAX);
        ret();
    }

    private void release() {
        routine(at.portsRelease);
        Label none = fresh("none");
        Label unloaded = fresh("unloaded");
        Label found = fresh("found");
        cmp(EBP.at(IO_MAP), 0);
        exitIf(E, none, "it has no bitmap");
        cmp(loaded, EBP);
        exitIf(NE, unloaded, "the TSS has another's");
        mov(loaded, 0);
        here(unloaded);
        lea(ECX, Mem.at(listWord).plus(-NEXT_WITH_PORTS.offset()));
        Label next = here(fresh("next"));
        cmp(ECX.at(NEXT_WITH_PORTS), EBP);
        exitIf(E, found, "its predecessor");
        mov(ECX, ECX.at(NEXT_WITH_PORTS));
        jmp(next);
        here(found);
        mov(EAX, EBP.at(NEXT_WITH_PORTS));
        mov(ECX.at(NEXT_WITH_PORTS), EAX);
        mov(EAX, EBP.at(IO_MAP));
        call(at.freeTable);
        inc(Mem.at(at.heapUnpromised).dword());
        here(none);
        ret();
    }

    private void decode() {
        routine("ports.decode", """
                in      EAX I/O fpage
                out     EAX the first port, EDX how many: a power of two, and aligned to it. Clobbers ECX""");
        Label size = fresh("size");
        mov(ECX, EAX);
        shr(ECX, Fpage.PORTS_SHIFT);
        and(ECX, Fpage.SIZE);
        cmp(ECX, MOST_SHIFT);
        exitIf(BE, size, "no more than there are");
        mov(ECX, MOST_SHIFT);
        here(size);
        mov(EDX, 1);
        op("shl", EDX, Reg8.CL);
        shr(EAX, Fpage.PORT_SHIFT);
        mov(ECX, EDX);
        neg(ECX);
        and(EAX, ECX);
        ret();
    }

    private void changes() {
        routine("ports.open", """
                in      EAX first port - EDX their number - ESI bitmap - EDI the giver's
                out     open, as far as they are so for the giver. Clobbers EAX, ECX, EDX""");
        change(true);
        routine("ports.close", """
                in      EAX first port - EDX their number - ESI bitmap
                out     closed. Clobbers EAX, ECX, EDX""");
        change(false);
    }

    private void change(boolean open) {
        Label few = fresh("few");
        cmp(EDX, WORD_BITS);
        exitIf(B, few, "less than a word of the bitmap");
        shr(EAX, 3);
        shr(EDX, WORD_SHIFT);
        Label word = here(fresh("word"));
        if (open) {
            mov(ECX, EDI.at(EAX, 1, 0));
            and(ESI.at(EAX, 1, 0), ECX);
        } else {
            or(ESI.at(EAX, 1, 0).dword(), -1);
        }
        add(EAX, 4);
        dec(EDX);
        jnz(word);
        ret();
        here(few);
        Label next = fresh("next");
        if (open) {
            op("bt", EDI.at(0).dword(), EAX);
            exitIf(C, next, "not the giver's");
            op("btr", ESI.at(0).dword(), EAX);
        } else {
            op("bts", ESI.at(0).dword(), EAX);
        }
        here(next);
        inc(EAX);
        dec(EDX);
        jnz(few);
        ret();
    }
}
