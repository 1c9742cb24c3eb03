package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Sigma0 hands out memory 1:1, each page to the first who asks. */
class Sigma0Test {

    /** Without words. */
    private static final int REQUEST = MessageTag.of(Protocol.SIGMA0.label(), 0);

    private abstract static class Client extends RootTask {

        Client(UserProgram program) {
            super(program);
        }

        /** Asks for memory; keeps the answered map item. */
        final void request(String name, int base, int log2size) {
            ask(base, log2size);
            keep(name + ".tag", ESI);
            keep(name + ".item", EBX);
            keep(name + ".fpage", EBP);
        }

        final void ask(int base, int log2size) {
            ask(base, log2size, 0);
        }

        final void ask(int base, int log2size, int attribute) {
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.BR0), 0x10);
            setMessage(1, new Imm(base | log2size << 4));
            setMessage(2, new Imm(attribute));
            ipc(Threads.SIGMA0, Threads.SIGMA0, REQUEST | 2);
        }
    }

    @Test
    void aRequestForAPlaceMapsItOneToOne() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                request("page", 0x02345000, 12);
                mov(Mem.absolute(0x02345678).dword(), 99);
                request("large", 0x03000000, 22);
                mov(Mem.absolute(0x03123456).dword(), 98);
                request("again", 0x03000000, 22);
            }
        });
        assertAnswer(kernel, "page", 0x02345000, 12);
        assertAnswer(kernel, "large", 0x03000000, 22);
        assertAnswer(kernel, "again", 0x03000000, 22);
        assertThat(kernel.machine().peekPhysical(0x02345678, 1)[0]).isEqualTo((byte) 99);
        assertThat(kernel.machine().peekPhysical(0x03123456, 1)[0]).isEqualTo((byte) 98);
    }

    @Test
    void aRequestForAnywhereFindsFreeMemoryFromTheTop() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                request("first", Fpage.BASE, 12);
                request("second", Fpage.BASE, 22);
                request("third", Fpage.BASE, 12);
            }
        });
        assertAnswer(kernel, "first", 0x033FF000, 12);
        assertAnswer(kernel, "second", 0x02C00000, 22);
        assertAnswer(kernel, "third", 0x033FE000, 12);
    }

    @Test
    void whatIsReservedOrTooLargeOrTooSmallIsRefusedWithANilFpage() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                request("kernel", 0x00100000, 12);
                request("heap", 0x00A00000, 12);
                request("sigma0", 0x00800000, 12);
                request("low", 0, 12);
                request("huge", Fpage.BASE, 30);
                request("small", Fpage.BASE, 11);
                request("beyond", 0x02000000, 26);
            }
        });
        for (String name : new String[] {"kernel", "heap", "sigma0", "low", "huge", "small", "beyond"}) {
            assertThat(kernel.kept(name + ".tag") & 0xFFFF).as(name).isEqualTo(2 << 6);
            assertThat(kernel.kept(name + ".fpage")).as(name).isZero();
        }
    }

    @Test
    void aPageBelongsToTheFirstWhoAsks() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            private final Label child = label("child");

            @Override
            void main() {
                request("root", 0x02400000, 12);
                spawnApart(THREAD, child);
                servePageFaults();
            }

            @Override
            void others() {
                here(child);
                request("child", 0x02400000, 12);
                request("free", 0x02401000, 12);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertAnswer(kernel, "root", 0x02400000, 12);
        assertThat(kernel.kept("child.fpage")).isZero();
        assertAnswer(kernel, "free", 0x02401000, 12);
    }

    @Test
    void theRootTasksImageAndDevicesAreGivenToTheRootTaskOnly() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            private final Label child = label("child");

            @Override
            void main() {
                spawnApart(THREAD, child);
                servePageFaults();
                request("own", MemoryMap.USER_BSS + 0x10_0000, 12);
                request("screen", 0x000B8000, 12);
                request("registers", 0x7EC00000, 12);
            }

            @Override
            void others() {
                here(child);
                request("image", MemoryMap.USER_CODE & -MemoryMap.PAGE, 12);
                request("hole", MemoryMap.USER_DATA - 0x10000, 12);
                request("last", MemoryMap.USER_BSS + 0x10_0000, 12);
                request("around", MemoryMap.USER_MEMORY, 24);
                request("childScreen", 0x000B8000, 12);
                request("childRegisters", 0x7EC00000, 12);
                ipc(ROOT, ThreadId.NIL, 0);
                asm.continueSection("user.bss");
                asm.reserve(0x11_0000);
                asm.continueSection("user.code");
            }
        });
        for (String name : new String[] {"image", "hole", "last", "around", "childScreen", "childRegisters"}) {
            assertThat(kernel.kept(name + ".tag") & 0xFFFF).as(name).isEqualTo(2 << 6);
            assertThat(kernel.kept(name + ".fpage")).as(name).isZero();
        }
        assertAnswer(kernel, "own", MemoryMap.USER_BSS + 0x10_0000, 12);
        assertAnswer(kernel, "screen", 0x000B8000, 12);
        assertAnswer(kernel, "registers", 0x7EC00000, 12);
    }

    /** A share is an eighth of what lies beyond the root task's image: here more than 4 MB and less than 8. */
    @Test
    void aSpaceGetsItsShareOfMemoryAndNoMore() {
        TestKernel kernel = TestKernel.runAnyhow(Map.of("memory", 96), Map.of(), program -> new Client(program) {
            @Override
            void main() {
                spawnApart(THREAD, label("first"));
                servePageFaults();
                request("left", 0x02800000, 22);
                request("muchMore", 0x03000000, 24);
                threadControl(OTHER, THREAD, ROOT, ROOT, utcb(1));
                start(OTHER, label("sibling"));
                servePageFaults();
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                spawnApart(THREAD + 1, label("next"));
                servePageFaults();
            }

            @Override
            void others() {
                here("first");
                request("share", 0x02400000, 22);
                request("beyond", 0x02800000, 22);
                request("again", 0x02400000, 22);
                request("rest", 0x02C00000, 12);
                request("anywhere", Fpage.BASE, 22);
                ipc(ROOT, ThreadId.NIL, 0);
                receive(new Imm(ROOT));
                here("sibling");
                request("siblings", 0x02000000, 22);
                request("siblingsRest", 0x02C01000, 12);
                ipc(ROOT, ThreadId.NIL, 0);
                receive(new Imm(ROOT));
                here("next");
                request("nexts", Fpage.BASE, 22);
                ipc(ROOT, ThreadId.NIL, 0);
                receive(new Imm(ROOT));
            }
        });
        assertAnswer(kernel, "share", 0x02400000, 22);
        assertAnswer(kernel, "again", 0x02400000, 22);
        assertAnswer(kernel, "rest", 0x02C00000, 12);
        assertAnswer(kernel, "left", 0x02800000, 22);
        assertAnswer(kernel, "muchMore", 0x03000000, 24);
        assertAnswer(kernel, "siblingsRest", 0x02C01000, 12);
        assertThat(kernel.kept("nexts.fpage")).isNotZero();
        for (String name : new String[] {"beyond", "anywhere", "siblings"}) {
            assertThat(kernel.kept(name + ".fpage")).as(name).isZero();
        }
    }

    @Test
    void aPageIsNotGivenToTheNextThreadOfTheSameNumber() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                spawnApart(THREAD, label("first"));
                servePageFaults();
                threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                spawnApart(THREAD + 1, label("second"));
                servePageFaults();
            }

            @Override
            void others() {
                here("first");
                request("first", 0x02400000, 12);
                ipc(ROOT, ThreadId.NIL, 0);
                here("second");
                request("second", 0x02400000, 12);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertAnswer(kernel, "first", 0x02400000, 12);
        assertThat(kernel.kept("second.fpage")).isZero();
    }

    @Test
    void whoAsksIsToldWhatItsSpaceHasAndMayHave() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                pools("root");
                spawnApart(THREAD, label("child"));
                servePageFaults();
            }

            private void pools(String name) {
                setMessage(1, new Imm(2));
                setMessage(2, new Imm(1));
                ipc(Threads.SIGMA0, Threads.SIGMA0, Protocol.SIGMA0_EXTENDED.tag());
                keep(name + ".has", EBX);
                keep(name + ".most", EBP);
                mov(EAX, EDI.at(Utcb.MR3));
                keep(name + ".given", EAX);
            }

            @Override
            void others() {
                here("child");
                pools("before");
                request("page", 0x02400000, 13);
                pools("after");
                setMessage(1, new Imm(1));
                ipc(Threads.SIGMA0, ThreadId.NIL, Protocol.SIGMA0_EXTENDED.tag());
                ask(0x02500000, 12, 4);
                keep("uncacheable", EBP);
                ipc(ROOT, ThreadId.NIL, 0);
                receive(new Imm(ROOT));
            }
        });
        assertThat(kernel.kept("root.has")).isPositive();
        assertThat(kernel.kept("root.most")).isEqualTo(-1);
        assertThat(kernel.kept("before.has")).isZero();
        assertThat(kernel.kept("before.most")).isBetween(500, 1000);
        assertThat(kernel.kept("after.has")).isEqualTo(2);
        assertThat(kernel.kept("after.given")).isGreaterThanOrEqualTo(kernel.kept("before.given") + 2);
        assertThat(kernel.kept("uncacheable")).as("a nil fpage").isZero();
    }

    @Test
    void whoDoesNotWaitForTheAnswerHoldsNobodyUp() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                for (int tag :
                        new int[] {REQUEST | 2, 0xFFE4_0002, REQUEST | 1, 0x12340000 | 2, REQUEST | 2 << 6 | 2}) {
                    setMessage(1, new Imm(0x02500000 | 12 << 4));
                    setMessage(2, new Imm(0));
                    setMessage(3, new Imm(8));
                    setMessage(4, new Imm(0));
                    ipc(Threads.SIGMA0, ThreadId.NIL, tag);
                }
                request("good", 0x02600000, 12);
            }
        });
        assertAnswer(kernel, "good", 0x02600000, 12);
    }

    @Test
    void malformedRequestsGetNoAnswer() {
        TestKernel kernel = TestKernel.run(program -> new Client(program) {
            @Override
            void main() {
                malformed("oneWord", REQUEST | 1);
                malformed("unknown", 0x12340000 | 2);
                request("good", Fpage.BASE, 12);
            }

            private void malformed(String name, int tag) {
                mov(EAX, Threads.SIGMA0);
                mov(EDX, Threads.SIGMA0);
                mov(ESI, tag);
                loadOwnUtcb(EDI);
                mov(ECX, 1 << 10 | 500);
                systemCall(SystemCall.IPC);
                loadErrorCode(EAX);
                keep(name, EAX);
            }
        });
        for (String name : new String[] {"oneWord", "unknown"}) {
            assertThat(kernel.kept(name))
                    .as("%s: timeout of the receive phase", name)
                    .isEqualTo(1 << 1 | 1);
        }
        assertThat(kernel.kept("good.fpage")).isNotZero();
    }

    private static void assertAnswer(TestKernel kernel, String name, int base, int log2size) {
        assertThat(kernel.kept(name + ".tag") & 0xFFFF).as(name).isEqualTo(2 << 6);
        assertThat(kernel.kept(name + ".item")).as(name).isEqualTo(base | MapItem.MAP);
        assertThat(kernel.kept(name + ".fpage")).as(name).isEqualTo(RootTask.fpage(base, log2size, 7));
    }
}
