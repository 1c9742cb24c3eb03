package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.memory.Node;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Unmap, grant, and what ends a mapping otherwise, one by one. {@link MappingTest} has them in any order. */
class UnmapTest {

    private static final int OWN = 0x02000000;
    private static final int OWN_LARGE = 0x02800000;
    private static final int FRESH = 0x20000000;
    private static final int PAGE = Fpage.PAGE_SIZE;
    private static final int FLUSH = 0x40;
    private static final int ALL = Fpage.ALL_RIGHTS;
    private static final int OVERFLOW = IpcError.MESSAGE_OVERFLOW;
    /** Cycles; docs/kernel.md quotes it. */
    private static final long LONGEST_MAPPING = 700_000;

    private static final long LONGEST_DELETION = 25_000;

    /** The root task and threads in spaces of their own, whose memory is there before they begin. */
    private abstract static class Family extends RootTask {

        Family(UserProgram program) {
            super(program);
        }

        /** The beginning of such a thread. */
        final void beginning(String name) {
            here(name);
            settle();
            ipc(ROOT, ThreadId.NIL, 0);
        }

        final void codeEnds() {
            here("code.end");
        }

        final void own(int pages) {
            for (int n = 0; n < pages; n++) inc(Mem.absolute(OWN + n * PAGE).dword());
        }

        /** Sends a typed item; keeps the error of a failure. */
        final void send(String name, int to, int item, int fpage) {
            setMessage(1, new Imm(item));
            setMessage(2, new Imm(fpage));
            attempt(name, () -> ipc(to, ThreadId.NIL, MapItem.TAG));
            keep(name + ".tag", ESI);
        }

        final void unmap(String name, int control, int... fpages) {
            for (int n = 1; n < fpages.length; n++) setMessage(n, new Imm(fpages[n]));
            mov(EAX, control | fpages.length - 1);
            mov(ESI, fpages[0]);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.UNMAP);
            keep(name, ESI);
        }

        /** The next fault of a thread, of which this one is the pager. */
        final void fault(String name, int from) {
            ipc(ThreadId.NIL, from, 0);
            keep(name + ".tag", ESI);
            keep(name + ".address", EBX);
        }

        /** Handed from one to the other. */
        final void turn(int to) {
            ipc(to, ThreadId.NIL, 0);
        }

        final void await(int from) {
            ipc(ThreadId.NIL, from, 0);
        }
    }

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

    @Test
    void aMessageThatMapsTooMuchFailsAndWhatWasMappedBeforeStays() {
        int target = 0x40000000 + PAGE;
        TestKernel kernel = TestKernel.run(program -> new Family(program) {
            @Override
            void main() {
                settle();
                requestLargePage(OWN_LARGE);
                requestLargePage(OWN_LARGE + MemoryMap.LARGE_PAGE);
                begin(THREAD, "child");
                send("table", THREAD, target | MapItem.MAP, page(OWN_LARGE, ALL));
                for (int n = 0; n < 3; n++) {
                    setMessage(2 * n + 1, new Imm(target | MapItem.MAP));
                    setMessage(2 * n + 2, new Imm(Fpage.ofLog2(OWN_LARGE + n % 2 * MemoryMap.LARGE_PAGE, 22, ALL)));
                }
                attempt("much", () -> ipc(THREAD, ThreadId.NIL, 3 * MapItem.WORDS << 6));
                await(THREAD);
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                accept(ROOT, Fpage.COMPLETE);
                loadErrorCode(EAX);
                keep("told", EAX);
                mov(EAX, Mem.absolute(target).dword());
                turn(ROOT);
                codeEnds();
            }
        });
        assertThat(kernel.kept("much.error")).isEqualTo(OVERFLOW);
        assertThat(kernel.kept("told")).isEqualTo(OVERFLOW | IpcError.RECEIVE);
    }

    /** How long the kernel was at a stretch, hence kept interrupts out, since it was last asked. */
    private static final class Stays implements Observer {

        /** 0 while the kernel boots. */
        private long entered;

        private long longest;

        @Override
        public void privilegeChanged(Machine machine, int from, int to, int vector) {
            if (to == 0) entered = machine.cycles();
            else if (entered != 0) longest = Math.max(longest, machine.cycles() - entered);
        }
    }

    /** A page that is mapped at 2048 places, and each Unmap of it, in turns. */
    @Test
    void aLongUnmapLetsInterruptsIn() {
        Stays stays = new Stays();
        TestKernel kernel = TestKernel.run(stays, program -> new Family(program) {
            @Override
            void main() {
                settle();
                own(1);
                begin(THREAD, "child");
                Label next = fresh("next");
                mov(EBX, FRESH | MapItem.MAP);
                here(next);
                loadOwnUtcb(EDI);
                mov(Utcb.mr(EDI, 1), EBX);
                mov(Utcb.mr(EDI, 2), page(OWN, ALL));
                mov(kept("at"), EBX);
                ipc(THREAD, ThreadId.NIL, MapItem.TAG);
                mov(EBX, kept("at"));
                add(EBX, PAGE);
                cmp(EBX, (FRESH + 0x800000) | MapItem.MAP);
                j(B, next);
                unmap("read", 0, page(OWN, 0));
                unmap("write", 0, page(OWN, Fpage.WRITE));
                op("rdtsc");
                mov(kept("before"), EAX);
                unmap("all", FLUSH, page(OWN, ALL));
                op("rdtsc");
                sub(EAX, kept("before"));
                keep("cycles", EAX);
            }

            @Override
            void others() {
                beginning("child");
                Label next = fresh("next");
                here(next);
                accept(ROOT, Fpage.COMPLETE);
                jmp(next);
                codeEnds();
            }
        });
        assertThat(kernel.kept("all")).isEqualTo(page(OWN, 0));
        assertThat(kernel.measured("cycles") / 2048).as("cycles a page").isBetween(50, 90);
        assertThat(stays.longest).isLessThan(40_000);
    }

    /** Items that each map 4 MB as small pages onto those that the one before has mapped, as many as a message holds. */
    @Test
    void howLongAMessageWithMapItemsKeepsInterruptsOutIsBounded() {
        int target = 0x40000000 + PAGE;
        int items = 31;
        Stays stays = new Stays();
        TestKernel kernel = TestKernel.run(stays, program -> new Family(program) {
            @Override
            void main() {
                settle();
                requestLargePage(OWN_LARGE);
                requestLargePage(OWN_LARGE + MemoryMap.LARGE_PAGE);
                begin(THREAD, "child");
                send("table", THREAD, target | MapItem.MAP, page(OWN_LARGE, ALL));
                for (int n = 0; n < items; n++) {
                    setMessage(2 * n + 1, new Imm(target | MapItem.MAP));
                    setMessage(2 * n + 2, new Imm(Fpage.ofLog2(OWN_LARGE + n % 2 * MemoryMap.LARGE_PAGE, 22, ALL)));
                }
                attempt("much", () -> ipc(THREAD, ThreadId.NIL, items * MapItem.WORDS << 6));
            }

            @Override
            void others() {
                beginning("child");
                accept(ROOT, Fpage.COMPLETE);
                accept(ROOT, Fpage.COMPLETE);
                ipc(ThreadId.NIL, ROOT, 0);
                codeEnds();
            }
        });
        assertThat(kernel.kept("much.error")).isEqualTo(OVERFLOW);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_MAPPING);
    }

    /** The kernel looks at the threads there are for those that wait for this one. */
    @Test
    void howLongTheDeletionOfAThreadKeepsInterruptsOutIsBounded() {
        Stays stays = new Stays();
        TestKernel kernel = TestKernel.run(stays, program -> new Family(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, utcb(1));
                attempt("deleted", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
            }
        });
        assertThat(kernel.kept("deleted")).isEqualTo(1);
        assertThat(stays.longest).as("cycles").isLessThan(LONGEST_DELETION);
    }
}
