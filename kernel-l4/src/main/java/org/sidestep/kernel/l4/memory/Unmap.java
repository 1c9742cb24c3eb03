package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.TOLD;
import static org.sidestep.kernel.l4.memory.PageBits.TOLD_SHIFT;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Utcb;

/**
 * Unmap (X.2 reference manual): takes rights to pages away from all who have them from the caller, flushed from the caller too, and
 * tells what was accessed and written. It works in turns: after each the thread is at user level for an instruction, at a stub that
 * makes it go on, so that interrupts come as they do anywhere. What a turn leaves is in its TCB.
 */
public final class Unmap extends PageTableCode {

    /** What a turn does at a stretch: 64 nodes, or four times as many entries where nothing is mapped. */
    private static final int TURN = 64 * WRITE;

    private static final int FPAGES = 0x3F;
    static final int FLUSH = 0x40;

    private static final int LARGE_OFFSET = MemoryMap.LARGE_PAGE - 1;

    private static final Struct TURN_STATE = Struct.upwards("unmap", 0);

    private static final Field FPAGE = TURN_STATE.word("fpage");
    private static final Field BASE = TURN_STATE.word("base");
    /** Size - 1. */
    private static final Field MASK = TURN_STATE.word("mask");

    private static final Field ADDRESS = TURN_STATE.word("address");
    /** Bytes from ADDRESS to the next entry. */
    private static final Field SPAN = TURN_STATE.word("span");
    /** Of a 4 MB page, the small pages from this offset on ... */
    private static final Field FROM = TURN_STATE.word("from");
    /** ... to this one. */
    private static final Field TO = TURN_STATE.word("to");

    private final Label openFpage = label("unmap.open");
    private final Label fpage = label("unmap.fpage");
    private final Label next = label("unmap.next");
    private final Label fpageDone = label("unmap.done");
    private final Label pause = label("unmap.pause");

    public Unmap(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        call();
        fpage();
        page();
        largePage();
        found();
        result();
        pause();
        below();
        inRange();
        own();
    }

    private void call() {
        routine(at.calls.get(SystemCall.UNMAP), """
                in      EBX current thread; frame: EAX control - ESI MR0
                holds   EBP unmap - ESI node of the caller's page
                out     frame ESI, and the other message registers: the fpages, with what was accessed as rights""");
        Label go = fresh("go");
        mov(ECX, EBX.at(thread.utcbAlias));
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        mov(ECX.at(Utcb.MR0), EAX);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        and(EAX, FPAGES);
        inc(EAX);
        mov(EBX.at(tcb.unmapLeft), EAX);
        call(openFpage);
        jmp(go);

        entered(at.unmapContinue);
        cmp(EBX.at(tcb.unmapLeft), 0);
        exitIf(E, at.syscallNotOffered, "there is nothing to go on with");
        here(go);
        mov(Mem.at(at.mappingSteps).dword(), TURN);
        sub(ESP, TURN_STATE.size());
        mov(EBP, ESP);
        jmp(fpage);

        routine(openFpage, "in      EBX current thread; begins with its next fpage");
        mov(EBX.at(tcb.unmapOffset), 0);
        mov(EBX.at(tcb.unmapCursor), 0);
        mov(EBX.at(tcb.unmapSeen), 0);
        ret();
    }

    private void fpage() {
        routine(fpage, """
                in      EBX current thread - EBP unmap
                out     goes on at unmap.page, or behind it""");
        Label ports = fresh("ports");
        spend(PASS, pause);
        call(label("unmap.register"));
        mov(EAX, ECX.at(0));
        mov(EBP.at(FPAGE), EAX);
        mov(ECX, EAX);
        and(ECX, Fpage.SIZE << Fpage.SIZE_SHIFT);
        cmp(ECX, Fpage.IO_SIZE << Fpage.SIZE_SHIFT);
        exitIf(E, ports, "ports");
        call(at.mapDecode);
        exitIf(C, fpageDone, "nil, or no memory");
        mov(EBP.at(BASE), EAX);
        mov(EBP.at(MASK), EDX);
        jmp(label("unmap.page"));
        here(ports);
        test(Reg8.AL, Fpage.ALL_RIGHTS);
        exitIf(Z, fpageDone, "nothing is taken away");
        call(at.unmapPorts);
        mov(Mem.at(at.mappingSteps).dword(), 0);
        jmp(fpageDone);

        routine("unmap.register", """
                in      EBX current thread
                out     ECX address of the message register that holds its fpage. Clobbers EAX""");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        inc(EAX);
        sub(EAX, EBX.at(tcb.unmapLeft));
        and(EAX, FPAGES);
        mov(ECX, EBX.at(thread.utcbAlias));
        lea(ECX, ECX.at(EAX, 4, Utcb.MR0.offset()));
        ret();
    }

    private void page() {
        routine("unmap.page", "in      EBX current thread - EBP unmap, FPAGE, BASE, MASK");
        mov(EDI, EBX.at(tcb.unmapOffset));
        cmp(EDI, EBP.at(MASK));
        exitIf(A, fpageDone, "all of it");
        add(EDI, EBP.at(BASE));
        cmp(EDI, MemoryMap.USER_END);
        exitIf(AE, fpageDone, "beyond the user area");
        mov(EBP.at(ADDRESS), EDI);
        mov(EAX, EDI);
        and(EAX, LARGE_OFFSET);
        neg(EAX);
        add(EAX, MemoryMap.LARGE_PAGE);
        mov(EBP.at(SPAN), EAX);
        mov(EAX, EBX.at(thread.pageDirectory));
        pageTable(ESI, EDI, next, label("unmap.large"));
        and(EAX, FRAME);
        lea(ESI, tableEntry(EAX, EDI, ECX));
        mov(EBP.at(SPAN), MemoryMap.PAGE);
        mov(EAX, ESI.at(Node.ENTRY));
        and(EAX, PRESENT | KERNEL_OWNED);
        cmp(EAX, PRESENT);
        exitIf(NE, next, "nothing there, or the kernel's");
        mov(EBP.at(FROM), 0);
        mov(EBP.at(TO), LARGE_OFFSET);
        jmp(label("unmap.found"));
    }

    private void largePage() {
        routine("unmap.large", "in      EBX current thread - EBP unmap - ESI its 4 MB page - EDI ADDRESS");
        Label whole = fresh("whole");
        Label part = fresh("part");
        test(EBP.at(FPAGE).byte_(), Fpage.ALL_RIGHTS);
        exitIf(Z, part, "nothing is taken away");
        test(Tcb.frame(EBX, Frame.EAX).byte_(), FLUSH);
        exitIf(NZ, whole, "a page of its own is flushed as a whole");
        here(part);
        mov(EAX, EDI);
        and(EAX, LARGE_OFFSET);
        mov(EBP.at(FROM), EAX);
        mov(ECX, EBP.at(MASK));
        add(ECX, EBP.at(BASE));
        or(EDI, LARGE_OFFSET);
        cmp(ECX, EDI);
        Label inside = fresh("inside");
        exitIf(BE, inside, "it ends inside the page");
        mov(ECX, EDI);
        here(inside);
        and(ECX, LARGE_OFFSET);
        mov(EBP.at(TO), ECX);
        jmp(label("unmap.found"));
        here(whole);
        mov(EBP.at(FROM), 0);
        mov(EBP.at(TO), LARGE_OFFSET);
        jmp(label("unmap.found"));
    }

    private void found() {
        routine("unmap.found", "in      EBX current thread - EBP unmap - ESI node of its page");
        call(label("unmap.below"));
        exitIf(C, pause, "long enough with interrupts off");
        call(label("unmap.own"));
        sub(Mem.at(at.mappingSteps).dword(), WRITE);
        here(next);
        mov(EAX, EBP.at(SPAN));
        add(EBX.at(tcb.unmapOffset), EAX);
        exitIf(C, fpageDone, "the end of the address space");
        mov(EBX.at(tcb.unmapCursor), 0);
        spend(PASS, pause);
        jmp(label("unmap.page"));
    }

    private void result() {
        routine(fpageDone, "in      EBX current thread - EBP unmap, FPAGE");
        Label unread = fresh("unread");
        Label clean = fresh("clean");
        mov(EDX, EBP.at(FPAGE));
        and(EDX, ~Fpage.ALL_RIGHTS);
        mov(EAX, EBX.at(tcb.unmapSeen));
        test(Reg8.AL, ACCESSED);
        exitIf(Z, unread, "not accessed");
        or(EDX, Fpage.READ_ONLY);
        here(unread);
        test(Reg8.AL, DIRTY);
        exitIf(Z, clean, "not written");
        or(EDX, Fpage.WRITE);
        here(clean);
        call(label("unmap.register"));
        mov(ECX.at(0), EDX);
        call(openFpage);
        dec(EBX.at(tcb.unmapLeft));
        exitIf(NZ, fpage, "another fpage");
        mov(ECX, EBX.at(thread.utcbAlias));
        mov(EAX, ECX.at(Utcb.MR0));
        mov(Tcb.frame(EBX, Frame.ESI), EAX);
        jmp(at.exitResume);
    }

    private void pause() {
        routine(pause, "in      EBX current thread, its Unmap not over; lets interrupts in");
        mov(EAX, at.unmapStub);
        sub(EAX, MemoryMap.KIP);
        mov(ECX, EBX.at(thread.space));
        add(EAX, ECX.at(SpaceLayout.KIP));
        mov(Tcb.frame(EBX, Frame.EIP), EAX);
        jmp(at.exitResume);
    }

    private void below() {
        routine("unmap.below", """
                in      EBX current thread - EBP unmap - ESI node
                holds   EDI up to where those derived from it are done
                out     CF clear: all of them; CF set: not yet. Clobbers EAX, ECX, EDX""");
        Label begin = fresh("begin");
        Label collect = fresh("collect");
        Label done = fresh("done");
        Label enough = fresh("enough");
        Label rights = fresh("rights");
        mov(EDI, EBX.at(tcb.unmapCursor));
        test(EDI, EDI);
        exitIf(Z, begin, "none yet");
        call(at.mappingIsBelow);
        Label each = fresh("each");
        exitIf(NC, each, "where the last turn ended");
        here(begin);
        mov(EDI, ESI);
        here(each);
        spend(WRITE, enough);
        call(at.mappingBelow);
        exitIf(C, done, "no more");
        call(label("unmap.inRange"));
        exitIf(NC, collect, "in the fpage");
        mov(EDI, EAX);
        jmp(each);
        here(collect);
        test(EBP.at(FPAGE).byte_(), Fpage.READ);
        exitIf(Z, rights, "it stays");
        call(at.mappingPrune);
        jmp(each);
        here(rights);
        call(label("unmap.revoke"));
        mov(EDI, EAX);
        jmp(each);
        here(enough);
        mov(EBX.at(tcb.unmapCursor), EDI);
        op("stc");
        ret();
        here(done);
        op("clc");
        ret();
    }

    private void inRange() {
        routine("unmap.inRange", """
                in      EBP unmap, FROM, TO - ESI node - EAX one derived from it
                out     CF clear: it lies in the fpage, or is a part of a larger page that does so in part. Clobbers ECX, EDX""");
        Label in = fresh("in");
        Label up = fresh("up");
        Label out = fresh("out");
        mov(ECX, EAX.at(Node.ENTRY));
        test(Reg8.CL, LARGE);
        exitIf(NZ, in, "a 4 MB page");
        and(ECX, FRAME & LARGE_OFFSET);
        lea(EDX, ECX.at(MemoryMap.PAGE - 1));
        cmp(EDX, EBP.at(FROM));
        exitIf(B, up, "before the fpage");
        cmp(ECX, EBP.at(TO));
        exitIf(BE, in, "in the fpage");
        here(up);
        test(ESI.at(Node.ENTRY).byte_(), LARGE);
        exitIf(Z, in, "there are no parts");
        mov(ECX, EAX);
        Label parent = here(fresh("parent"));
        mov(ECX, ECX.at(Node.PARENT));
        cmp(ECX, ESI);
        exitIf(E, out, "a part of the caller's page only");
        test(ECX.at(Node.ENTRY).byte_(), LARGE);
        jz(parent);
        here(in);
        op("clc");
        ret();
        here(out);
        op("stc");
        ret();
    }

    private void own() {
        routine("unmap.revoke", """
                in      EBP unmap - ESI node - EAX one derived from it, which stays
                out     rights taken away; what was accessed through it is known to the node. Clobbers ECX, EDX""");
        mov(ECX, EAX.at(Node.ENTRY));
        mov(EDX, ECX);
        shr(EDX, TOLD_SHIFT);
        or(ECX, EDX);
        and(ECX, ACCESSED | DIRTY);
        mark(ESI.at(Node.ENTRY), ECX);
        clear(EAX.at(Node.ENTRY), ACCESSED | DIRTY | TOLD);
        takeWrite(EAX);
        jmp(at.mappingForget);

        routine("unmap.own", """
                in      EBX current thread - EBP unmap - ESI node of its page
                out     what was accessed noted; rights taken away if it is flushed. Clobbers EAX, ECX, EDX""");
        Label stays = fresh("stays");
        Label kept = fresh("kept");
        mov(EAX, ESI);
        mov(ECX, EAX.at(Node.ENTRY));
        and(ECX, ACCESSED | DIRTY);
        or(EBX.at(tcb.unmapSeen), ECX);
        test(Tcb.frame(EBX, Frame.EAX).byte_(), FLUSH);
        exitIf(Z, kept, "not its own");
        test(EBP.at(FPAGE).byte_(), Fpage.READ);
        exitIf(Z, stays, "it stays readable");
        jmp(at.mappingPrune);
        here(stays);
        takeWrite(EAX);
        here(kept);
        clear(EAX.at(Node.ENTRY), ACCESSED | DIRTY);
        shl(ECX, TOLD_SHIFT);
        mark(EAX.at(Node.ENTRY), ECX);
        jmp(at.mappingForget);
    }

    /** Inline. Keeps all registers. */
    private void takeWrite(Reg32 node) {
        Label stays = fresh("writable");
        test(EBP.at(FPAGE).byte_(), Fpage.WRITE);
        exitIf(Z, stays, "it may still be written");
        clear(node.at(Node.ENTRY), WRITABLE);
        here(stays);
    }
}
