package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.L;
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
import static org.sidestep.kernel.l4.layout.Tcb.frame;

import java.util.function.Consumer;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.TransferWords;
import org.sidestep.kernel.l4.layout.TransferWords.Cursor;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.Utcb;

/**
 * Copies strings, step by step: takes the next descriptor or pointer of either side, or copies what lies in one chunk on both.
 * Between two steps interrupts are taken, and whoever is better runs. Each word of either UTCB is read once, when it is needed,
 * and each page is looked up at each step: whatever user level does to them meanwhile, it gets what it could have had itself.
 */
final class StringTransfer extends KernelRoutines {

    /** Bytes copied in one step, at most: what others may have to wait for. A chunk never crosses a page. */
    static final int CHUNK = 1024;

    /** EFLAGS inside the kernel: no interrupts. */
    private static final int KERNEL_EFLAGS = 2;

    private static final int LAST_BUFFER_REGISTER = Utcb.bufferRegister(Utcb.BUFFER_REGISTERS - 1);

    /** One of the two sides: its cursor, in the sender's TCB, and the registers that it reads, of the UTCB of {@code owner}. */
    private record Side(Cursor cursor, Reg32 owner, int step) {}

    private final TransferWords transfer;
    private final Side source;
    private final Side target;

    private final Label step = label("transfer.step");
    private final Label nextItem = label("transfer.item");
    private final Label sourceDescriptor = label("transfer.sourceDescriptor");
    private final Label targetDescriptor = label("transfer.targetDescriptor");

    StringTransfer(Kernel kernel) {
        super(kernel);
        transfer = tcb.transfer;
        source = new Side(transfer.source, EBX, 4);
        target = new Side(transfer.target, EBP, -4);
    }

    @Override
    public void emit() {
        begin();
        goOn();
        copy();
        exhausted();
        item();
        descriptor(sourceDescriptor, source, this::beyondMessage);
        descriptor(targetDescriptor, target, this::beyondBuffers);
    }

    /** The acceptor is as good as a buffer's descriptor without substrings, of which another follows if strings are accepted. */
    private void begin() {
        routine(at.transferBegin);
        mov(EBX.at(transfer.to), EBP);
        mov(EBP.at(transfer.from), EBX);
        phase("before the first item, and before the first buffer");
        sub(EDX, source.step);
        mov(EBX.at(source.cursor.word()), EDX);
        mov(EBX.at(target.cursor.word()), Utcb.BR0.offset());
        for (Side side : new Side[] {source, target}) {
            mov(EBX.at(side.cursor.descriptor()), 0);
            mov(EBX.at(side.cursor.pointers()), 0);
            mov(EBX.at(side.cursor.left()), 0);
        }
        mov(EAX, EBP.at(thread.utcbAlias));
        mov(EAX, EAX.at(Utcb.BR0));
        and(EAX, StringItem.ACCEPTOR);
        mov(EBX.at(transfer.more), EAX);
        mov(EBX.at(transfer.bytes), 0);
        mov(EBX.at(transfer.limit), TransferWords.Limit.UNKNOWN);
        phase("the message's last word, of the tag that was checked at its entry");
        mov(EAX, frame(EBX, Frame.ESI));
        mov(EDX, EAX);
        and(EAX, MessageTag.UNTYPED);
        and(EDX, MessageTag.TYPED);
        shr(EDX, MessageTag.TYPED_SHIFT);
        add(EAX, EDX);
        shl(EAX, 2);
        mov(EBX.at(transfer.end), EAX);
        mov(EBX.at(thread.state), State.READY);
        mov(EBP.at(thread.state), State.TRANSFER);
        goOnInside(EBX, at.transferContinue);
        goOnInside(EBP, at.transferFault);
        ret();
    }

    /** Its frame leads back into the kernel, its user IP kept beside it. */
    private void goOnInside(Reg32 party, Label place) {
        mov(EAX, frame(party, Frame.EIP));
        mov(party.at(transfer.userIp), EAX);
        mov(frame(party, Frame.EIP), place);
        mov(frame(party, Frame.CS), Selectors.KERNEL_CODE);
        mov(frame(party, Frame.EFLAGS), KERNEL_EFLAGS);
        mov(frame(party, Frame.EBX), party);
    }

    private void goOn() {
        routine(at.transferContinue);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        mov(EBP, EBX.at(transfer.to));
        mov(EDI, EBP);
        call(at.timeoutForget);

        routine(
                step,
                "in EBX current thread, sender - EBP receiver; interrupts come in here, and then transfer.continue");
        op("sti");
        op("nop");
        op("cli");
        cmp(EBX.at(source.cursor.left()), 0);
        exitIf(E, label("transfer.sourceOver"), "this substring is copied");
        cmp(EBX.at(target.cursor.left()), 0);
        exitIf(E, label("transfer.targetOver"), "this part of the buffer is full");
    }

    private void copy() {
        phase("where from, where to");
        place(source, at.userRead, at.transferSourceFault);
        lea(ESI, EAX.at(MemoryMap.WINDOW));
        place(target, at.userWrite, at.transferTargetFault);
        lea(EDI, EAX.at(MemoryMap.WINDOW));
        phase("how much: what lies in one chunk on both sides");
        rest(ECX, ESI);
        rest(EAX, EDI);
        atMost();
        mov(EAX, EBX.at(source.cursor.left()));
        atMost();
        mov(EAX, EBX.at(target.cursor.left()));
        atMost();
        for (Side side : new Side[] {source, target}) {
            sub(EBX.at(side.cursor.left()), ECX);
            add(EBX.at(side.cursor.address()), ECX);
        }
        add(EBX.at(transfer.bytes), ECX);
        mov(EAX, ECX);
        shr(ECX, 2);
        op("rep movsd");
        mov(ECX, EAX);
        and(ECX, 3);
        op("rep movsb");
        jmp(step);
    }

    /** EAX := physical address of the side's next byte. */
    private void place(Side side, Label look, Label fault) {
        mov(EDX, EBX.at(side.cursor.address()));
        cmp(EDX, MemoryMap.USER_END);
        exitIf(AE, at.transferCut, "beyond the user area");
        mov(EAX, side.owner.at(thread.pageDirectory));
        call(look);
        exitIf(C, fault, "not there");
        cmp(EAX, MemoryMap.WINDOW_SIZE);
        exitIf(AE, at.transferCut, "memory that the window does not show");
    }

    /** {@code bytes} := from {@code address} to the end of its chunk. */
    private void rest(Reg32 bytes, Reg32 address) {
        mov(bytes, address);
        not(bytes);
        and(bytes, CHUNK - 1);
        inc(bytes);
    }

    private void atMost() {
        Label less = fresh("less");
        cmp(ECX, EAX);
        exitIf(BE, less, "no more than that");
        mov(ECX, EAX);
        here(less);
    }

    private void exhausted() {
        routine("transfer.sourceOver", "in EBX sender, EBP receiver; the current substring is copied");
        nextSubstring(source, sourceDescriptor, nextItem);
        routine("transfer.targetOver", "in EBX sender, EBP receiver; the current part of the buffer is full");
        nextSubstring(target, targetDescriptor, at.transferCut);
    }

    private void nextSubstring(Side side, Label descriptor, Label end) {
        Label pointer = fresh("pointer");
        cmp(EBX.at(side.cursor.pointers()), 0);
        exitIf(NE, pointer, "another of the same descriptor");
        test(EBX.at(side.cursor.descriptor()), StringItem.COMPOUND);
        exitIf(Z, end, "it was the last");
        call(descriptor);
        exitIf(C, at.transferCut, "no further descriptor");
        jmp(step);
        here(pointer);
        dec(EBX.at(side.cursor.pointers()));
        mov(ECX, EBX.at(side.cursor.word()));
        add(ECX, side.step);
        mov(EBX.at(side.cursor.word()), ECX);
        mov(EAX, side.owner.at(thread.utcbAlias));
        mov(EAX, EAX.at(ECX, 1, 0));
        mov(EBX.at(side.cursor.address()), EAX);
        mov(EAX, EBX.at(side.cursor.descriptor()));
        shr(EAX, StringItem.LENGTH_SHIFT);
        mov(EBX.at(side.cursor.left()), EAX);
        jmp(step);
    }

    private void item() {
        routine(nextItem, "in EBX sender, EBP receiver; no string, or the end of one");
        Label map = fresh("map");
        Label skip = fresh("skip");
        Label skipped = fresh("skipped");
        mov(ECX, EBX.at(source.cursor.word()));
        cmp(ECX, EBX.at(transfer.end));
        exitIf(AE, at.transferFinish, "the message's last item");
        mov(EDX, EBX.at(thread.utcbAlias));
        lea(EDX, EDX.at(ECX, 1, source.step));
        test(EDX.at(0).dword(), StringItem.OTHER_TYPE);
        exitIf(NZ, map, "no string");
        cmp(EBX.at(transfer.more), 0);
        exitIf(E, at.transferCut, "no buffer for it");
        call(sourceDescriptor);
        exitIf(C, at.transferCut, "less than an item");
        phase("what it leaves of the buffer is not used");
        here(skip);
        mov(EAX, EBX.at(target.cursor.pointers()));
        shl(EAX, 2);
        sub(EBX.at(target.cursor.word()), EAX);
        test(EBX.at(target.cursor.descriptor()), StringItem.COMPOUND);
        exitIf(Z, skipped, "the buffer's last descriptor");
        call(targetDescriptor);
        exitIf(C, at.transferCut, "no further descriptor");
        jmp(skip);
        here(skipped);
        mov(EBX.at(target.cursor.left()), 0);
        call(targetDescriptor);
        exitIf(C, at.transferCut, "no further buffer");
        mov(EAX, EBX.at(target.cursor.descriptor()));
        and(EAX, StringItem.MORE);
        mov(EBX.at(transfer.more), EAX);
        jmp(step);
        mapItems(map);
    }

    private void mapItems(Label map) {
        phase("items that are no strings, from the sender's message: the receiver's is not the kernel's any more");
        here(map);
        mov(EDI, EBX.at(transfer.end));
        sub(EDI, ECX);
        shr(EDI, 2);
        mov(EAX, EBX);
        mov(ECX, EBP);
        call(at.mapTurn);
        mov(ESI, EBP.at(thread.utcbAlias));
        mov(ESI, ESI.at(Utcb.BR0));
        call(at.mapItems);
        cmp(EAX, TransferWords.UNDER_WAY);
        exitIf(A, at.transferCut, "not accepted");
        phase("where it stopped, be it at a string, or in the middle of an item");
        sub(EDX, EBX.at(thread.utcbAlias));
        sub(EDX, source.step);
        mov(EBX.at(source.cursor.word()), EDX);
        jmp(step);
    }

    private void descriptor(Label entry, Side side, Consumer<Label> beyond) {
        routine(entry, """
                in  EBX sender, EBP receiver; the cursor at the last word of a descriptor
                out CF clear: at the next descriptor; CF set: there is none, or it is none of a string. Clobbers EAX, ECX, EDX""");
        Label none = fresh("none");
        mov(ECX, EBX.at(side.cursor.word()));
        add(ECX, side.step);
        beyond.accept(none);
        mov(EDX, side.owner.at(thread.utcbAlias));
        mov(EAX, EDX.at(ECX, 1, 0));
        test(EAX, StringItem.OTHER_TYPE);
        exitIf(NZ, none, "no string");
        mov(EBX.at(side.cursor.word()), ECX);
        mov(EBX.at(side.cursor.descriptor()), EAX);
        shr(EAX, StringItem.SUBSTRINGS_SHIFT);
        and(EAX, StringItem.SUBSTRINGS);
        inc(EAX);
        mov(EBX.at(side.cursor.pointers()), EAX);
        if (side.step < 0) neg(EAX);
        lea(ECX, ECX.at(EAX, 4, 0));
        beyond.accept(none);
        op("clc");
        ret();
        here(none);
        op("stc");
        ret();
    }

    private void beyondMessage(Label none) {
        cmp(ECX, EBX.at(transfer.end));
        exitIf(A, none, "behind the message");
    }

    private void beyondBuffers(Label none) {
        cmp(ECX, LAST_BUFFER_REGISTER);
        exitIf(L, none, "behind the buffer registers");
    }
}
