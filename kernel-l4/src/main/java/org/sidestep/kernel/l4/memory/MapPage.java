package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.memory.Mapping.COUNT;
import static org.sidestep.kernel.l4.memory.Mapping.ITEM;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER;
import static org.sidestep.kernel.l4.memory.Mapping.SOURCE;
import static org.sidestep.kernel.l4.memory.Mapping.STOPPED;
import static org.sidestep.kernel.l4.memory.Mapping.VALUE;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.TOLD;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.layout.Field;
import org.sidestep.x2.MapItem;

/** Writes an entry for which there is a source: the page becomes the source's child in the mapping database, or takes its place. */
public final class MapPage extends PageTableCode {

    /** Pages derived from one that is granted, at most. */
    private static final int MOST_GRANTED = 16;

    public MapPage(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        write();
        admit();
        absent();
        grant();
        takePlace();
        children();
    }

    private void write() {
        routine(at.mapEnter);
        Label absent = fresh("absent");
        Label replace = fresh("replace");
        Label done = fresh("done");
        mov(EAX, EDX.at(Node.ENTRY));
        test(EAX, PRESENT);
        exitIf(Z, absent, "nothing there");
        test(EAX, KERNEL_OWNED);
        exitIf(NZ, done, "the kernel's");
        mov(ECX, EBP.at(VALUE));
        xor(ECX, EAX);
        test(ECX, FRAME);
        exitIf(NZ, replace, "another page");
        and(ECX, EBP.at(VALUE));
        test(ECX, WRITABLE);
        exitIf(Z, done, "the same page, with all these rights");
        here(replace);
        call(label("map.admit"));
        exitIf(C, done, "refused");
        phase("what is there goes, with all that was derived from it: it came from elsewhere");
        push(EDX);
        mov(EAX, EDX);
        call(at.mappingRemove);
        pop(EDX);
        exitIf(NC, label("map.absent"), "all of it has gone");
        mov(EBP.at(STOPPED), Mapping.NOT_YET);
        ret();
        here(absent);
        call(label("map.admit"));
        exitIf(NC, label("map.absent"), "it may be mapped");
        here(done);
        ret();
    }

    private void admit() {
        Label grants = fresh("grants");
        Label refused = fresh("refused");
        routine("map.admit", """
                in      EBP mapping, SOURCE, VALUE
                out     CF clear: the item may be carried out; CF set: too many mappings one above the other, or a part of a 4 MB page
                        that would be granted. Clobbers EAX, ECX""");
        call(label("map.grants"));
        exitIf(NZ, grants, "a grant item");
        mov(EAX, EBP.at(SOURCE));
        mov(ECX, Node.MOST_DEPTH - 1);
        Label up = here(fresh("up"));
        dec(ECX);
        exitIf(Z, refused, "too deep");
        mov(EAX, EAX.at(Node.PARENT));
        test(EAX, EAX);
        jnz(up);
        ret();
        here(grants);
        mov(EAX, EBP.at(SOURCE));
        mov(ECX, EAX.at(Node.ENTRY));
        xor(ECX, EBP.at(VALUE));
        test(ECX, LARGE);
        exitIf(NZ, refused, "a part of a 4 MB page");
        ret();
        here(refused);
        mov(EBP.at(STOPPED), Mapping.REFUSED);
        op("stc");
        ret();

        routine("map.grants", """
                in      EBP mapping
                out     ZF clear: the item grants. Clobbers ECX""");
        Label keeps = fresh("keeps");
        mov(ECX, EBP.at(SENDER));
        test(ECX.at(SpaceLayout.FLAGS).byte_(), SpaceLayout.SIGMA0);
        exitIf(NZ, keeps, "sigma0 keeps what it has");
        mov(ECX, EBP.at(ITEM));
        test(ECX.at(0).byte_(), MapItem.GRANTS);
        ret();
        here(keeps);
        cmp(ECX, ECX);
        ret();
    }

    private void absent() {
        routine("map.absent", """
                in      EBP mapping, SOURCE, VALUE - EDX target's entry, which is absent
                out     mapped or granted. Keeps EBX, ESI, EDI, EBP""");
        call(label("map.grants"));
        exitIf(NZ, label("map.grant"), "a grant item");
        mov(EAX, EBP.at(VALUE));
        enter(EDX.at(Node.ENTRY), EAX);
        mov(EAX, EBP.at(SOURCE));
        jmp(at.mappingAdopt);
    }

    /**
     * Nothing is changed before it is certain that all can be: then whoever has the page from the source has it from the target. This
     * cannot be done in parts, so there is a limit to it.
     */
    private void grant() {
        routine("map.grant", """
                in      EBP mapping, SOURCE, VALUE - EDX target's entry, which is absent
                out     moved, or refused if too much is derived from it. Keeps EBX, ESI, EDI, EBP""");
        Label tooMuch = fresh("tooMuch");
        Label counted = fresh("counted");
        mov(EAX, EBP.at(SOURCE));
        push(ESI);
        push(EDI);
        push(EDX);
        mov(ESI, EAX);
        mov(EDI, EAX);
        mov(EBP.at(COUNT), 0);
        Label count = here(fresh("count"));
        call(at.mappingBelow);
        exitIf(C, counted, "no more");
        inc(EBP.at(COUNT));
        sub(Mem.at(at.mappingSteps).dword(), WRITE);
        mov(EDI, EAX);
        cmp(EBP.at(COUNT), MOST_GRANTED);
        j(BE, count);
        jmp(tooMuch);
        here(counted);
        pop(EDX);
        call(label("map.takePlace"));
        pop(EDI);
        pop(ESI);
        ret();
        here(tooMuch);
        mov(EBP.at(STOPPED), Mapping.REFUSED);
        pop(EDX);
        pop(EDI);
        pop(ESI);
        ret();
    }

    private void takePlace() {
        routine("map.takePlace", """
                in      EBP mapping, VALUE, COUNT nodes derived from the source - ESI source - EDX target's entry
                out     the target in the source's place, the source's page gone. Keeps EBX, ESI, EBP""");
        Label first = fresh("first");
        Label last = fresh("last");
        mov(EDI, EDX);
        call(label("map.children"));
        inc(Mem.at(at.mappingChanges).dword());
        for (Field link : new Field[] {Node.PARENT, Node.NEXT, Node.PREVIOUS}) {
            mov(ECX, ESI.at(link));
            mov(EDI.at(link), ECX);
        }
        test(ECX, ECX);
        exitIf(Z, first, "a root");
        mov(ECX.at(Node.NEXT), EDI);
        here(first);
        mov(ECX, EDI.at(Node.NEXT));
        test(ECX, ECX);
        exitIf(Z, last, "the end of the list");
        mov(ECX.at(Node.PREVIOUS), EDI);
        here(last);
        phase("what was seen of the page is known of it in its new place");
        mov(EAX, ESI.at(Node.ENTRY));
        and(EAX, ACCESSED | DIRTY | TOLD);
        or(EAX, EBP.at(VALUE));
        enter(EDI.at(Node.ENTRY), EAX);
        mov(EAX, ESI);
        change(EAX.at(Node.ENTRY), imm(0));
        jmp(at.mappingForget);
    }

    private void children() {
        routine("map.children", """
                in      EBP mapping, VALUE, COUNT nodes derived from the source - ESI source - EDI target's entry
                out     its children are the target's, with no rights that VALUE has not. Keeps EBX, ESI, EDI, EBP""");
        Label adopted = fresh("adopted");
        Label last = fresh("last");
        mov(EAX, ESI);
        Label each = here(fresh("each"));
        sub(EBP.at(COUNT), 1);
        exitIf(C, last, "all of them");
        mov(EAX, EAX.at(Node.NEXT));
        cmp(EAX.at(Node.PARENT), ESI);
        exitIf(NE, adopted, "derived through another");
        mov(EAX.at(Node.PARENT), EDI);
        here(adopted);
        test(EBP.at(VALUE), WRITABLE);
        jnz(each);
        clear(EAX.at(Node.ENTRY), WRITABLE);
        call(at.mappingForget);
        jmp(each);
        here(last);
        ret();
    }
}
