package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.TOLD_SHIFT;

import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;

/**
 * Which page was mapped from which: trees of {@link Node}s. No step of it takes longer than the deepest tree; who takes many lets
 * interrupts in between.
 */
public final class MappingDatabase extends PageTableCode {

    private static final int TABLES = MemoryMap.WINDOW_SIZE / MemoryMap.TABLE;

    public MappingDatabase(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        adopt();
        below();
        isBelow();
        prune();
        drop();
        remove();
        forget();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(at.mappingSteps);
        asm.reserve(4);
        here(at.mappingChanges);
        asm.reserve(4);
        here(at.tableOwners);
        asm.reserve(4 * TABLES);
        kernel.text();
    }

    private void adopt() {
        routine(at.mappingAdopt);
        Label root = fresh("root");
        Label last = fresh("last");
        inc(Mem.at(at.mappingChanges).dword());
        mov(EDX.at(Node.PARENT), EAX);
        mov(EDX.at(Node.PREVIOUS), EAX);
        mov(EDX.at(Node.NEXT), 0);
        test(EAX, EAX);
        exitIf(Z, root, "a tree of its own");
        mov(ECX, EAX.at(Node.NEXT));
        mov(EDX.at(Node.NEXT), ECX);
        mov(EAX.at(Node.NEXT), EDX);
        test(ECX, ECX);
        exitIf(Z, last, "the list ends here");
        mov(ECX.at(Node.PREVIOUS), EDX);
        here(last);
        here(root);
        ret();
    }

    /** In preorder a node's parent is the node before it, or one from which that is derived. */
    private void below() {
        routine(at.mappingBelow);
        Label none = fresh("none");
        Label found = fresh("found");
        mov(EAX, EDI.at(Node.NEXT));
        test(EAX, EAX);
        exitIf(Z, none, "the end of the list");
        mov(EDX, EAX.at(Node.PARENT));
        mov(ECX, EDI);
        Label up = here(fresh("up"));
        cmp(ECX, EDX);
        exitIf(E, found, "its parent is here");
        cmp(ECX, ESI);
        exitIf(E, none, "derived from another");
        mov(ECX, ECX.at(Node.PARENT));
        jmp(up);
        here(found);
        op("clc");
        ret();
        here(none);
        op("stc");
        ret();
    }

    private void isBelow() {
        routine(at.mappingIsBelow);
        Label no = fresh("no");
        Label yes = fresh("yes");
        cmp(owner(EDI, ECX), 0);
        exitIf(E, no, "its table has been freed");
        mov(ECX, EDI.at(Node.ENTRY));
        and(ECX, PRESENT | KERNEL_OWNED);
        cmp(ECX, PRESENT);
        exitIf(NE, no, "no page there now");
        mov(ECX, EDI);
        Label up = here(fresh("up"));
        cmp(ECX, ESI);
        exitIf(E, yes, "derived from it");
        mov(ECX, ECX.at(Node.PARENT));
        test(ECX, ECX);
        jnz(up);
        here(no);
        op("stc");
        ret();
        here(yes);
        op("clc");
        ret();
    }

    /** The first node after one that is derived from it is its child: the last of such a chain has nothing below it. */
    private void prune() {
        routine(at.mappingPrune);
        Label leaf = fresh("leaf");
        push(EAX);
        Label down = here(fresh("down"));
        mov(ECX, EAX.at(Node.NEXT));
        test(ECX, ECX);
        exitIf(Z, leaf, "the end of the list");
        cmp(ECX.at(Node.PARENT), EAX);
        exitIf(NE, leaf, "nothing is derived from it");
        mov(EAX, ECX);
        jmp(down);
        here(leaf);
        call(label("mapping.drop"));
        mov(ECX, EAX);
        pop(EAX);
        cmp(EAX, ECX);
        ret();
    }

    private void drop() {
        routine("mapping.drop", """
                in      EAX node from which nothing is derived
                out     its page unmapped; what was accessed and written through it, its parent is yet to be told. Clobbers ECX, EDX""");
        Label last = fresh("last");
        Label root = fresh("root");
        inc(Mem.at(at.mappingChanges).dword());
        mov(EDX, EAX.at(Node.PREVIOUS));
        mov(ECX, EAX.at(Node.NEXT));
        test(ECX, ECX);
        exitIf(Z, last, "the end of the list");
        mov(ECX.at(Node.PREVIOUS), EDX);
        here(last);
        test(EDX, EDX);
        exitIf(Z, root, "nobody to tell");
        mov(EDX.at(Node.NEXT), ECX);
        mov(EDX, EAX.at(Node.PARENT));
        seen(ECX);
        mark(EDX.at(Node.ENTRY), ECX);
        here(root);
        change(EAX.at(Node.ENTRY), imm(0));
        jmp(at.mappingForget);
    }

    /** Inline. In: EAX node. Out: {@code bits} which of accessed and written its parent has not been told. */
    private void seen(Reg32 bits) {
        mov(bits, EAX.at(Node.ENTRY));
        shr(bits, TOLD_SHIFT);
        or(bits, EAX.at(Node.ENTRY));
        and(bits, ACCESSED | DIRTY);
    }

    private void remove() {
        routine(at.mappingRemove);
        Label enough = fresh("enough");
        Label next = here(fresh("next"));
        spend(WRITE, enough);
        call(at.mappingPrune);
        jnz(next);
        op("clc");
        ret();
        here(enough);
        op("stc");
        ret();
    }

    /** Other spaces' translations went when another page directory was loaded: user pages are not global. */
    private void forget() {
        routine(at.mappingForget);
        Label table = fresh("table");
        Label elsewhere = fresh("elsewhere");
        push(EAX);
        mov(EDX, owner(EAX, EDX));
        cmp(EDX, DIRECTORY);
        exitIf(NE, table, "an entry of a page table");
        mov(EDX, EAX);
        xor(EAX, EAX);
        here(table);
        push(EAX);
        lea(ECX, EDX.at(-MemoryMap.WINDOW));
        and(ECX, -MemoryMap.PAGE);
        mov(EAX, Cr.CR3);
        cmp(EAX, ECX);
        pop(EAX);
        exitIf(NE, elsewhere, "not of the space that runs");
        phase("the page's address, from its places in directory and table");
        and(EDX, TABLE_OFFSET);
        shl(EDX, DIRECTORY_SHIFT - 2);
        and(EAX, TABLE_OFFSET);
        shl(EAX, TABLE_SHIFT);
        or(EDX, EAX);
        invalidate(EDX);
        here(elsewhere);
        pop(EAX);
        ret();
    }
}
