package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.DIRECTORY;
import static org.sidestep.machine.ia32.emulator.Layout.TEST_PAGE;

import java.util.ArrayList;
import java.util.List;

/** Every combination of rights at both levels of the page tables with every kind of access. */
final class PagingCases {
    private static final int LARGE = 0x80;
    private static final int ACCESSED = 0x20;
    private static final int DIRTY = 0x40;
    private static final List<String> ACCESSES = List.of("read", "write", "update", "execute");

    private PagingCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (String access : ACCESSES) {
            for (int cpl : new int[] {0, 2, 3}) {
                for (int cr0 : new int[] {Layout.PAGED, Layout.PAGED | Layout.WRITE_PROTECT}) {
                    for (int rights = 0; rights < 64; rights++) small(cases, access, cpl, cr0, rights);
                    for (int rights = 0; rights < 8; rights++) large(cases, access, cpl, cr0, rights);
                }
            }
        }
        return cases;
    }

    private static void small(List<Case> cases, String access, int cpl, int cr0, int rights) {
        int directory = rights >> 3;
        int page = rights & 7;
        for (int seen : new int[] {0, ACCESSED | DIRTY}) {
            cases.add(start(access, cpl, cr0, "entries %x %x".formatted(directory | seen, page | seen))
                    .poke(DIRECTORY + 4, Layout.TEST_TABLE | directory | seen)
                    .poke(Layout.TEST_TABLE, Layout.TEST_FRAME | page | seen)
                    .watch(DIRECTORY + 4, Layout.TEST_TABLE));
        }
    }

    /** A 4 MB page, which lies at the start of memory; the access goes to where the small page would be. */
    private static void large(List<Case> cases, String access, int cpl, int cr0, int rights) {
        cases.add(start(access, cpl, cr0, "large entry %x".formatted(rights))
                .ebx(TEST_PAGE + Layout.TEST_FRAME)
                .poke(DIRECTORY + 4, LARGE | rights)
                .watch(DIRECTORY + 4));
    }

    private static Case start(String access, int cpl, int cr0, String entries) {
        String name = "%s: CPL %d, CR0 %08x, %s".formatted(access, cpl, cr0, entries);
        int end = 0xCD | Layout.END << 8;
        return new Case(name, access).level(cpl).cr0(cr0).eax(end).ebx(TEST_PAGE);
    }
}
