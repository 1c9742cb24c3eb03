package org.sidestep.kernel.l4.sigma0;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.SIGMA0_IMAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.UTCB_AREA;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW_SIZE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.kip.MemoryDescriptors;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MemoryAttribute;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The first server, at user level: hands out memory 1:1 (X.2 reference manual, "Sigma0 Protocol"). What a page is
 * the interface page says. What the boot loader has left (images, modules, tables) and devices are the root task's alone; any other
 * page is conventional memory, given once, to the first thread that asks for it. It trusts nobody:
 * what is no request gets no answer, and an answer waits for no one. Its own memory appears as it touches it, and it may read the
 * kernel's thread control blocks, by which it knows a client's space: no space but the root task's gets more than its share.
 */
public final class Sigma0 extends KernelRoutines {

    private static final int BSS = SIGMA0_IMAGE + PAGE;
    private static final int STACK = 512;
    private static final int UTCB = UTCB_AREA + Utcb.ORIGIN;

    private static final int FREE = 1 << MemoryDescriptors.CONVENTIONAL;
    /** What is given to one thread only, the root task's. */
    private static final int ROOTS = FREE | 1 << MemoryDescriptors.BOOT_LOADER;

    /** What has no owner. */
    private static final int DEVICES =
            1 << MemoryDescriptors.SHARED | 1 << MemoryDescriptors.DEDICATED | 1 << MemoryDescriptors.ARCHITECTURE;

    private static final int PAGES = WINDOW_SIZE / PAGE;

    /** A space's share of the conventional memory beyond the root task's image is one part of 2 to this. */
    private static final int SHARE_SHIFT = 3;

    /** A slot for each page of the heap, of which the kernel could make a space; those that it has had before leave their numbers there. */
    private static final int SLOTS = (MemoryMap.KERNEL_MEMORY_SIZE - MemoryMap.HEAP_PAGES) / PAGE;

    /** A slot: the space's number, the pages that it has. */
    private static final int SLOT = 8;

    private static final int SLOT_PAGES = 4;

    /** Of the extended protocol: tell of the pools. The other one, to be talkative, is for who has a console. */
    private static final int DUMP = 2;

    private final Label clientWord = label("sigma0.client");
    private final Label endWord = label("sigma0.end");
    private final Label owners = label("sigma0.owners");
    /** The root task's thread control block. */
    private static final int ROOT_TCB =
            MemoryMap.TCBS_VIEW + (Threads.ROOT >>> ThreadId.NUMBER_SHIFT << MemoryMap.TCB_SHIFT);

    private final Label mostWord = label("sigma0.most");
    private final Label slots = label("sigma0.slots");
    private final Mem client = Mem.at(clientWord).dword();
    private final Mem end = Mem.at(endWord).dword();
    private final Label givenWord = label("sigma0.given");
    /** Pages that have been given to somebody. */
    private final Mem given = Mem.at(givenWord).dword();
    /** Pages of a share. */
    private final Mem most = Mem.at(mostWord).dword();
    /** Of page ECX: global id of the thread that has it, or 0. */
    private final Mem owner = Mem.at(owners, ECX, 4).dword();

    private final MemoryDescriptors descriptors = new MemoryDescriptors(asm);
    private final Label stack = label("sigma0.stack");
    private final Label ipc = label("sigma0.ipc");
    private final Label conventional = label("sigma0.conventional");
    private final Label refuse = label("sigma0.refuse");

    public Sigma0(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        asm.section("sigma0", SIGMA0_IMAGE, SIGMA0_IMAGE);
        entry();
        measure();
        edge();
        pageFault();
        request();
        conventional();
        anywhere();
        extended();
        reply();
        claim();
        share();
        routine("sigma0.is", MemoryDescriptors.CONTRACT);
        descriptors.emitAre(KIP);
        asm.zeroSection("sigma0.bss", BSS, BSS);
        asm.reserve(STACK);
        here(stack);
        variable(clientWord, 4);
        variable(endWord, 4);
        variable(mostWord, 4);
        variable(givenWord, 4);
        variable(slots, SLOTS * SLOT);
        variable(owners, 4 * PAGES);
        kernel.text();
    }

    private void variable(Label place, int bytes) {
        here(place);
        asm.reserve(bytes);
    }

    private void entry() {
        routine(at.sigma0Entry);
        mov(ESP, stack);
        call(label("sigma0.measure"));
        routine("sigma0.wait", "waits for a request");
        Label wait = label("sigma0.wait");
        xor(EAX, EAX);
        xor(ECX, ECX);
        xor(ESI, ESI);
        here(ipc);
        mov(EDX, ThreadId.ANY);
        mov(EDI, UTCB);
        call(at.stubs.get(SystemCall.IPC));
        test(ESI, MessageTag.ERROR);
        exitIf(NZ, wait, "the client did not take its answer, or sent more than words");
        mov(client, EAX);
        mov(EDX, ESI);
        and(EDX, MessageTag.UNTYPED);
        sub(EDX, Protocol.SIGMA0.words());
        cmp(EDX, 1);
        exitIf(A, wait, "malformed: no reply");
        mov(ECX, ESI);
        shr(ECX, Protocol.TAG_SHIFT);
        cmp(ECX, Protocol.PAGE_FAULT.highBits());
        exitIf(E, label("sigma0.fault"), "a page fault");
        cmp(ECX, Protocol.SIGMA0.highBits());
        exitIf(E, label("sigma0.request"), "a request");
        cmp(ECX, Protocol.SIGMA0_EXTENDED.highBits());
        exitIf(E, label("sigma0.extended"), "a question");
        jmp(wait);
    }

    /** Once, at the start: the end of conventional memory, and how much of it is a share. */
    private void measure() {
        routine("sigma0.measure", "out     end and most. Clobbers all");
        Label bounded = fresh("bounded");
        highest();
        cmp(EBX, WINDOW_SIZE - 1);
        exitIf(BE, bounded, "the kernel sees all of it");
        mov(EBX, WINDOW_SIZE - 1);
        here(bounded);
        inc(EBX);
        and(EBX, -PAGE);
        lastFree();
        mov(end, EBX);
        Label shared = fresh("shared");
        mov(EAX, Mem.absolute(KIP + Kip.ROOT_SERVER + Kip.HIGH).dword());
        cmp(EBX, EAX);
        exitIf(B, shared, "the root task lies above");
        sub(EBX, EAX);
        here(shared);
        shr(EBX, Fpage.PAGE_SHIFT + SHARE_SHIFT);
        mov(most, EBX);
        ret();
    }

    private void highest() {
        phase("EBX the last byte of conventional memory");
        Label skip = fresh("skip");
        xor(EBX, EBX);
        descriptors.each(KIP, () -> {
            mov(EAX, EDI.at(0).dword());
            and(EAX, MemoryDescriptors.TYPE | MemoryDescriptors.VIRTUAL);
            cmp(EAX, MemoryDescriptors.CONVENTIONAL);
            exitIf(NE, skip, "not conventional");
            mov(EAX, EDI.at(4).dword());
            or(EAX, MemoryDescriptors.GRAIN - 1);
            cmp(EAX, EBX);
            exitIf(BE, skip, "another one ends higher");
            mov(EBX, EAX);
            here(skip);
        });
    }

    private void lastFree() {
        phase("EBX the end of the last page that is free: what lies behind is not looked through again");
        Label beyond = fresh("beyond");
        mov(ESI, PAGE);
        mov(EDX, FREE);
        Label lower = here(fresh("lower"));
        sub(EBX, ESI);
        exitIf(B, beyond, "there is none");
        call(label("sigma0.is"));
        exitIf(NC, beyond, "this one is");
        call(label("sigma0.edge"));
        jmp(lower);
        here(beyond);
        add(EBX, ESI);
    }

    /** Memory changes its type there and nowhere else. */
    private void edge() {
        routine("sigma0.edge", """
                in      EBX address of a page
                out     EBX the highest begin or end of a descriptor up to there, rounded to a page below, or 0. Clobbers EAX, ECX, EDI""");
        push(EDX);
        xor(EAX, EAX);
        descriptors.each(KIP, () -> {
            mov(EDX, EDI.at(0).dword());
            higher();
            mov(EDX, EDI.at(4).dword());
            or(EDX, MemoryDescriptors.GRAIN - 1);
            inc(EDX);
            higher();
        });
        mov(EBX, EAX);
        pop(EDX);
        ret();
    }

    /** Inline. EAX becomes the page at EDX if that is higher and not beyond EBX. */
    private void higher() {
        Label skip = fresh("skip");
        and(EDX, -PAGE);
        cmp(EDX, EBX);
        exitIf(A, skip, "beyond");
        cmp(EDX, EAX);
        exitIf(BE, skip, "another one is higher");
        mov(EAX, EDX);
        here(skip);
    }

    private void pageFault() {
        routine("sigma0.fault", "in      EBX fault address");
        and(EBX, -PAGE);
        mov(EBP, Fpage.PAGE_SHIFT);
        mov(ESI, PAGE);
        jmp(conventional);
    }

    private void request() {
        routine("sigma0.request", """
                in      EBX fpage wanted - EBP attribute
                holds   EBX base - EBP log2 size - ESI size""");
        cmp(EBP, MemoryAttribute.WRITE_BACK);
        exitIf(A, refuse, "an attribute that is the root task's to set");
        mov(ECX, EBX);
        shr(ECX, Fpage.SIZE_SHIFT);
        and(ECX, Fpage.SIZE);
        mov(EBP, ECX);
        sub(ECX, Fpage.PAGE_SHIFT);
        cmp(ECX, 31 - Fpage.PAGE_SHIFT);
        exitIf(A, refuse, "less than a page, or all there is");
        mov(ECX, EBP);
        mov(ESI, 1);
        op("shl", ESI, Reg8.CL);
        and(EBX, Fpage.BASE);
        cmp(EBX, Fpage.BASE);
        exitIf(E, label("sigma0.anywhere"), "wherever there is some");
        mov(EAX, ESI);
        neg(EAX);
        and(EBX, EAX);
        lea(EAX, EBX.at(ESI, 1, -1));
        cmp(EAX, MemoryMap.TCBS_VIEW);
        exitIf(AE, refuse, "where it sees the thread control blocks, or above");
        mov(EDX, DEVICES);
        call(label("sigma0.is"));
        exitIf(C, conventional, "no device");
        cmp(client, Threads.ROOT);
        exitIf(NE, refuse, "devices are the root task's, who may pass them on");
        jmp(label("sigma0.grant"));
    }

    private void conventional() {
        Label others = fresh("others");
        here(conventional);
        lea(EAX, EBX.at(ESI, 1, 0));
        cmp(EAX, WINDOW_SIZE);
        exitIf(A, refuse, "the kernel does not see it");
        mov(EDX, FREE);
        cmp(client, Threads.ROOT);
        exitIf(NE, others, "not the root task");
        mov(EDX, ROOTS);
        here(others);
        call(label("sigma0.is"));
        exitIf(C, refuse, "not memory, or not for it");
        call(label("sigma0.claim"));
        exitIf(NC, label("sigma0.grant"), "all of it is its own");
        jmp(refuse);
    }

    private void anywhere() {
        routine("sigma0.anywhere", """
                in      EBP log2 size - ESI size
                holds   EBX base, from the top of memory down""");
        mov(EDI, ESI);
        shr(EDI, Fpage.PAGE_SHIFT);
        call(label("sigma0.share"));
        exitIf(C, refuse, "more than its share: no search");
        mov(EBX, end);
        mov(EAX, ESI);
        neg(EAX);
        and(EBX, EAX);
        Label next = here(fresh("next"));
        mov(EAX, EBX);
        sub(EAX, ESI);
        exitIf(B, refuse, "no block of this size is free");
        mov(EBX, EAX);
        mov(EDX, FREE);
        call(label("sigma0.is"));
        j(C, next);
        call(label("sigma0.isFree"));
        j(C, next);
        call(label("sigma0.claim"));
        jmp(label("sigma0.grant"));
    }

    /** Whoever wants to know what its space has had, and may have, is told. */
    private void extended() {
        routine("sigma0.extended", """
                in      EBX command
                out     to a dump: MR1 pages that the client's space has, MR2 how many it may have, MR3 those that all have""");
        Label limited = fresh("limited");
        cmp(EBX, DUMP);
        exitIf(NE, label("sigma0.wait"), "no question, or one without answer");
        xor(EDI, EDI);
        call(label("sigma0.share"));
        exitIf(C, label("sigma0.wait"), "it has gone away meanwhile");
        mov(Mem.absolute(UTCB + Utcb.MR1.offset()).dword(), EDI);
        mov(ECX, most);
        mov(EAX, EAX.at(0).dword());
        cmp(EAX, Mem.absolute(ROOT_TCB + tcb.spaceNumber.offset()).dword().of(tcb.spaceNumber));
        exitIf(NE, limited, "not the root task's space");
        mov(ECX, -1);
        here(limited);
        mov(Mem.absolute(UTCB + Utcb.MR2.offset()).dword(), ECX);
        mov(ECX, given);
        mov(Mem.absolute(UTCB + Utcb.MR3.offset()).dword(), ECX);
        mov(EAX, client);
        mov(ECX, Time.SEND_AT_ONCE);
        mov(ESI, MessageTag.of(0, 3));
        jmp(ipc);
    }

    private void reply() {
        routine("sigma0.grant", "in      EBX base - EBP log2 size");
        Label reply = fresh("reply");
        shl(EBP, Fpage.SIZE_SHIFT);
        lea(ECX, EBX.at(EBP, 1, Fpage.ALL_RIGHTS));
        or(EBX, MapItem.MAP);
        jmp(reply);
        here(refuse);
        mov(EBX, MapItem.MAP);
        xor(ECX, ECX);
        here(reply);
        mov(Mem.absolute(UTCB + Utcb.MR1.offset()).dword(), EBX);
        mov(Mem.absolute(UTCB + Utcb.MR2.offset()).dword(), ECX);
        mov(EAX, client);
        mov(ECX, Time.SEND_AT_ONCE);
        mov(ESI, MapItem.TAG);
        jmp(ipc);
    }

    private void claim() {
        routine("sigma0.claim", """
                in      EBX base - ESI size
                out     CF clear: all its pages are the client's; CF set: some have another owner, or they exceed its space's
                        share. Clobbers EAX, ECX, EDX, EDI""");
        Label taken = fresh("taken");
        mov(EDX, client);
        xor(EDI, EDI);
        eachPage(() -> {
            Label own = fresh("own");
            mov(EAX, owner);
            cmp(EAX, EDX);
            exitIf(E, own, "it has it already");
            test(EAX, EAX);
            exitIf(NZ, taken, "it is another one's");
            inc(EDI);
            here(own);
        });
        push(EDI);
        call(label("sigma0.share"));
        pop(ECX);
        exitIf(C, taken, "more than its share");
        add(given, ECX);
        mov(EAX.at(SLOT_PAGES).dword(), EDI);
        eachPage(() -> mov(owner, EDX));
        op("clc");
        ret();
        here(taken);
        op("stc");
        ret();

        routine("sigma0.isFree", """
                in      EBX base - ESI size
                out     CF clear: no page has an owner. Clobbers ECX""");
        eachPage(() -> {
            cmp(owner, 0);
            exitIf(NE, taken, "it is somebody's");
        });
        op("clc");
        ret();
    }

    /** A space has a share, not a thread: it would have as many shares as threads. */
    private void share() {
        routine("sigma0.share", """
                in      EDI pages that the client has not yet
                out     CF clear: its space may have them, EAX its slot, EDI how many it then has; CF set: more than its share.
                        Clobbers ECX""");
        Label exceeded = fresh("exceeded");
        Label unlimited = fresh("unlimited");
        Label known = fresh("known");
        mov(EAX, client);
        shr(EAX, ThreadId.NUMBER_SHIFT);
        shl(EAX, MemoryMap.TCB_SHIFT);
        add(EAX, MemoryMap.TCBS_VIEW);
        mov(ECX, client);
        cmp(EAX.at(thread.globalId), ECX);
        exitIf(NE, exceeded, "it has gone away meanwhile");
        mov(ECX, EAX.at(tcb.spaceNumber));
        mov(EAX, EAX.at(thread.space));
        shr(EAX, Fpage.PAGE_SHIFT);
        and(EAX, SLOTS - 1);
        lea(EAX, Mem.at(slots, EAX, SLOT));
        cmp(EAX.at(0).dword(), ECX);
        exitIf(E, known, "it has asked before");
        mov(EAX.at(0).dword(), ECX);
        mov(EAX.at(SLOT_PAGES).dword(), 0);
        here(known);
        add(EDI, EAX.at(SLOT_PAGES));
        cmp(ECX, Mem.absolute(ROOT_TCB + tcb.spaceNumber.offset()).dword().of(tcb.spaceNumber));
        exitIf(E, unlimited, "the root task's space");
        cmp(EDI, most);
        exitIf(A, exceeded, "more than its share");
        here(unlimited);
        op("clc");
        ret();
        here(exceeded);
        op("stc");
        ret();
    }

    /** With ECX the number of each page of the block. */
    private void eachPage(Runnable body) {
        mov(ECX, EBX);
        shr(ECX, Fpage.PAGE_SHIFT);
        Label next = here(fresh("next"));
        body.run();
        inc(ECX);
        mov(EAX, ECX);
        shl(EAX, Fpage.PAGE_SHIFT);
        sub(EAX, EBX);
        cmp(EAX, ESI);
        j(B, next);
    }
}
