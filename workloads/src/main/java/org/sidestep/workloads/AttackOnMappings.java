package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
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

    private static final String OVER_KERNEL = "maps-over-kernel";
    private static final String UNMAP = "unmap";

    static final List<String> ALL = List.of(RECURSIVE, WIDE, LONG, OVER_KERNEL, UNMAP);

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

    private static final int FLUSH = 0x40;

    /** Its interface page, beyond the user area, the first thread's control block, its code, and where addresses wrap. */
    private static final int[] KERNEL = {0xBFF00000, 0xC0000000, 0xE0018000, 0xF0110000, 0xFFFFF000};

    private static final int KNOWN = 0x0DD_BA11;
    /** What the kernel interface page begins with. */
    private static final int MAGIC = 0x4BE6344C;

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
            case OVER_KERNEL -> overKernel();
            case UNMAP -> unmapEverything();
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

    /**
     * To where only the kernel maps: beyond the user area, over UTCBs in use and one that nobody has yet, over the kernel interface page; and
     * what is there to where the attacker has a page. Nothing of it comes to pass.
     */
    private void overKernel() {
        openWindow();
        loadOwnPage();
        mov(EBX, PLACE);
        map();
        for (int place : KERNEL) {
            loadOwnPage();
            exchange(place);
        }
        loadOwnPage();
        exchange(utcbPage(0));
        mov(EAX, helper.start());
        and(EAX, -PAGE);
        exchange(utcbPage(1));
        Label changed = fresh("changed");
        keepsTheKernels(changed);
        keepsItsPage(changed);
        here("H.kept");
        op("nop");
        here(changed);
    }

    /** The page at EAX to {@code place}, and what is there then to {@link #PLACE}. */
    private void exchange(int place) {
        mov(EBX, place);
        map();
        mov(EAX, place);
        mov(EBX, PLACE);
        map();
    }

    /** For {@code changed} if it has not its UTCB and interface page any more. */
    private void keepsTheKernels(Label changed) {
        loadOwnUtcb();
        cmp(EDI.at(Utcb.GLOBAL_ID).dword(), self.globalId());
        exitIf(NE, changed, "another UTCB");
        op("lock nop");
        cmp(EAX.at(0).dword(), MAGIC);
        exitIf(NE, changed, "another interface page");
    }

    /** For {@code changed} if its own page is not at {@link #PLACE} any more. */
    private void keepsItsPage(Label changed) {
        push(KNOWN);
        mov(EAX, ESP);
        and(EAX, PAGE - 1);
        pop(ECX);
        cmp(EAX.at(PLACE).dword(), KNOWN);
        exitIf(NE, changed, "another page");
    }

    /** Of the space's UTCB area, the {@code n}-th page. */
    private int utcbPage(int n) {
        return (abi.utcb(0) & -PAGE) + n * PAGE;
    }

    /** Takes away from others whatever they may have from it: all that it has was lent to it; and what the kernel has given it. */
    private void unmapEverything() {
        mov(EAX, Fpage.COMPLETE | Fpage.ALL_RIGHTS);
        unmapFpage(0);
        mov(EAX, Fpage.COMPLETE);
        unmapFpage(FLUSH);
        mov(EAX, Fpage.ofLog2(PLACE, 24, Fpage.ALL_RIGHTS));
        unmapFpage(FLUSH);
        mov(EAX, utcbPage(0));
        unmap(FLUSH);
        op("lock nop");
        unmap(FLUSH);
        Label changed = fresh("changed");
        keepsTheKernels(changed);
        here("H.kept");
        op("nop");
        here(changed);
    }

    private void openWindow() {
        mov(EDI, helper.localId());
        mov(EDI.at(Utcb.BR0).dword(), Fpage.COMPLETE);
    }

    private void loadOwnPage() {
        mov(EAX, ESP);
        and(EAX, -PAGE);
    }

    /** The page at EAX to the place EBX. Keeps both. */
    private void map() {
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
    private void unmap(int control) {
        add(EAX, Fpage.of(0, PAGE, Fpage.ALL_RIGHTS));
        unmapFpage(control);
    }

    private void unmapFpage(int control) {
        mov(ESI, EAX);
        mov(EAX, control);
        mov(EDI, self.localId());
        systemCall(SystemCall.UNMAP);
    }
}
