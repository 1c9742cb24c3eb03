package org.sidestep.workloads;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.workloads.AttackOnMappings.FLUSH;
import static org.sidestep.workloads.AttackOnMappings.PLACE;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.Utcb;

/** What a thread of a hostile space tries with pages that are the kernel's, or that only the kernel gives. */
final class AttackOnKernelPages extends AttackCode {

    private static final String MAPS = "maps-over-kernel";
    private static final String UNMAP = "unmap";

    static final List<String> ALL = List.of(MAPS, UNMAP);

    private static final int PAGE = Fpage.PAGE_SIZE;

    /** Its interface page, beyond the user area, the first thread's control block, its code, and where addresses wrap. */
    private static final int[] KERNEL = {0xBFF00000, 0xC0000000, 0xE0018000, 0xF0110000, 0xFFFFF000};

    private static final int KNOWN = 0x0DD_BA11;
    /** What the kernel interface page begins with. */
    private static final int MAGIC = 0x4BE6344C;

    private final UserThread helper;
    private final AttackOnMappings mappings;

    AttackOnKernelPages(UserProgram program, UserThread self, UserThread helper, AttackOnMappings mappings) {
        super(program, self);
        this.helper = helper;
        this.mappings = mappings;
    }

    @Override
    void attack(String name) {
        switch (name) {
            case MAPS -> maps();
            case UNMAP -> unmapEverything();
            default -> throw new IllegalArgumentException(name);
        }
    }

    /**
     * To where only the kernel maps: beyond the user area, over UTCBs in use and one that nobody has yet, over the kernel interface page; and
     * what is there to where the attacker has a page. Nothing of it comes to pass.
     */
    private void maps() {
        mappings.openWindow();
        mappings.loadOwnPage();
        mov(EBX, PLACE);
        mappings.map();
        for (int place : KERNEL) {
            mappings.loadOwnPage();
            exchange(place);
        }
        mappings.loadOwnPage();
        exchange(utcbPage(0));
        mov(EAX, helper.start());
        and(EAX, -PAGE);
        exchange(utcbPage(1));
        Label changed = fresh("changed");
        keepsTheKernels(changed);
        requireOwnPage(PLACE, changed);
        here("H.kept");
        op("nop");
        here(changed);
    }

    /** The page at EAX to {@code place}, and what is there then to {@link #PLACE}. */
    private void exchange(int place) {
        mov(EBX, place);
        mappings.map();
        mov(EAX, place);
        mov(EBX, PLACE);
        mappings.map();
    }

    /** For {@code changed} if it has not its UTCB and interface page any more. */
    void keepsTheKernels(Label changed) {
        loadOwnUtcb();
        cmp(EDI.at(Utcb.GLOBAL_ID).dword(), self.globalId());
        exitIf(NE, changed, "another UTCB");
        op("lock nop");
        cmp(EAX.at(0).dword(), MAGIC);
        exitIf(NE, changed, "another interface page");
    }

    /** Its own page is at {@code place}, where it has put it. Clobbers EAX and ECX. */
    void requireOwnPage(int place, Label changed) {
        push(KNOWN);
        mov(EAX, ESP);
        and(EAX, PAGE - 1);
        pop(ECX);
        cmp(EAX.at(place).dword(), KNOWN);
        exitIf(NE, changed, "another page is there");
    }

    /** Of the space's UTCB area, the {@code n}-th page. */
    private int utcbPage(int n) {
        return (abi.utcb(0) & -PAGE) + n * PAGE;
    }

    /** Takes away from others whatever they may have from it: all that it has was lent to it; and what the kernel has given it. */
    private void unmapEverything() {
        mov(EAX, Fpage.COMPLETE | Fpage.ALL_RIGHTS);
        mappings.unmapFpage(0);
        mov(EAX, Fpage.COMPLETE);
        mappings.unmapFpage(FLUSH);
        mov(EAX, Fpage.ofLog2(PLACE, 24, Fpage.ALL_RIGHTS));
        mappings.unmapFpage(FLUSH);
        mov(EAX, utcbPage(0));
        mappings.unmap(FLUSH);
        op("lock nop");
        mappings.unmap(FLUSH);
        Label changed = fresh("changed");
        keepsTheKernels(changed);
        here("H.kept");
        op("nop");
        here(changed);
    }
}
