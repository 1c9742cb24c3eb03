package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What the threads of a space send to other spaces goes to its redirector (X.2 reference manual, "Redirection"). */
class RedirectorTest {

    private static final int REQUEST = MessageTag.of(5, 0);
    private static final int ANSWER = MessageTag.of(6, 0);
    /** Is in a space of its own, and never becomes active. */
    private static final int STRANGER = RootTask.id(62);
    /** Likewise. */
    private static final int HOLDER = RootTask.id(63);

    /** The root task is the redirector of a space that has nothing to do with another one. */
    private abstract static class Redirector extends RootTask {

        Redirector(UserProgram program) {
            super(program);
        }

        final void sleep() {
            mov(EAX, ThreadId.NIL);
            mov(EDX, ROOT);
            mov(ECX, Time.period(5000));
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        final void redirector(int space, int redirector) {
            mov(EAX, space);
            mov(ECX, 0);
            mov(EDX, 0);
            mov(ESI, 0);
            mov(EDI, redirector);
            systemCall(SystemCall.SPACE_CONTROL);
        }

        /** Serves faults until a message comes, and keeps what it says of itself. */
        final void expect(String name) {
            servePageFaults();
            keep(name, ESI);
            keep(name + ".from", EAX);
            loadOwnUtcb(EDI);
            mov(EAX, EDI.at(Utcb.INTENDED_RECEIVER));
            keep(name + ".to", EAX);
        }

        @Override
        void others() {
            here("confined");
            ipc(ROOT, ThreadId.NIL, MessageTag.of(1, 0));
            ipc(ROOT, ROOT, MessageTag.of(2, 0));
            ipc(OTHER, OTHER, REQUEST);
            keep("answer", ESI);
            keep("answer.from", EAX);
            ipc(OTHER, ThreadId.NIL, MessageTag.of(3, 0));
            loadErrorCode(EAX);
            keep("gone", EAX);
            ipc(ROOT, ThreadId.NIL, MessageTag.of(4, 0));
            ipc(ThreadId.NIL, THREAD, 0);
            here("partner");
            ipc(ROOT, ThreadId.NIL, 0);
            ipc(ThreadId.NIL, ThreadId.ANY, 0);
            keep("request", ESI);
            keep("request.from", EAX);
            loadOwnUtcb(EDI);
            mov(EAX, EDI.at(Utcb.ACTUAL_SENDER));
            keep("request.by", EAX);
            ipc(THREAD, ThreadId.ANY, ANSWER);
            keep("direct", ESI);
            keep("direct.from", EAX);
            ipc(ROOT, ThreadId.NIL, 0);
            ipc(ThreadId.NIL, OTHER, 0);
        }
    }

    @Test
    void theRedirectorGetsWhatIsForOthersAndMayPassItOn() {
        TestKernel kernel = TestKernel.everywhere(program -> new Redirector(program) {
            @Override
            void main() {
                spawnApart(OTHER, label("partner"));
                servePageFaults();
                spawnApart(THREAD, label("confined"));
                redirector(THREAD, ROOT);
                keep("set", EAX);
                expect("first");
                expect("second");
                ipc(THREAD, ThreadId.NIL, 0);
                expect("redirected");
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.ACTUAL_SENDER), THREAD);
                ipc(OTHER, ThreadId.NIL, REQUEST | MessageTag.PROPAGATED);
                keep("passed", ESI);
                expect("again");
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                redirector(THREAD, ThreadId.NIL);
                expect("last");
            }
        });
        assertThat(kernel.kept("set")).isEqualTo(1);
        assertThat(kernel.kept("first")).as("to the redirector itself").isEqualTo(MessageTag.of(1, 0));
        assertThat(kernel.kept("second")).isEqualTo(MessageTag.of(2, 0));
        assertThat(kernel.kept("redirected")).isEqualTo(REQUEST | MessageTag.REDIRECTED);
        assertThat(kernel.kept("redirected.from")).isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("redirected.to")).isEqualTo(RootTask.OTHER);
        assertThat(kernel.kept("passed")).isZero();
        assertThat(kernel.kept("request")).isEqualTo(REQUEST | MessageTag.PROPAGATED);
        assertThat(kernel.kept("request.from")).isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("request.by")).isEqualTo(RootTask.ROOT);
        assertThat(kernel.kept("answer")).isEqualTo(ANSWER);
        assertThat(kernel.kept("answer.from")).isEqualTo(RootTask.OTHER);
        assertThat(kernel.kept("again")).isEqualTo(MessageTag.of(3, 0) | MessageTag.REDIRECTED);
        assertThat(kernel.kept("gone")).as("taken by the redirector").isZero();
        assertThat(kernel.kept("last")).isEqualTo(MessageTag.of(4, 0));
    }

    @Test
    void whoseRedirectorIsGoneReachesNobodyUntilThereIsAnother() {
        TestKernel kernel = TestKernel.everywhere(program -> new Redirector(program) {
            @Override
            void main() {
                spawnApart(THREAD, label("alone"));
                servePageFaults();
                spawn(OTHER, 1, label("redirector"));
                redirector(THREAD, OTHER);
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                ipc(THREAD, ThreadId.NIL, 0);
                sleep();
                redirector(THREAD, ThreadId.NIL);
                servePageFaults();
            }

            @Override
            void others() {
                here("redirector");
                ipc(ThreadId.NIL, OTHER, 0);
                here("alone");
                mov(kept("error"), -1);
                ipc(ROOT, ROOT, 0);
                here("try");
                ipc(ROOT, ThreadId.NIL, 0);
                test(ESI, CALL_FAILED);
                jz(label("try"));
                loadErrorCode(EAX);
                keep("error", EAX);
                here("retry");
                ipc(ROOT, ThreadId.NIL, 0);
                test(ESI, CALL_FAILED);
                jnz(label("retry"));
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("error")).isEqualTo(IpcError.NO_PARTNER);
    }

    /** Who is queued at it learns that it moves; later messages follow it. */
    @Test
    void aRedirectorThatMovesIsOneWhereItIsThen() {
        TestKernel kernel = TestKernel.everywhere(program -> new Redirector(program) {
            @Override
            void main() {
                threadControl(STRANGER, STRANGER, ROOT, ThreadId.NIL, -1);
                threadControl(HOLDER, HOLDER, ROOT, ThreadId.NIL, -1);
                spaceControl(HOLDER, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
                spawnApart(THREAD, label("confined"));
                servePageFaults();
                spawn(OTHER, 1, label("redirector"));
                redirector(THREAD, OTHER);
                ipc(THREAD, ThreadId.NIL, 0);
                sleep();
                threadControl(OTHER, HOLDER, ThreadId.NIL, ThreadId.NIL, utcb(1));
                keep("moved", EAX);
                servePageFaults();
                keep("last", ESI);
                sleep();
            }

            @Override
            void others() {
                here("confined");
                op("lock or", kept("error"), new Imm(0));
                ipc(ROOT, ROOT, 0);
                for (String name : new String[] {"error", "again"}) {
                    ipc(STRANGER, ThreadId.NIL, REQUEST);
                    mov(EAX, -1);
                    test(ESI, CALL_FAILED);
                    Label sent = fresh("sent");
                    jz(sent);
                    loadErrorCode(EAX);
                    here(sent);
                    keep(name, EAX);
                }
                ipc(ThreadId.NIL, THREAD, 0);
                here("redirector");
                ipc(ThreadId.NIL, OTHER, 0);
                ipc(ThreadId.NIL, THREAD, 0);
                keep("redirected", ESI);
                ipc(ROOT, ThreadId.NIL, ANSWER);
                ipc(ThreadId.NIL, OTHER, 0);
            }
        });
        assertThat(kernel.kept("moved")).isEqualTo(1);
        assertThat(kernel.kept("error")).as("it moved meanwhile").isEqualTo(IpcError.NO_PARTNER);
        assertThat(kernel.kept("again")).as("sent").isEqualTo(-1);
        assertThat(kernel.kept("redirected")).isEqualTo(REQUEST | MessageTag.REDIRECTED);
        assertThat(kernel.kept("last")).isEqualTo(ANSWER);
    }
}
