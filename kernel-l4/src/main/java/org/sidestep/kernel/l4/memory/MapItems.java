package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.*;
import static org.sidestep.isa.Reg32.*;
import static org.sidestep.kernel.l4.memory.PageBits.*;

import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.Kernel;
import org.sidestep.kernel.l4.KernelRoutines;
import org.sidestep.kernel.l4.MemoryMap;
import org.sidestep.kernel.l4.SpaceLayout;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The map items of a message: from the sender's page table to the receiver's (X.2 reference manual, "Map Item"). */
public final class MapItems extends KernelRoutines {

    /** Bits 1-3 of a typed item's first word say what it is. */
    private static final int TYPE = 0xE;

    private static final int MAP = 8;
    private static final int MESSAGE_OVERFLOW = 4 << 1;
    private static final int BASE = 0xFFFFFC00;
    private static final int RIGHTS = 7;
    private static final int RIGHT_TO_WRITE = 2;
    private static final int COMPLETE = 1;
    private static final int LARGE_OFFSET = MemoryMap.LARGE_PAGE - 1;

    // what EBP points to while items are mapped
    private static final Struct MAPPING = Struct.upwards("mapping", 0);
    private static final Field SENDER_DIRECTORY = MAPPING.word("senderDirectory");
    private static final Field SENDER_FLAGS = MAPPING.word("senderFlags");
    private static final Field RECEIVER = MAPPING.word("receiverSpace");
    private static final Field WINDOW = MAPPING.word("window");
    private static final Field WINDOW_MASK = MAPPING.word("windowMask");
    private static final Field ITEM = MAPPING.word("item");
    private static final Field WORDS_LEFT = MAPPING.word("wordsLeft");
    private static final Field FPAGE = MAPPING.word("fpage");
    /** Last byte of the target. */
    private static final Field LAST = MAPPING.word("last");

    public MapItems(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        items();
        item();
        decode();
        range();
        lookUp();
        mapSmall();
        mapLarge();
    }

    private void items() {
        routine(at.mapItems.name(), """
                in      EAX sender - ECX receiver - EDX MR0 of the message, as the receiver got it - ESI acceptor
                holds   EBP mapping
                out     EAX 0, or the error for an item that is no map item or finds no window. Keeps EBX, ESI, EDI, EBP""");
        push(ESI);
        push(EDI);
        push(EBP);
        op("sub", ESP, imm(MAPPING.size()));
        mov(EBP, ESP);
        begin();
        here("map.items.next");
        mov(ESI, EBP.at(ITEM));
        mov(EAX, ESI.at(0));
        and(EAX, TYPE);
        cmp(EAX, MAP);
        exitIf(NE, label("map.items.overflow"), "not offered: strings, grant");
        op("sub", EBP.at(WORDS_LEFT), imm(2));
        exitIf(L, label("map.items.overflow"), "half an item");
        mov(EAX, EBP.at(WINDOW));
        and(EAX, ~0xF);
        exitIf(Z, label("map.items.overflow"), "no receive window");
        call(label("map.item"));
        add(EBP.at(ITEM), 8);
        cmp(EBP.at(WORDS_LEFT), 0);
        jne(label("map.items.next"));
        xor(EAX, EAX);
        here("map.items.done");
        add(ESP, MAPPING.size());
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
        here("map.items.overflow");
        mov(EAX, MESSAGE_OVERFLOW);
        jmp(label("map.items.done"));
    }

    private void begin() {
        mov(EBP.at(WINDOW), ESI);
        mov(EDI, EAX.at(thread.pageDirectory));
        mov(EBP.at(SENDER_DIRECTORY), EDI);
        mov(EDI, EAX.at(thread.space));
        mov(EDI, EDI.at(SpaceLayout.FLAGS));
        mov(EBP.at(SENDER_FLAGS), EDI);
        mov(EDI, ECX.at(thread.space));
        mov(EBP.at(RECEIVER), EDI);
        mov(EAX, EDX.at(0));
        mov(ECX, EAX);
        shr(ECX, 6);
        and(ECX, 63);
        mov(EBP.at(WORDS_LEFT), ECX);
        and(EAX, 63);
        add(ECX, EAX);
        cmp(ECX, 63);
        exitIf(A, label("map.items.overflow"), "more words than there are message registers");
        lea(EAX, EDX.at(EAX, 4, 4));
        mov(EBP.at(ITEM), EAX);
    }

    private void item() {
        routine("map.item", """
                in      EBP mapping; ITEM the item
                out     mapped, as far as there is something to map. Keeps EBX, EBP""");
        mov(EAX, ESI.at(4));
        mov(EBP.at(FPAGE), EAX);
        test(EAX, RIGHTS);
        exitIf(Z, label("map.none"), "no rights");
        mov(EAX, EBP.at(WINDOW));
        call(label("map.decode"));
        exitIf(C, label("map.none"), "no window");
        mov(EDI, EAX);
        mov(EBP.at(WINDOW_MASK), EDX);
        mov(EAX, EBP.at(FPAGE));
        call(label("map.decode"));
        exitIf(C, label("map.none"), "no page");
        mov(ECX, ESI.at(0));
        and(ECX, BASE);
        mov(ESI, EAX);
        phase("the smaller one lies at the send base inside the larger one");
        mov(EAX, EBP.at(WINDOW_MASK));
        cmp(EDX, EAX);
        j(A, label("map.item.windowSmaller"));
        and(ECX, EAX);
        mov(EAX, EDX);
        not(EAX);
        and(ECX, EAX);
        add(EDI, ECX);
        jmp(label("map.item.placed"));
        here("map.item.windowSmaller");
        and(ECX, EDX);
        mov(EDX, EAX);
        not(EAX);
        and(ECX, EAX);
        add(ESI, ECX);
        here("map.item.placed");
        add(EDX, EDI);
        mov(EBP.at(LAST), EDX);
        jmp(label("map.range"));
        here("map.none");
        ret();
    }

    private void decode() {
        routine("map.decode", """
                in      EAX fpage
                out     CF set: nil, an I/O fpage, or smaller than a page; else EAX base, EDX size - 1. Clobbers ECX""");
        mov(ECX, EAX);
        shr(ECX, 4);
        and(ECX, 63);
        cmp(ECX, COMPLETE);
        je(label("map.decode.complete"));
        cmp(ECX, 12);
        j(B, label("map.decode.done"));
        cmp(ECX, 32);
        j(AE, label("map.decode.complete"));
        mov(EDX, -1);
        op("shl", EDX, Reg8.CL);
        and(EAX, EDX);
        not(EDX);
        op("clc");
        here("map.decode.done");
        ret();
        here("map.decode.complete");
        xor(EAX, EAX);
        mov(EDX, -1);
        op("clc");
        ret();
    }

    private void range() {
        routine("map.range", """
                in      EBP mapping - ESI source - EDI target, up to LAST
                out     mapped, holes and the kernel's own pages left out. Keeps EBX, EBP""");
        cmp(EDI, MemoryMap.USER_END);
        exitIf(AE, label("map.none"), "beyond the user area");
        cmp(ESI, MemoryMap.USER_END);
        exitIf(AE, label("map.none"), "beyond the user area");
        call(label("map.lookUp"));
        j(C, label("map.range.advance"));
        test(EBP.at(FPAGE).byte_(), RIGHT_TO_WRITE);
        jnz(label("map.range.rights"));
        and(EAX, ~WRITABLE);
        here("map.range.rights");
        test(Reg8.AL, LARGE);
        jz(label("map.range.small"));
        call(label("map.large"));
        j(NC, label("map.range.advance"));
        here("map.range.small");
        call(label("map.small"));
        mov(EDX, MemoryMap.PAGE);
        here("map.range.advance");
        add(ESI, EDX);
        add(EDI, EDX);
        cmp(EDI, EBP.at(LAST));
        j(BE, label("map.range"));
        ret();
    }

    private void lookUp() {
        routine("map.lookUp", """
                in      EBP mapping - ESI source
                out     CF set: nothing there for EDX bytes; else EAX its page's table entry (LARGE: a directory entry). Clobbers ECX""");
        test(EBP.at(SENDER_FLAGS).byte_(), SpaceLayout.SIGMA0);
        jnz(label("map.lookUp.sigma0"));
        mov(EAX, EBP.at(SENDER_DIRECTORY));
        mov(ECX, ESI);
        shr(ECX, 22);
        mov(EAX, EAX.at(ECX, 4, MemoryMap.WINDOW));
        test(Reg8.AL, PRESENT);
        jz(label("map.lookUp.noTable"));
        test(Reg8.AL, LARGE);
        jnz(label("map.lookUp.found"));
        and(EAX, FRAME);
        mov(ECX, ESI);
        shr(ECX, 10);
        and(ECX, 0xFFC);
        mov(EAX, EAX.at(ECX, 1, MemoryMap.WINDOW));
        mov(ECX, EAX);
        and(ECX, PRESENT | KERNEL_OWNED);
        cmp(ECX, PRESENT);
        jne(label("map.lookUp.noPage"));
        here("map.lookUp.found");
        and(EAX, FRAME | LARGE | USER_TABLE);
        ret();

        here("map.lookUp.noTable");
        mov(EDX, ESI);
        and(EDX, LARGE_OFFSET);
        neg(EDX);
        add(EDX, MemoryMap.LARGE_PAGE);
        op("stc");
        ret();

        phase("sigma0 has all memory, whether or not it has touched it");
        here("map.lookUp.sigma0");
        mov(EAX, ESI);
        cmp(ESI, MemoryMap.USER_MEMORY);
        j(AE, label("map.lookUp.large"));
        mov(EDX, ESI);
        call(label("page.reserved"));
        exitIf(C, label("map.lookUp.noPage"), "the kernel's");
        and(EAX, FRAME);
        or(EAX, USER_TABLE);
        ret();
        here("map.lookUp.large");
        and(EAX, ~LARGE_OFFSET);
        or(EAX, USER_TABLE | LARGE);
        ret();
        here("map.lookUp.noPage");
        mov(EDX, MemoryMap.PAGE);
        op("stc");
        ret();
    }

    private void mapSmall() {
        routine("map.small", """
                in      EBP mapping - EAX table entry (LARGE: of the 4 MB page of which ESI is a part) - EDI target
                out     the page mapped, unless the target is the kernel's. Keeps EBX, ESI, EDI, EBP""");
        test(Reg8.AL, LARGE);
        jz(label("map.small.entry"));
        mov(ECX, ESI);
        and(ECX, LARGE_OFFSET & FRAME);
        and(EAX, ~(LARGE_OFFSET & FRAME | LARGE));
        or(EAX, ECX);
        here("map.small.entry");
        mov(ECX, EBP.at(RECEIVER));
        mov(EDX, EDI);
        op("sub", EDX, ECX.at(SpaceLayout.UTCB_AREA));
        cmp(EDX, ECX.at(SpaceLayout.UTCB_AREA_SIZE));
        exitIf(B, label("map.none"), "the receiver's UTCB area");
        mov(EDX, EDI);
        op("sub", EDX, ECX.at(SpaceLayout.KIP));
        cmp(EDX, MemoryMap.PAGE);
        exitIf(B, label("map.none"), "the receiver's kernel interface page");
        push(EAX);
        mov(EAX, ECX.at(SpaceLayout.PAGE_DIRECTORY));
        mov(EDX, EDI);
        call(label("page.entry"));
        pop(EDX);
        test(EAX, EAX);
        exitIf(Z, label("map.none"), "a 4 MB page is there, or no memory for a page table");
        phase("install");
        install(EAX, EDX);
    }

    /** Puts {@code value} into the entry that {@code entry} points to: more rights on the same frame, else a replacement. */
    private void install(Reg32 entry, Reg32 value) {
        mov(ECX, entry.at(0));
        test(Reg8.CL, PRESENT);
        Mem target = entry.at(0).dword();
        var fresh = fresh("fresh");
        jz(fresh);
        xor(ECX, value);
        and(ECX, FRAME);
        var replace = fresh("replace");
        jnz(replace);
        or(value, target);
        here(replace);
        mov(target, value);
        op("invlpg", EDI.at(0));
        op("clc");
        ret();
        here(fresh);
        mov(target, value);
        op("clc");
        ret();
    }

    private void mapLarge() {
        routine("map.large", """
                in      EBP mapping - EAX directory entry of the source's 4 MB page - ESI source - EDI target
                out     CF set: has to be mapped as small pages; else mapped, EDX 4 MB. Keeps EAX if CF, EBX, ESI, EDI, EBP""");
        mov(ECX, ESI);
        or(ECX, EDI);
        test(ECX, LARGE_OFFSET);
        exitIf(NZ, label("map.large.not"), "not aligned");
        lea(ECX, EDI.at(LARGE_OFFSET));
        cmp(ECX, EBP.at(LAST));
        exitIf(A, label("map.large.not"), "less than 4 MB wanted");
        mov(ECX, EBP.at(RECEIVER));
        for (Field area : new Field[] {SpaceLayout.UTCB_AREA, SpaceLayout.KIP}) {
            mov(EDX, ECX.at(area));
            and(EDX, ~LARGE_OFFSET);
            cmp(EDX, EDI);
            exitIf(E, label("map.large.not"), "the kernel's pages are there");
        }
        mov(EDX, EDI);
        shr(EDX, 22);
        mov(ECX, ECX.at(SpaceLayout.PAGE_DIRECTORY));
        lea(ECX, ECX.at(EDX, 4, MemoryMap.WINDOW));
        mov(EDX, ECX.at(0));
        and(EDX, PRESENT | LARGE);
        cmp(EDX, PRESENT);
        exitIf(E, label("map.large.not"), "a page table is there");
        mov(EDX, ECX);
        call(label("map.large.install"));
        mov(EDX, MemoryMap.LARGE_PAGE);
        op("clc");
        ret();
        here("map.large.not");
        op("stc");
        ret();
        here("map.large.install");
        install(EDX, EAX);
    }
}
