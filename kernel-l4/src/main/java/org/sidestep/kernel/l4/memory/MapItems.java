package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.L;
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
import static org.sidestep.kernel.l4.memory.Mapping.FIRST;
import static org.sidestep.kernel.l4.memory.Mapping.FPAGE;
import static org.sidestep.kernel.l4.memory.Mapping.ITEM;
import static org.sidestep.kernel.l4.memory.Mapping.LAST;
import static org.sidestep.kernel.l4.memory.Mapping.RECEIVER;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER_TCB;
import static org.sidestep.kernel.l4.memory.Mapping.STOPPED;
import static org.sidestep.kernel.l4.memory.Mapping.WINDOW;
import static org.sidestep.kernel.l4.memory.Mapping.WINDOW_MASK;
import static org.sidestep.kernel.l4.memory.Mapping.WORDS_LEFT;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.TransferWords;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.Utcb;

/**
 * The map items of a message: which part of the sender's space goes where (X.2 reference manual, "Map Item"). They are carried out
 * in turns, like {@link Unmap}; how far they have come is in the sender's TCB.
 */
public final class MapItems extends PageTableCode {

    /** What a turn does at a stretch: writes 32 entries, half of them if each takes another page's place, or passes by 128. */
    private static final int TURN = 32 * WRITE;

    private final Label overflow = label("map.items.overflow");
    private final Label stopped = label("map.items.stopped");
    private final Label notYet = label("map.items.notYet");

    public MapItems(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        items();
        otherItem();
        turn();
        item();
        decode();
        kernel.outOfLine(this::message);
    }

    private void items() {
        routine(at.mapItems);
        push(ESI);
        push(EDI);
        push(EBP);
        sub(ESP, Mapping.SIZE);
        mov(EBP, ESP);
        begin();
        Label next = here(fresh("next"));
        mov(ESI, EBP.at(ITEM));
        mov(EAX, ESI.at(0));
        and(EAX, MapItem.TYPE & ~MapItem.GRANTS);
        cmp(EAX, MapItem.MAP);
        exitIf(NE, label("map.otherItem"), "no map item");
        sub(EBP.at(WORDS_LEFT), MapItem.WORDS);
        exitIf(L, overflow, "half an item");
        mov(EAX, EBP.at(WINDOW));
        and(EAX, ~0xF);
        exitIf(Z, overflow, "no receive window");
        call(label("map.item"));
        require();
        mov(EAX, EBP.at(SENDER_TCB));
        mov(EAX.at(tcb.transfer.mapped), 0);
        add(EBP.at(ITEM), 4 * MapItem.WORDS);
        cmp(EBP.at(WORDS_LEFT), 0);
        jne(next);
        here(stopped);
        xor(EAX, EAX);
        Label done = here(fresh("done"));
        mov(EDX, EBP.at(ITEM));
        mov(ECX, EBP.at(WORDS_LEFT));
        add(ESP, Mapping.SIZE);
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
        here(notYet);
        add(EBP.at(WORDS_LEFT), MapItem.WORDS);
        mov(EAX, TransferWords.UNDER_WAY);
        jmp(done);
        here(overflow);
        mov(EAX, IpcError.MESSAGE_OVERFLOW);
        jmp(done);
    }

    private void otherItem() {
        routine("map.otherItem", "in      EAX type of an item that is no map item");
        test(EAX, StringItem.OTHER_TYPE);
        exitIf(Z, stopped, "a string: its transfer is another thing");
        jmp(overflow);
    }

    /** Inline. In: EAX fpage. Clobbers ECX. */
    private void requireMemory() {
        mov(ECX, EAX);
        and(ECX, Fpage.SIZE << Fpage.SIZE_SHIFT);
        cmp(ECX, Fpage.IO_SIZE << Fpage.SIZE_SHIFT);
        exitIf(E, at.mapPorts, "ports");
    }

    /** Two who are not the current thread have met because of it: then their message is part of what it does at a stretch. */
    private void turn() {
        routine(at.mapTurn);
        Label begins = fresh("begins");
        Label goesOn = fresh("goesOn");
        cmp(EAX, EBX);
        exitIf(E, begins, "it sends");
        cmp(ECX, EBX);
        exitIf(NE, goesOn, "it does not receive either");
        here(begins);
        mov(Mem.at(at.mappingSteps).dword(), TURN);
        here(goesOn);
        ret();
    }

    /** Inline: what there is of the item has been mapped. */
    private void require() {
        cmp(Mem.at(at.pageUsedUp).dword(), 0);
        exitIf(NE, overflow, "not all of it is mapped");
        cmp(EBP.at(STOPPED), Mapping.REFUSED);
        exitIf(E, overflow, "it cannot be mapped so");
        exitIf(A, notYet, "long enough with interrupts off");
    }

    private void begin() {
        mov(Mem.at(at.pageUsedUp).dword(), 0);
        mov(EBP.at(STOPPED), 0);
        mov(EBP.at(SENDER_TCB), EAX);
        mov(EBP.at(WINDOW), ESI);
        mov(EBP.at(WORDS_LEFT), EDI);
        mov(EDI, EAX.at(thread.space));
        mov(EBP.at(SENDER), EDI);
        mov(EDI, ECX.at(thread.space));
        mov(EBP.at(RECEIVER), EDI);
        mov(EBP.at(ITEM), EDX);
    }

    /** Behind the other routines: who has no strings to look for need not know where items begin. */
    private void message() {
        routine(at.mapMessage);
        push(EDI);
        push(EAX);
        push(ECX);
        mov(ECX, EDX.at(Utcb.MR0));
        mov(EAX, ECX);
        and(EAX, MessageTag.UNTYPED);
        lea(EDX, EDX.at(EAX, 4, Utcb.MR1.offset()));
        shr(ECX, MessageTag.TYPED_SHIFT);
        and(ECX, MessageTag.TYPED >> MessageTag.TYPED_SHIFT);
        mov(EDI, ECX);
        pop(ECX);
        pop(EAX);
        phase("those that an earlier turn has carried out are over");
        Label first = fresh("first");
        push(EBX);
        mov(EBX, EAX.at(tcb.transfer.mappedWords));
        cmp(EBX, EDI);
        exitIf(AE, first, "there are not so many: another message");
        lea(EDX, EDX.at(EBX, 4, 0));
        sub(EDI, EBX);
        here(first);
        pop(EBX);
        call(at.mapItems);
        pop(EDI);
        ret();
    }

    private void item() {
        routine("map.item", """
                in      EBP mapping; ITEM the item, SENDER_TCB how much of it is done
                out     mapped, as far as there is something to map and STOPPED allows. Keeps EBX, EBP""");
        Label pause = fresh("pause");
        spend(PASS, pause);
        mov(EAX, ESI.at(4));
        mov(EBP.at(FPAGE), EAX);
        test(EAX, Fpage.ALL_RIGHTS);
        exitIf(Z, at.mapNone, "no rights");
        requireMemory();
        mov(EAX, EBP.at(WINDOW));
        call(at.mapDecode);
        exitIf(C, at.mapNone, "no window");
        mov(EDI, EAX);
        mov(EBP.at(WINDOW_MASK), EDX);
        mov(EAX, EBP.at(FPAGE));
        call(at.mapDecode);
        exitIf(C, at.mapNone, "no page");
        mov(ECX, ESI.at(0));
        and(ECX, MapItem.SEND_BASE);
        mov(ESI, EAX);
        place();
        resume();
        jmp(at.mapRange);
        here(pause);
        mov(EBP.at(STOPPED), Mapping.NOT_YET);
        here(at.mapNone);
        ret();
    }

    /** Inline. In: ESI, EDI bases of fpage and window, EDX mask of the fpage, ECX send base. Out: ESI, EDI where they meet. */
    private void place() {
        phase("the smaller one lies at the send base inside the larger one");
        Label windowSmaller = fresh("windowSmaller");
        Label placed = fresh("placed");
        mov(EAX, EBP.at(WINDOW_MASK));
        cmp(EDX, EAX);
        exitIf(A, windowSmaller, "the window is the smaller one");
        and(ECX, EAX);
        mov(EAX, EDX);
        not(EAX);
        and(ECX, EAX);
        add(EDI, ECX);
        jmp(placed);
        here(windowSmaller);
        and(ECX, EDX);
        mov(EDX, EAX);
        not(EAX);
        and(ECX, EAX);
        add(ESI, ECX);
        here(placed);
        mov(EBP.at(FIRST), EDI);
        add(EDX, EDI);
        mov(EBP.at(LAST), EDX);
    }

    /** Inline. ESI and EDI move to what is to be done. */
    private void resume() {
        phase(
                "what an earlier turn has done of it; where the item or the window has changed meanwhile, perhaps more than all");
        mov(EAX, EBP.at(SENDER_TCB));
        mov(EAX, EAX.at(tcb.transfer.mapped));
        add(ESI, EAX);
        add(EDI, EAX);
        exitIf(C, at.mapNone, "beyond all addresses");
        cmp(EDI, EBP.at(LAST));
        exitIf(A, at.mapNone, "beyond the window");
    }

    private void decode() {
        routine(at.mapDecode);
        Label complete = fresh("complete");
        Label done = fresh("done");
        mov(ECX, EAX);
        shr(ECX, Fpage.SIZE_SHIFT);
        and(ECX, Fpage.SIZE);
        cmp(ECX, Fpage.COMPLETE_SIZE);
        exitIf(E, complete, "all there is");
        cmp(ECX, Fpage.PAGE_SHIFT);
        exitIf(B, done, "nil, an I/O fpage, or less than a page");
        cmp(ECX, 32);
        exitIf(AE, complete, "at least all there is");
        mov(EDX, -1);
        op("shl", EDX, Reg8.CL);
        and(EAX, EDX);
        not(EDX);
        op("clc");
        here(done);
        ret();
        here(complete);
        xor(EAX, EAX);
        mov(EDX, -1);
        op("clc");
        ret();
    }
}
