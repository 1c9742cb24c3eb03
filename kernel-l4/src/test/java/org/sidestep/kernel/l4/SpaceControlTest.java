package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.x2.ThreadId;

/** Where a space has its kernel interface page and its UTCBs is said once. */
class SpaceControlTest {

    private static final int KIP_AREA = RootTask.fpage(MemoryMap.KIP, 12, 0);
    private static final int UTCBS = RootTask.fpage(MemoryMap.UTCB_AREA, 17, 0);

    @Test
    void theAreasAreFixedByTheFirstCallAndLaterOnesAreWithoutEffect() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, -1);
                attempt("first", () -> spaceControl(THREAD, KIP_AREA, fpage(0x10000000, 12, 0)));
                attempt("second", () -> spaceControl(THREAD, KIP_AREA, UTCBS));
                attempt("inFirst", () -> threadControl(THREAD, THREAD, ROOT, ROOT, 0x10000200));
            }
        });
        for (String name : new String[] {"first", "second", "inFirst"})
            assertThat(kernel.kept(name)).isEqualTo(1);
    }

    @Test
    void invalidAreasHaveTheirErrorsAndLeaveTheSpaceUnconfigured() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, -1);
                attempt("space", () -> spaceControl(OTHER, KIP_AREA, UTCBS));
                attempt("utcbSmall", () -> spaceControl(THREAD, KIP_AREA, fpage(0x10000000, 11, 0)));
                attempt("utcbLarge", () -> spaceControl(THREAD, KIP_AREA, fpage(0x80000000, 31, 0)));
                attempt("utcbAll", () -> spaceControl(THREAD, KIP_AREA, 0x10));
                attempt("utcbKernel", () -> spaceControl(THREAD, KIP_AREA, fpage(0xC0000000, 12, 0)));
                attempt("kipSmall", () -> spaceControl(THREAD, fpage(0x10000000, 11, 0), UTCBS));
                attempt("kipKernel", () -> spaceControl(THREAD, fpage(0xFFFFF000, 12, 0), UTCBS));
                attempt("overlap", () -> spaceControl(THREAD, fpage(MemoryMap.UTCB_AREA + 0x1000, 12, 0), UTCBS));
                attempt("good", () -> spaceControl(THREAD, KIP_AREA, UTCBS));
            }
        });
        ThreadControlTest.assertError(kernel, "space", 3);
        for (String name : new String[] {"utcbSmall", "utcbLarge", "utcbAll", "utcbKernel"}) {
            ThreadControlTest.assertError(kernel, name, 6);
        }
        for (String name : new String[] {"kipSmall", "kipKernel", "overlap"}) {
            ThreadControlTest.assertError(kernel, name, 7);
        }
        assertThat(kernel.kept("good")).isEqualTo(1);
    }
}
