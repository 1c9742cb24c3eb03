package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** ThreadControl moves threads that have UTCBs from one space to another. */
class MigrationTest {

    private static final int HANDLE = 0x1234;
    /** Another place for an interface page. */
    private static final int OTHER_PAGE = 0xBFE00000;

    /** A space beside the root task's, held by a thread that is never active. */
    private abstract static class Moving extends RootTask {

        final Label mover = label("mover");

        Moving(UserProgram program) {
            super(program);
        }

        final void space(int holder) {
            space(holder, MemoryMap.KIP);
        }

        final void space(int holder, int interfacePage) {
            threadControl(holder, holder, ROOT, ThreadId.NIL, -1);
            spaceControl(holder, fpage(interfacePage, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
        }

        /** For 300 microseconds, by the tick: others run, and are interrupted. */
        final void sleep() {
            mov(EAX, ThreadId.NIL);
            mov(EDX, ROOT);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            mov(ECX, 300);
            systemCall(SystemCall.IPC);
        }

        /** A system call in a space whose interface page is at {@link #OTHER_PAGE}. */
        final void systemCallThere(SystemCall systemCall) {
            mov(EBX, stub(systemCall));
            add(EBX, OTHER_PAGE - MemoryMap.KIP);
            call(EBX);
        }

        /** Sends the root task a message without words from there. */
        final void reportThere() {
            mov(EAX, ROOT);
            mov(EDX, ThreadId.NIL);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            xor(ECX, ECX);
            systemCallThere(SystemCall.IPC);
        }

        final void move(String name, int to, int utcb) {
            attempt(name, () -> threadControl(THREAD, to, ThreadId.NIL, ThreadId.NIL, utcb));
        }
    }

    @Test
    void aThreadGoesOnInItsNewSpaceWithWhatItsUtcbHeld() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER);
                spawn(THREAD, 1, mover);
                ipc(ThreadId.NIL, THREAD, 0);
                move("moved", OTHER, utcb(3));
                servePageFaults();
                keep("from", EAX);
                move("back", ROOT, -1);
                ipc(ThreadId.NIL, THREAD, 0);
                keep("from.back", EAX);
                attempt("freed", () -> threadControl(id(62), ROOT, ROOT, ROOT, utcb(1)));
            }

            @Override
            void others() {
                here(mover);
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.USER_DEFINED_HANDLE), HANDLE);
                for (String place : new String[] {"here", "there"}) {
                    ipc(ROOT, ThreadId.ANY, 0);
                    loadErrorCode(EAX);
                    keep("error." + place, EAX);
                    loadOwnUtcb(EDI);
                    keep("local." + place, EDI);
                    mov(EAX, EDI.at(Utcb.USER_DEFINED_HANDLE));
                    keep("handle." + place, EAX);
                    mov(EAX, EDI.at(Utcb.GLOBAL_ID));
                    keep("id." + place, EAX);
                }
                ipc(ROOT, ThreadId.ANY, 0);
            }
        });
        assertThat(kernel.kept("moved")).isEqualTo(1);
        assertThat(kernel.kept("back")).isEqualTo(1);
        assertThat(kernel.kept("freed")).as("its first UTCB").isEqualTo(1);
        assertThat(kernel.kept("from")).as("a stranger's").isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("from.back")).isEqualTo(RootTask.localId(3));
        for (String place : new String[] {"here", "there"}) {
            assertThat(kernel.kept("error." + place)).isEqualTo(IpcError.CANCELLED | IpcError.RECEIVE);
            assertThat(kernel.kept("local." + place)).isEqualTo(RootTask.localId(3));
            assertThat(kernel.kept("handle." + place)).isEqualTo(HANDLE);
            assertThat(kernel.kept("id." + place)).isEqualTo(RootTask.THREAD);
        }
    }

    @Test
    void aThreadThatRunsOrFaultsOrWaitsToBeStartedIsMovedToo() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER);
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                move("notStarted", OTHER, -1);
                start(THREAD, mover);
                ipc(ThreadId.NIL, ThreadId.ANY, 0);
                keep("fault", ESI);
                move("faulting", ROOT, -1);
                mov(EAX, ThreadId.NIL);
                systemCall(SystemCall.THREAD_SWITCH);
                move("running", OTHER, -1);
                servePageFaults();
                keep("from", EAX);
            }

            @Override
            void others() {
                here(mover);
                inc(kept("ran"));
                mov(EAX, ThreadId.NIL);
                systemCall(SystemCall.THREAD_SWITCH);
                loadOwnUtcb(EDI);
                keep("local", EDI);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        for (String name : new String[] {"notStarted", "faulting", "running"}) {
            assertThat(kernel.kept(name)).as(name).isEqualTo(1);
        }
        assertThat(kernel.kept("fault") >>> 20).isEqualTo(0xFFE);
        assertThat(kernel.kept("ran")).isEqualTo(1);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("local")).isEqualTo(RootTask.localId(1));
    }

    @Test
    void aThreadInAStubIsInThatOfItsNewSpaceAfterwards() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER, OTHER_PAGE);
                spawn(THREAD, 1, mover);
                asm.comment("mostly it is in the stub when somebody else comes");
                Label elsewhere = here(fresh("elsewhere"));
                sleep();
                exchangeRegisters(new Imm(THREAD), 0);
                sub(ESI, MemoryMap.KIP);
                cmp(ESI, MemoryMap.PAGE);
                j(AE, elsewhere);
                move("moved", OTHER, -1);
                mov(kept("moved.over"), 1);
                servePageFaults();
                keep("from", EAX);
                keep("tag", ESI);
            }

            @Override
            void others() {
                here(mover);
                Label next = here(fresh("next"));
                mov(kept("ran"), 1);
                mov(EAX, ThreadId.NIL);
                systemCall(SystemCall.THREAD_SWITCH);
                cmp(kept("moved.over"), 0);
                je(next);
                reportThere();
            }
        });
        assertThat(kernel.kept("moved")).isEqualTo(1);
        assertThat(kernel.kept("ran")).isEqualTo(1);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("tag")).isZero();
    }

    /** It is known by its id, not by its place, where another may live by then. */
    @Test
    void aPagerThatMovesStartsItsThreadsFromWhereItIs() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER);
                spawn(THREAD, 1, mover);
                ipc(ThreadId.NIL, THREAD, 0);
                threadControl(id(62), ROOT, ROOT, THREAD, utcb(2));
                sleep();
                move("moved", OTHER, -1);
                servePageFaults();
                spawn(id(63), 1, label("stranger"));
                sleep();
                mov(EAX, kept("started"));
                keep("byStranger", EAX);
                ipc(THREAD, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, id(62), 0);
                keep("from", EAX);
            }

            @Override
            void others() {
                here(mover);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, ROOT, 0);
                ipc(ROOT, ROOT, 0);
                start(id(62), label("begins"));
                ipc(ThreadId.NIL, THREAD, 0);
                here("stranger");
                start(id(62), label("begins"));
                ipc(ThreadId.NIL, id(63), 0);
                here("begins");
                inc(kept("started"));
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, id(62), 0);
            }
        });
        assertThat(kernel.kept("moved")).isEqualTo(1);
        assertThat(kernel.kept("byStranger")).isZero();
        assertThat(kernel.kept("started")).isEqualTo(1);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.localId(2));
    }

    /** It has fpages for many turns; those that are done come back without rights. */
    @Test
    void anUnmapThatIsUnderWayEndsWhereItHasBegun() {
        int asked = Fpage.COMPLETE | Fpage.WRITE;
        TestKernel kernel = TestKernel.run(Map.of("tick", 100), program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER, OTHER_PAGE);
                spawn(THREAD, 1, mover);
                sleep();
                move("moved", OTHER, -1);
                servePageFaults();
                keep("from", EAX);
                keep("tag", ESI);
            }

            @Override
            void others() {
                here(mover);
                loadOwnUtcb(EDI);
                for (int mr = 1; mr <= 63; mr++) mov(Utcb.mr(EDI, mr), asked);
                mov(ESI, asked);
                mov(EAX, 63);
                systemCall(SystemCall.UNMAP);
                keep("first", ESI);
                loadOwnUtcb(EDI);
                mov(EAX, Utcb.mr(EDI, 63));
                keep("last", EAX);
                reportThere();
            }
        });
        assertThat(kernel.kept("moved")).isEqualTo(1);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("tag")).isZero();
        assertThat(kernel.kept("first") & ~Fpage.ALL_RIGHTS).isEqualTo(Fpage.COMPLETE);
        assertThat(kernel.kept("first")).as("done").isNotEqualTo(asked);
        assertThat(kernel.kept("last")).as("as it was given").isEqualTo(asked);
    }

    @Test
    void whoeverDealsWithAThreadThatMovesHasNoPartnerAnyMore() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER);
                spawn(THREAD, 1, mover);
                spawn(id(62), 2, label("waits"));
                spawn(id(63), 3, label("sends"));
                for (int i = 0; i < 3; i++) {
                    mov(EAX, ThreadId.NIL);
                    systemCall(SystemCall.THREAD_SWITCH);
                }
                mov(EAX, ThreadId.NIL);
                mov(EDX, ROOT);
                mov(ECX, Time.period(5000));
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                systemCall(SystemCall.IPC);
                move("moved", OTHER, -1);
                ipc(ThreadId.NIL, id(62), 0);
                ipc(ThreadId.NIL, id(63), 0);
            }

            @Override
            void others() {
                here(mover);
                ipc(ThreadId.NIL, ROOT, 0);
                jmp(mover);
                here("waits");
                ipc(ThreadId.NIL, THREAD, 0);
                loadErrorCode(EAX);
                keep("waits", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, id(62), 0);
                here("sends");
                ipc(THREAD, ThreadId.NIL, 0);
                loadErrorCode(EAX);
                keep("sends", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, id(63), 0);
            }
        });
        assertThat(kernel.kept("moved")).isEqualTo(1);
        assertThat(kernel.kept("waits")).isEqualTo(IpcError.NO_PARTNER | IpcError.RECEIVE);
        assertThat(kernel.kept("sends")).isEqualTo(IpcError.NO_PARTNER);
    }

    @Test
    void aMoveThatIsNotPossibleChangesNothing() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                space(OTHER);
                threadControl(id(64), id(64), ROOT, ThreadId.NIL, -1);
                threadControl(id(62), OTHER, ROOT, ROOT, utcb(1));
                spawn(THREAD, 1, mover);
                move("taken", OTHER, -1);
                move("outside", OTHER, 0x1000_0000);
                move("unconfigured", id(64), -1);
                move("nowhere", id(99), -1);
                attempt("itself", () -> threadControl(ROOT, OTHER, ThreadId.NIL, ThreadId.NIL, -1));
                ipc(ThreadId.NIL, THREAD, 0);
                keep("from", EAX);
            }

            @Override
            void others() {
                here(mover);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        ThreadControlTest.assertError(kernel, "taken", 6);
        ThreadControlTest.assertError(kernel, "outside", 6);
        ThreadControlTest.assertError(kernel, "unconfigured", 3);
        ThreadControlTest.assertError(kernel, "nowhere", 3);
        ThreadControlTest.assertError(kernel, "itself", 2);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.localId(1));
    }

    @Test
    void aSpaceWhoseLastThreadMovesAwayIsFreed() {
        TestKernel kernel = TestKernel.everywhere(program -> new Moving(program) {
            @Override
            void main() {
                spawn(THREAD, 1, mover);
                ipc(ThreadId.NIL, THREAD, 0);
                mov(kept("left"), 150);
                here("again");
                space(OTHER);
                threadControl(THREAD, OTHER, ThreadId.NIL, ThreadId.NIL, -1);
                test(EAX, EAX);
                jz(label("failed"));
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                servePageFaults();
                threadControl(THREAD, ROOT, ThreadId.NIL, ThreadId.NIL, -1);
                test(EAX, EAX);
                jz(label("failed"));
                ipc(ThreadId.NIL, THREAD, 0);
                dec(kept("left"));
                exitIf(NZ, label("again"), "more to come");
                here("failed");
            }

            @Override
            void others() {
                here(mover);
                ipc(ROOT, ThreadId.NIL, 0);
                jmp(mover);
            }
        });
        assertThat(kernel.kept("left")).isZero();
    }
}
