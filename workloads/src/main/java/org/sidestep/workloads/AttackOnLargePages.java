package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.RootTask;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * What a thread of a hostile space tries with a 4 MB page. Its landlord, a thread of the root task's, has it from sigma0 and gives it
 * whenever it is asked: all of it to map, or to read only, and then sees that nobody has written. Before that it takes away what there is of it.
 */
final class AttackOnLargePages extends AttackCode {

    private static final String MAPS = "large-maps";
    private static final String TABLES = "large-over-tables";
    private static final String STRINGS = "large-strings";

    static final List<String> ALL = List.of(MAPS, TABLES, STRINGS);

    private static final int PAGE = Fpage.PAGE_SIZE;
    private static final int SHIFT = 22;
    private static final int LARGE = 1 << SHIFT;

    /** Where its landlord has it, and where the attacker. */
    private static final int HOME = 0x70000000;

    private static final int HERE = 0x64000000;

    /** There is no page table for it. */
    private static final int BEFORE = HERE - LARGE;

    /** As many as there is room for, and more than the kernel allows one above the other. */
    private static final int DEEP = 40;

    private static final int MIDDLE = LARGE / 2;
    private static final int LAST = LARGE - PAGE;
    /** Where its last word is. */
    private static final int END = LARGE - Integer.BYTES;

    /** At these places is what the landlord has written there: the sum of both. */
    private static final int[] MARKS = {0, PAGE, MIDDLE, LAST, END};

    private static final int KNOWN = 0x0DD_BA110;

    /** Of a string on each side of the page's edge. */
    private static final int LITTLE = 64;

    /** Nobody has it, though its page is there. */
    private static final int FREE_UTCB = 4;

    private static final int KERNEL_INTERFACE = 0xBFF00000;

    /** Small pages: three of its pieces, then one of the attacker's own. */
    private static final int PIECES = AttackOnMappings.PLACE;

    private static final int OWN = PIECES + 3 * PAGE;

    private final UserThread helper;
    private final UserThread landlord;
    private final Label wrong;
    private final AttackOnMappings mappings;
    private final AttackOnKernelPages kernelPages;
    private final AttackWithStrings strings;

    /** @param wrong where the landlord goes if the attack has harmed it */
    AttackOnLargePages(
            UserProgram program,
            RootTask root,
            UserThread self,
            UserThread helper,
            AttackOnMappings mappings,
            AttackOnKernelPages kernelPages,
            AttackWithStrings strings,
            Label wrong) {
        super(program, self);
        this.helper = helper;
        this.mappings = mappings;
        this.kernelPages = kernelPages;
        this.strings = strings;
        this.wrong = wrong;
        landlord = root.thread("K", root.ownSpace());
    }

    @Override
    void attack(String name) {
        Label changed = fresh("changed");
        switch (name) {
            case MAPS -> maps(changed);
            case TABLES -> overTables(changed);
            case STRINGS -> strings(changed);
            default -> throw new IllegalArgumentException(name);
        }
        here("H.kept");
        op("nop");
        here(changed);
    }

    /** For {@code changed} if anything does not come out as the kernel promises. */
    private void maps(Label changed) {
        take();
        pieces(changed);
        unmapParts(changed);
        take();
        grant(changed);
        deep();
    }

    /** Three pieces, each a page and nothing else; a string from one to another; and what is to have no effect: a small page onto the 4 MB page. */
    private void pieces(Label changed) {
        loadOwnPage(OWN);
        mappings.map();
        int[] pieces = {0, MIDDLE, LAST};
        for (int n = 0; n < pieces.length; n++) {
            mov(EAX, HERE + pieces[n]);
            mov(EBX, PIECES + n * PAGE);
            mappings.map();
            requireMark(PIECES + n * PAGE, pieces[n], changed);
        }
        kernelPages.requireOwnPage(OWN, changed);
        mov(EAX, HERE);
        mov(EBX, BEFORE);
        mappings.map();
        loadOwnPage(BEFORE + PAGE);
        mappings.map();
        kernelPages.requireOwnPage(BEFORE + PAGE, changed);
        loadOwnPage(HERE + PAGE);
        mappings.map();
        requireMark(HERE + PAGE, PAGE, changed);
        int beside = HERE + MIDDLE + Integer.BYTES;
        strings.send(new Imm(HERE + LAST), Integer.BYTES, new Imm(beside), Integer.BYTES);
        requireMark(beside, LAST, changed);
        mappings.openWindow();
    }

    /** Of what was mapped from it, that in the fpage; if it is flushed itself, all. */
    private void unmapParts(Label changed) {
        unmap(HERE + MIDDLE, Fpage.ALL_RIGHTS, 0);
        requireNothing(PIECES + PAGE, changed);
        requireMark(PIECES, 0, changed);
        unmap(HERE, Fpage.WRITE, 0);
        unmap(HERE, 0, AttackOnMappings.FLUSH);
        requireMark(PIECES, 0, changed);
        mov(Mem.absolute(PIECES + 2 * PAGE).dword(), KNOWN + LAST);
        unmap(HERE + PAGE, Fpage.ALL_RIGHTS, AttackOnMappings.FLUSH);
        for (int place : new int[] {PIECES, PIECES + 2 * PAGE, HERE}) requireNothing(place, changed);
    }

    /** All of it to where there are page tables: of UTCBs, of the interface page, of small pages. What is the kernel's there stays. */
    private void overTables(Label changed) {
        take();
        loadOwnPage(OWN);
        mappings.map();
        int[] places = {abi.utcb(0) & -LARGE, KERNEL_INTERFACE & -LARGE, PIECES & -LARGE};
        for (int place : places) {
            mov(EAX, HERE);
            mov(EBX, place);
            mapAll(MapItem.MAP);
        }
        for (int mark : MARKS) requireMark((PIECES & -LARGE) + mark, mark, changed);
        kernelPages.keepsTheKernels(changed);
    }

    /** A part, which is refused; then all of it. */
    private void grant(Label changed) {
        mov(EDI, self.localId());
        mov(Utcb.mr(EDI, 1), PIECES | MapItem.GRANT);
        mov(Utcb.mr(EDI, 2), Fpage.of(HERE + MIDDLE, PAGE, Fpage.ALL_RIGHTS));
        ipc(SystemCall.IPC, helper.localId(), nil(), Time.NEVER, MapItem.TAG);
        test(ESI, MessageTag.ERROR);
        exitIf(Z, changed, "a part is granted");
        mov(EAX, HERE);
        mov(EBX, HERE + LARGE);
        mapAll(MapItem.GRANT);
        requireMark(HERE + LARGE, 0, changed);
        loadOwnPage(OWN);
        mappings.map();
        requireNothing(HERE, changed);
    }

    /** From place to place, each time from where it was mapped last; and takes it away where that began. */
    private void deep() {
        mov(EBX, HERE + 2 * LARGE);
        Label next = here(fresh("deeper"));
        push(EBX);
        lea(EAX, EBX.at(-LARGE));
        mapAll(MapItem.MAP);
        pop(EBX);
        add(EBX, LARGE);
        cmp(EBX, HERE + DEEP * LARGE);
        j(B, next);
        mov(EAX, Fpage.ofLog2(HERE + LARGE, SHIFT, Fpage.ALL_RIGHTS));
        mappings.unmapFpage(0);
    }

    /** Across its end to a page of the attacker's own; into it, where it may not be written. */
    private void strings(Label changed) {
        take();
        loadOwnPage(HERE + LARGE);
        mappings.map();
        int buffer = abi.utcb(FREE_UTCB);
        strings.send(new Imm(HERE + LARGE - LITTLE), 2 * LITTLE, new Imm(buffer), 2 * LITTLE);
        requireWord(buffer + LITTLE - Integer.BYTES, new Imm(KNOWN + END), changed);
        mov(EAX, Mem.absolute(HERE + LARGE).dword());
        requireWord(buffer + LITTLE, EAX, changed);
        for (int mark : MARKS) {
            strings.send(new Imm(abi.utcb(0)), PAGE, new Imm(HERE + mark), PAGE);
            strings.send(new Imm(HERE + LARGE - LITTLE), LITTLE, new Imm(HERE + mark), LARGE);
        }
    }

    // what the attacker needs

    /** Has its landlord give it the page. */
    private void take() {
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.BR0).dword(), Fpage.ofLog2(HERE, SHIFT, 0));
        Operand from = new Imm(landlord.globalId());
        ipc(SystemCall.IPC, from, from, Time.NEVER, MessageTag.of(0, 0));
        mappings.openWindow();
    }

    /** A page of its own into EAX, to be mapped to {@code place}. */
    private void loadOwnPage(int place) {
        mappings.loadOwnPage();
        mov(EBX, place);
    }

    /** The 4 MB page at EAX to the place EBX, with an item of that type. */
    private void mapAll(int type) {
        mov(EDI, self.localId());
        add(EAX, Fpage.ofLog2(0, SHIFT, Fpage.ALL_RIGHTS));
        mov(Utcb.mr(EDI, 2), EAX);
        lea(EAX, EBX.at(type));
        mov(Utcb.mr(EDI, 1), EAX);
        ipc(SystemCall.IPC, helper.localId(), nil(), Time.NEVER, MapItem.TAG);
    }

    private void unmap(int page, int rights, int control) {
        mov(EAX, Fpage.of(page, PAGE, rights));
        mappings.unmapFpage(control);
    }

    private void requireMark(int place, int mark, Label changed) {
        requireWord(place, new Imm(KNOWN + mark), changed);
    }

    private void requireWord(int place, Operand expected, Label changed) {
        cmp(Mem.absolute(place).dword(), expected);
        exitIf(NE, changed, "something else is there");
    }

    /** What is mapped from there leaves what is where it goes. */
    private void requireNothing(int place, Label changed) {
        mov(EAX, place);
        mov(EBX, OWN);
        mappings.map();
        kernelPages.requireOwnPage(OWN, changed);
    }

    /** Its landlord, for the attack {@code name}. */
    void landlord(String name) {
        boolean readOnly = name.equals(STRINGS);
        asm.align(16);
        routine("K", "thread K of the root task's space: gives its 4 MB page away, and takes it back");
        here(landlord.start());
        loadOwnUtcb();
        mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), abi.rootId());
        askForIt();
        mark();
        receive(new Imm(self.globalId()));
        Label turn = here("K.asked");
        mov(ESI, Fpage.ofLog2(HOME, SHIFT, Fpage.ALL_RIGHTS));
        mov(EAX, 0);
        loadOwnUtcb();
        systemCall(SystemCall.UNMAP);
        if (readOnly) {
            for (int mark : MARKS) requireWord(HOME + mark, new Imm(KNOWN + mark), wrong);
        } else mark();
        loadOwnUtcb();
        mov(Utcb.mr(EDI, 1), MapItem.MAP);
        mov(Utcb.mr(EDI, 2), Fpage.ofLog2(HOME, SHIFT, readOnly ? Fpage.READ_ONLY : Fpage.ALL_RIGHTS));
        Operand to = new Imm(self.globalId());
        ipc(SystemCall.IPC, to, to, Time.SEND_AT_ONCE, MapItem.TAG);
        test(ESI, MessageTag.ERROR);
        jz(turn);
        receive(landlord.localId());
    }

    private void askForIt() {
        mov(EDI.at(Utcb.BR0).dword(), Fpage.ofLog2(HOME, SHIFT, 0));
        mov(Utcb.mr(EDI, 1), Fpage.ofLog2(Fpage.BASE, SHIFT, 0));
        mov(Utcb.mr(EDI, 2), 0);
        Operand sigma0 = new Imm(abi.sigma0Id());
        ipc(SystemCall.IPC, sigma0, sigma0, Time.NEVER, Protocol.SIGMA0.tag());
        test(EBP, EBP);
        exitIf(Z, wrong, "sigma0 has no 4 MB page left");
    }

    private void mark() {
        for (int mark : MARKS) mov(Mem.absolute(HOME + mark).dword(), KNOWN + mark);
    }
}
