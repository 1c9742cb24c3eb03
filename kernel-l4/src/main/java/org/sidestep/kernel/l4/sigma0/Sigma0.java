package org.sidestep.kernel.l4.sigma0;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
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
import static org.sidestep.kernel.l4.layout.MemoryMap.BOOT_CODE;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.SIGMA0_IMAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_MEMORY;
import static org.sidestep.kernel.l4.layout.MemoryMap.UTCB_AREA;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW_SIZE;

import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The first server, at user level: hands out memory 1:1 (X.2 reference manual, "Sigma0 Protocol"). The root task's image and
 * devices are the root task's alone; any other page is given once, to the first thread that asks for it. It trusts nobody:
 * what is no request gets no answer, and an answer waits for no one. Its own memory appears as it touches it.
 */
public final class Sigma0 extends KernelRoutines {

    private static final int BSS = SIGMA0_IMAGE + PAGE;
    private static final int STACK = 512;
    private static final int UTCB = UTCB_AREA + Utcb.ORIGIN;

    private static final int DEVICES = 0xA0000;
    private static final int PAGES = WINDOW_SIZE / PAGE;

    private final Mem client = Mem.at(label("sigma0.client")).dword();
    private final Mem end = Mem.at(label("sigma0.end")).dword();
    /** Of page ECX: global id of the thread that has it, or 0. */
    private final Mem owner = Mem.at(label("sigma0.owners"), ECX, 4).dword();

    public Sigma0(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        asm.section("sigma0", SIGMA0_IMAGE, SIGMA0_IMAGE);
        entry();
        pageFault();
        request();
        anywhere();
        reply();
        claim();
        asm.zeroSection("sigma0.bss", BSS, BSS);
        asm.reserve(STACK);
        here("sigma0.stack");
        variable("sigma0.client", 4);
        variable("sigma0.end", 4);
        variable("sigma0.owners", 4 * PAGES);
        kernel.text();
    }

    private void variable(String name, int bytes) {
        here(name);
        asm.reserve(bytes);
    }

    private void entry() {
        routine(at.sigma0Entry);
        mov(ESP, label("sigma0.stack"));
        mov(EAX, Mem.absolute(KIP + Kip.CONVENTIONAL_HIGH).dword());
        add(EAX, 0x400);
        mov(end, EAX);
        here("sigma0.wait");
        xor(EAX, EAX);
        xor(ECX, ECX);
        xor(ESI, ESI);
        here("sigma0.ipc");
        mov(EDX, ThreadId.ANY);
        mov(EDI, UTCB);
        call(at.stubs.get(SystemCall.IPC));
        test(ESI, MessageTag.ERROR);
        exitIf(NZ, label("sigma0.wait"), "the client did not take its answer, or sent more than words");
        mov(client, EAX);
        mov(EDX, ESI);
        and(EDX, MessageTag.UNTYPED);
        sub(EDX, Protocol.SIGMA0.words());
        cmp(EDX, 1);
        exitIf(A, label("sigma0.wait"), "malformed: no reply");
        mov(ECX, ESI);
        shr(ECX, Protocol.TAG_SHIFT);
        cmp(ECX, Protocol.PAGE_FAULT.highBits());
        je(label("sigma0.fault"));
        cmp(ECX, Protocol.SIGMA0.highBits());
        je(label("sigma0.request"));
        jmp(label("sigma0.wait"));
    }

    private void pageFault() {
        routine("sigma0.fault", "in      EBX fault address");
        and(EBX, -PAGE);
        mov(EBP, Fpage.PAGE_SHIFT);
        mov(ESI, PAGE);
        jmp(label("sigma0.conventional"));
    }

    private void request() {
        routine("sigma0.request", """
                in      EBX fpage wanted
                holds   EBX base - EBP log2 size - ESI size""");
        mov(ECX, EBX);
        shr(ECX, Fpage.SIZE_SHIFT);
        and(ECX, Fpage.SIZE);
        mov(EBP, ECX);
        sub(ECX, Fpage.PAGE_SHIFT);
        cmp(ECX, 31 - Fpage.PAGE_SHIFT);
        exitIf(A, label("sigma0.refuse"), "less than a page, or all there is");
        mov(ECX, EBP);
        mov(ESI, 1);
        op("shl", ESI, Reg8.CL);
        and(EBX, Fpage.BASE);
        cmp(EBX, Fpage.BASE);
        je(label("sigma0.anywhere"));
        mov(EAX, ESI);
        neg(EAX);
        and(EBX, EAX);
        phase("devices are the root task's, who may pass them on");
        cmp(EBX, end);
        j(AE, label("sigma0.device"));
        cmp(EBX, DEVICES);
        exitIf(B, label("sigma0.refuse"), "reserved");
        lea(EAX, EBX.at(ESI, 1, 0));
        cmp(EAX, BOOT_CODE);
        j(BE, label("sigma0.device"));
        here("sigma0.conventional");
        cmp(EBX, USER_MEMORY);
        exitIf(B, label("sigma0.refuse"), "reserved");
        lea(EAX, EBX.at(ESI, 1, 0));
        cmp(EAX, end);
        exitIf(A, label("sigma0.refuse"), "no memory");
        cmp(EBX, at.userEnd);
        j(AE, label("sigma0.unclaimed"));
        cmp(client, Threads.ROOT);
        exitIf(NE, label("sigma0.refuse"), "the root task's image");
        here("sigma0.unclaimed");
        call(label("sigma0.claim"));
        j(NC, label("sigma0.grant"));
        jmp(label("sigma0.refuse"));
        here("sigma0.device");
        cmp(client, Threads.ROOT);
        exitIf(NE, label("sigma0.refuse"), "not the root task");
        jmp(label("sigma0.grant"));
    }

    private void anywhere() {
        routine("sigma0.anywhere", """
                in      EBP log2 size - ESI size
                holds   EBX base, from the top of memory down, to the root task's image""");
        mov(EBX, end);
        mov(EAX, ESI);
        neg(EAX);
        and(EBX, EAX);
        here("sigma0.anywhere.next");
        mov(EAX, EBX);
        sub(EAX, ESI);
        exitIf(B, label("sigma0.refuse"), "larger than memory");
        mov(EBX, EAX);
        cmp(EBX, at.userEnd);
        exitIf(B, label("sigma0.refuse"), "no block of this size is free");
        call(label("sigma0.isFree"));
        j(C, label("sigma0.anywhere.next"));
        call(label("sigma0.claim"));
        jmp(label("sigma0.grant"));
    }

    private void reply() {
        routine("sigma0.grant", "in      EBX base - EBP log2 size");
        shl(EBP, Fpage.SIZE_SHIFT);
        lea(ECX, EBX.at(EBP, 1, Fpage.ALL_RIGHTS));
        or(EBX, MapItem.MAP);
        jmp(label("sigma0.reply"));
        here("sigma0.refuse");
        mov(EBX, MapItem.MAP);
        xor(ECX, ECX);
        here("sigma0.reply");
        mov(Mem.absolute(UTCB + Utcb.MR1.offset()).dword(), EBX);
        mov(Mem.absolute(UTCB + Utcb.MR2.offset()).dword(), ECX);
        mov(EAX, client);
        mov(ECX, Time.SEND_AT_ONCE);
        mov(ESI, MapItem.TAG);
        jmp(label("sigma0.ipc"));
    }

    private void claim() {
        routine("sigma0.claim", """
                in      EBX base - ESI size
                out     CF clear: all its pages are the client's; CF set: some have another owner. Clobbers EAX, ECX, EDX""");
        mov(EDX, client);
        eachPage("sigma0.claim.check", () -> {
            mov(EAX, owner);
            test(EAX, EAX);
            jz(label("sigma0.claim.free"));
            cmp(EAX, EDX);
            jne(label("sigma0.claim.taken"));
            here("sigma0.claim.free");
        });
        eachPage("sigma0.claim.take", () -> mov(owner, EDX));
        op("clc");
        ret();
        here("sigma0.claim.taken");
        op("stc");
        ret();

        routine("sigma0.isFree", """
                in      EBX base - ESI size
                out     CF clear: no page has an owner. Clobbers ECX""");
        eachPage("sigma0.isFree.check", () -> {
            cmp(owner, 0);
            jne(label("sigma0.claim.taken"));
        });
        op("clc");
        ret();
    }

    /** With ECX the number of each page of the block. */
    private void eachPage(String name, Runnable body) {
        mov(ECX, EBX);
        shr(ECX, Fpage.PAGE_SHIFT);
        here(name);
        body.run();
        inc(ECX);
        mov(EAX, ECX);
        shl(EAX, Fpage.PAGE_SHIFT);
        sub(EAX, EBX);
        cmp(EAX, ESI);
        j(B, label(name));
    }
}
