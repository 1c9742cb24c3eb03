package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.memory.Node;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Unmap, grant, and what ends a mapping otherwise, one by one. {@link MappingTest} has them in any order. */
class UnmapTest {

    private static final int OWN = Family.OWN;
    private static final int OWN_LARGE = 0x02800000;
    private static final int FRESH = 0x20000000;
    private static final int PAGE = Fpage.PAGE_SIZE;
    private static final int FLUSH = 0x40;
    private static final int ALL = Fpage.ALL_RIGHTS;
    private static final int OVERFLOW = IpcError.MESSAGE_OVERFLOW;

    private static int page(int address, int rights) {
        return Fpage.ofLog2(address, 12, rights);
    }

    @Test
    void whatIsUnmappedFaultsAndTheOwnPageStaysUnlessItIsFlushed() {
        TestKernel kernel = TestKernel.run(program -> new Family(program) {
            @Override
            void main() {
                settle();
                own(1);
                begin(THREAD, "child");
                send("map", THREAD, FRESH | MapItem.MAP, page(OWN, ALL));
                await(THREAD);
                unmap("seen", 0, page(OWN, ALL));
                inc(Mem.absolute(OWN).dword());
                turn(THREAD);
                fault("gone", THREAD);
                send("again", THREAD, FRESH | MapItem.MAP, page(OWN, ALL));
                await(THREAD);
                mov(EAX, Mem.absolute(OWN).dword());
                keep("value", EAX);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                inc(Mem.absolute(FRESH).dword());
                turn(ROOT);
                await(ROOT);
                inc(Mem.absolute(FRESH).dword());
                turn(ROOT);
                codeEnds();
            }
        });
        assertThat(kernel.kept("seen")).as("written by the child").isEqualTo(page(OWN, ALL));
        assertThat(kernel.kept("gone.tag"))
                .isIn(Protocol.PAGE_FAULT.tag(Fpage.READ), Protocol.PAGE_FAULT.tag(Fpage.WRITE));
        assertThat(kernel.kept("gone.address")).isEqualTo(FRESH);
        assertThat(kernel.kept("value")).isEqualTo(4);
    }

    @Test
    void aThreadThatFlushesItsOwnPageFindsItGoneAndReadOnlyAtOnce() {
        TestKernel kernel = TestKernel.run(program -> new Family(program) {
            @Override
            void main() {
                settle();
                own(2);
                begin(THREAD, "child");
                send("map", THREAD, FRESH | MapItem.MAP, Fpage.ofLog2(OWN, 13, ALL));
                fault("write", THREAD);
                send("writable", THREAD, FRESH | MapItem.MAP, page(OWN, ALL));
                fault("read", THREAD);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                inc(Mem.absolute(FRESH).dword());
                inc(Mem.absolute(FRESH + PAGE).dword());
                unmap("readOnly", FLUSH, page(FRESH, Fpage.WRITE));
                mov(EAX, Mem.absolute(FRESH).dword());
                unmap("clean", 0, page(FRESH, 0));
                inc(Mem.absolute(FRESH).dword());
                unmap("dirty", 0, page(FRESH, 0));
                inc(Mem.absolute(FRESH).dword());
                unmap("again", 0, page(FRESH, 0), page(FRESH + PAGE, 0));
                loadOwnUtcb(EDI);
                mov(EAX, Utcb.mr(EDI, 1));
                keep("second", EAX);
                unmap("flushed", FLUSH, page(FRESH + PAGE, ALL));
                mov(EAX, Mem.absolute(FRESH + PAGE).dword());
                exit(1);
                codeEnds();
            }
        });
        assertThat(kernel.kept("readOnly")).isEqualTo(page(FRESH, ALL));
        assertThat(kernel.kept("clean")).as("read since").isEqualTo(page(FRESH, Fpage.READ_ONLY));
        assertThat(kernel.kept("write.tag")).isEqualTo(Protocol.PAGE_FAULT.tag(Fpage.WRITE));
        assertThat(kernel.kept("write.address")).isEqualTo(FRESH);
        assertThat(kernel.kept("dirty")).isEqualTo(page(FRESH, ALL));
        assertThat(kernel.kept("again"))
                .as("a translation that had been dirty before")
                .isEqualTo(page(FRESH, ALL));
        assertThat(kernel.kept("second")).isEqualTo(page(FRESH + PAGE, ALL));
        assertThat(kernel.kept("flushed")).as("not since").isEqualTo(page(FRESH + PAGE, 0));
        assertThat(kernel.kept("read.address")).isEqualTo(FRESH + PAGE);
    }

    @Test
    void aGrantedPageIsTheReceiversAndWhoHadItFromTheSenderKeepsIt() {
        TestKernel kernel = TestKernel.run(program -> new Family(program) {
            @Override
            void main() {
                settle();
                own(1);
                requestLargePage(OWN_LARGE);
                begin(THREAD, "child");
                begin(OTHER, "grandchild");
                send("map", THREAD, FRESH | MapItem.MAP, page(OWN, ALL));
                await(OTHER);
                send("grant", OTHER, (FRESH + 4 * PAGE) | MapItem.GRANT, page(OWN, ALL));
                send("part", OTHER, (FRESH + 4 * PAGE) | MapItem.GRANT, page(OWN_LARGE, ALL));
                await(THREAD);
                mov(EAX, Mem.absolute(OWN).dword());
                keep("new", EAX);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                turn(OTHER);
                await(OTHER);
                mov(EAX, Mem.absolute(FRESH).dword());
                keep("kept", EAX);
                turn(OTHER);
                await(OTHER);
                mov(EAX, Mem.absolute(FRESH).dword());
                turn(ROOT);
                beginning("grandchild");
                await(THREAD);
                turn(ROOT);
                accept(ROOT, Fpage.COMPLETE);
                accept(ROOT, Fpage.COMPLETE);
                loadErrorCode(EAX);
                keep("told", EAX);
                inc(Mem.absolute(FRESH + 4 * PAGE).dword());
                turn(THREAD);
                await(THREAD);
                unmap("unmapped", 0, page(FRESH + 4 * PAGE, ALL));
                turn(THREAD);
                ipc(ThreadId.NIL, OTHER, 0);
                codeEnds();
            }
        });
        assertThat(kernel.kept("kept")).isEqualTo(2);
        assertThat(kernel.kept("unmapped")).isEqualTo(page(FRESH + 4 * PAGE, ALL));
        assertThat(kernel.kept("part.error"))
                .as("a part of a 4 MB page cannot be granted")
                .isEqualTo(OVERFLOW);
        assertThat(kernel.kept("told")).isEqualTo(OVERFLOW | IpcError.RECEIVE);
        assertThat(kernel.kept("map.tag") & MessageTag.ERROR).isZero();
        assertThat(kernel.kept("grant.tag") & MessageTag.ERROR).isZero();
    }

    @Test
    void theEndOfASpaceTakesWhatItHandedOn() {
        TestKernel kernel = TestKernel.run(program -> new Family(program) {
            @Override
            void main() {
                settle();
                own(1);
                begin(THREAD, "child");
                begin(OTHER, "grandchild");
                send("map", THREAD, FRESH | MapItem.MAP, page(OWN, ALL));
                await(OTHER);
                unmap("before", 0, page(OWN, 0));
                threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                keep("deleted", EAX);
                turn(OTHER);
                fault("gone", OTHER);
                unmap("after", 0, page(OWN, 0));
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                send("on", OTHER, FRESH | MapItem.MAP, page(FRESH, ALL));
                ipc(ThreadId.NIL, ROOT, 0);
                beginning("grandchild");
                accept(THREAD, Fpage.COMPLETE);
                turn(ROOT);
                await(ROOT);
                mov(EAX, Mem.absolute(FRESH).dword());
                exit(1);
                codeEnds();
            }
        });
        assertThat(kernel.kept("deleted")).isEqualTo(1);
        assertThat(kernel.kept("gone.address")).isEqualTo(FRESH);
        assertThat(kernel.kept("after")).isEqualTo(page(OWN, 0));
    }

    /** Back and forth between two spaces, each time to another page. */
    @Test
    void howDeepMappingsMayBeIsLimitedAndWhoGoesFurtherIsTold() {
        TestKernel kernel = TestKernel.run(program -> new Family(program) {
            @Override
            void main() {
                settle();
                own(1);
                begin(THREAD, "child");
                Label next = fresh("next");
                Label done = fresh("done");
                here(next);
                pass("root", THREAD, FRESH, OWN);
                jnz(done);
                inc(kept("depth"));
                accept(THREAD, Fpage.COMPLETE);
                test(ESI, CALL_FAILED);
                jz(next);
                here(done);
                loadErrorCode(EAX);
                keep("error", EAX);
            }

            /** Sends its latest page; out ZF clear if that failed. */
            private void pass(String self, int to, int target, int source) {
                loadOwnUtcb(EDI);
                mov(EAX, kept(self));
                lea(EBX, EAX.at(target | MapItem.MAP));
                mov(Utcb.mr(EDI, 1), EBX);
                add(EAX, page(source, ALL));
                mov(Utcb.mr(EDI, 2), EAX);
                ipc(to, ThreadId.NIL, MapItem.TAG);
                add(kept(self), PAGE);
                test(ESI, CALL_FAILED);
            }

            @Override
            void others() {
                beginning("child");
                Label next = fresh("next");
                here(next);
                accept(ROOT, Fpage.COMPLETE);
                pass("child", ROOT, OWN + PAGE, FRESH);
                jmp(next);
                codeEnds();
            }
        });
        assertThat(kernel.kept("error")).isIn(OVERFLOW, OVERFLOW | IpcError.RECEIVE);
        assertThat(kernel.kept("depth")).isBetween(Node.MOST_DEPTH / 2 - 2, Node.MOST_DEPTH / 2);
    }
}
