package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What a thread of a hostile space tries with the kernel's mapping database, with the help of one that waits for its messages. */
final class AttackOnMappings extends AttackCode {

    private static final String RECURSIVE = "recursive-maps";
    private static final String WIDE = "wide-maps";
    /** The helper and a third thread have a part in it. */
    static final String LONG = "long-maps";

    static final List<String> ALL = List.of(RECURSIVE, WIDE, LONG);

    /** Where nothing else is. */
    static final int PLACE = 0x50000000;

    private static final int PAGE = Fpage.PAGE_SIZE;
    /** More than the kernel allows one above the other. */
    private static final int DEEP = 48;
    /** A page table's worth of one page. */
    private static final int PAGES = 1024;

    /** Pages of an item of a long message. */
    static final int PLACES = 32;
    /** As many as a message holds. */
    private static final int ITEMS = 31;

    /** Where they go. */
    private static final int ELSEWHERE = 0x58000000;

    private static final int SHORT = Time.pair(Time.period(500), Time.ZERO);

    static final int FLUSH = 0x40;

    private final UserThread helper;

    AttackOnMappings(UserProgram program, UserThread self, UserThread helper) {
        super(program, self);
        this.helper = helper;
    }

    @Override
    void attack(String name) {
        switch (name) {
            case RECURSIVE -> recursive();
            case WIDE -> wide();
            case LONG -> atLength();
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** Maps a page from place to place, each time from where it was mapped last, and takes it away where it began. */
    private void recursive() {
        openWindow();
        loadOwnPage();
        mov(EBX, PLACE);
        Label next = here(fresh("deeper"));
        map();
        mov(EAX, EBX);
        add(EBX, PAGE);
        cmp(EBX, PLACE + DEEP * PAGE);
        j(B, next);
        unmapOwnPage(0);
        mov(EAX, PLACE);
        unmap(FLUSH);
    }

    /**
     * Maps a page to as many places as a page table has, with one message whose items map twice as much each time; asks what was written
     * there, and takes it away from all. Then it does so by another page that takes the place of the first.
     */
    private void wide() {
        atPlaces(PAGES);
        loadOwnPage();
        add(EAX, Fpage.of(0, PAGE, 0));
        unmapFpage(0);
        unmapOwnPage(0);
        here("H.unmapped");
        atPlaces(PAGES / 2);
        mov(EAX, helper.start());
        and(EAX, -PAGE);
        mov(EBX, PLACE);
        map();
    }

    /** A page that it has, at {@link #PLACES} places from {@link #PLACE} on, at once. */
    void atManyPlacesAtOnce() {
        atPlaces(PLACES);
    }

    private void atPlaces(int pages) {
        openWindow();
        mov(EBX, PLACE);
        loadOwnPage();
        map();
        mov(EDI, self.localId());
        int items = Integer.numberOfTrailingZeros(pages);
        for (int n = 0; n < items; n++) {
            mov(Utcb.mr(EDI, 2 * n + 1), PLACE + (PAGE << n) | MapItem.MAP);
            mov(Utcb.mr(EDI, 2 * n + 2), Fpage.of(PLACE, PAGE << n, Fpage.ALL_RIGHTS));
        }
        ipc(SystemCall.IPC, helper.localId(), nil(), Time.NEVER, MessageTag.of(0, 0, items * MapItem.WORDS));
    }

    /**
     * Answers its helper's page fault, and then sends it a message, with so many map items that they take turns: of a page that it has at
     * many places, of such places onto themselves, and of all that it has.
     */
    private void atLength() {
        atManyPlaces();
        mov(EDI, self.localId());
        ipc(SystemCall.IPC, nil(), helper.localId(), SHORT, 0);
        for (int times = 0; times < 2; times++) {
            mov(EDI, self.localId());
            for (int n = 0; n < ITEMS; n++) {
                boolean all = n == ITEMS / 2;
                mov(Utcb.mr(EDI, 2 * n + 1), (n % 3 == 0 ? PLACE : ELSEWHERE + n % 3 * PAGE) | MapItem.MAP);
                mov(
                        Utcb.mr(EDI, 2 * n + 2),
                        all ? Fpage.COMPLETE | Fpage.ALL_RIGHTS : Fpage.of(PLACE, PLACES * PAGE, Fpage.ALL_RIGHTS));
            }
            ipc(SystemCall.IPC, helper.localId(), nil(), SHORT, MessageTag.of(0, 0, ITEMS * MapItem.WORDS));
        }
        unmapOwnPage(0);
    }

    /** A page that it has, at {@link #PLACES} places from {@link #PLACE} on. */
    private void atManyPlaces() {
        openWindow();
        mov(EBX, PLACE);
        Label next = here(fresh("longer"));
        loadOwnPage();
        map();
        add(EBX, PAGE);
        cmp(EBX, PLACE + PLACES * PAGE);
        j(B, next);
    }

    /** What the helper does: faults where its pager, the attacker, lets something appear. */
    void fault() {
        mov(EDI, helper.localId());
        mov(EDI.at(Utcb.PAGER).dword(), self.globalId());
        mov(EAX, ELSEWHERE);
        mov(EAX, EAX.at(0));
    }

    /** What a third one does meanwhile: takes pages away, and makes other items and another window of what the kernel has in hand. */
    void disturb() {
        takeAway();
        mov(EDI, self.localId());
        for (int n = 0; n < ITEMS; n += 2) mov(Utcb.mr(EDI, 2 * n + 2), Fpage.ofLog2(PLACE, 30, Fpage.ALL_RIGHTS));
        mov(EDI, helper.localId());
        op("xor", EDI.at(Utcb.BR0).dword(), new Imm(Fpage.COMPLETE ^ Fpage.of(ELSEWHERE, PAGE, 0)));
    }

    /** Whatever is at those places. */
    void takeAway() {
        mov(EAX, Fpage.of(PLACE, PLACES * PAGE, Fpage.ALL_RIGHTS));
        unmapFpage(FLUSH);
    }

    void openWindow() {
        mov(EDI, helper.localId());
        mov(EDI.at(Utcb.BR0).dword(), Fpage.COMPLETE);
    }

    void loadOwnPage() {
        mov(EAX, ESP);
        and(EAX, -PAGE);
    }

    /** The page at EAX to the place EBX. Keeps both. */
    void map() {
        push(EAX);
        push(EBX);
        mov(EDI, self.localId());
        add(EAX, Fpage.of(0, PAGE, Fpage.ALL_RIGHTS));
        mov(Utcb.mr(EDI, 2), EAX);
        lea(EAX, EBX.at(MapItem.MAP));
        mov(Utcb.mr(EDI, 1), EAX);
        ipc(SystemCall.IPC, helper.localId(), new Imm(ThreadId.NIL), Time.NEVER, MapItem.TAG);
        mov(EBX, Mem.base(ESP, 0).dword());
        lea(ESP, ESP.at(4));
        pop(EAX);
    }

    private void unmapOwnPage(int control) {
        loadOwnPage();
        unmap(control);
    }

    /** The page at EAX. */
    void unmap(int control) {
        add(EAX, Fpage.of(0, PAGE, Fpage.ALL_RIGHTS));
        unmapFpage(control);
    }

    void unmapFpage(int control) {
        mov(ESI, EAX);
        mov(EAX, control);
        mov(EDI, self.localId());
        systemCall(SystemCall.UNMAP);
    }
}
