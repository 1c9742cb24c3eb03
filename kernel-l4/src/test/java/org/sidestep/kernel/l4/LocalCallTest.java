package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Lipc to partners that are named by global id, which is resolved at user level under lazy switching. */
class LocalCallTest {

    private static final int CALLS = 40;
    private static final int STRANGER = RootTask.id(62);

    /** A root task that calls threads which answer with twice the word they get, more by a number of their own. */
    private abstract static class Caller extends RootTask {

        Caller(UserProgram program) {
            super(program);
        }

        /** A call with one word; MR1 of the answer is in EBX. */
        final void call(int to, int word) {
            setMessage(1, new Imm(word));
            mov(EAX, to);
            mov(EDX, EAX);
            mov(ESI, MessageTag.of(0, 1));
            xor(ECX, ECX);
            systemCall(SystemCall.LIPC);
        }

        /** Calls many times, which must succeed; the last answer is kept. */
        final void callOften(int to, String name) {
            IntStream.range(0, CALLS).forEach(i -> call(to, i));
            keep(name, EBX);
            keep(name + ".tag", ESI);
        }

        @Override
        void others() {
            here("stranger");
            ipc(ROOT, ThreadId.NIL, 0);
            jmp(answering(3));
            for (int number : new int[] {1, 2, 3}) {
                here(answering(number));
                Label next = fresh("next");
                ipc(ThreadId.NIL, ThreadId.ANY, 0);
                here(next);
                lea(ECX, EBX.at(number));
                add(EBX, ECX);
                setMessage(1, EBX);
                mov(EDX, ThreadId.ANY);
                ipcTo(MessageTag.of(0, 1));
                jmp(next);
            }
            here("code.end");
        }

        final Label answering(int number) {
            return label("answering" + number);
        }
    }

    private static void assertAnswered(TestKernel kernel, String name, int number) {
        assertThat(kernel.kept(name)).isEqualTo(2 * (CALLS - 1) + number);
        assertThat(kernel.kept(name + ".tag") & MessageTag.ERROR).isZero();
    }

    @Test
    void aNeighbourAnswers() {
        TestKernel kernel = TestKernel.everywhere(program -> new Caller(program) {
            @Override
            void main() {
                spawn(THREAD, 1, answering(1));
                callOften(THREAD, "answer");
            }
        });
        assertAnswered(kernel, "answer", 1);
    }

    @Test
    void neighboursAndStrangersThatAreCalledInTurnAnswerEachAsHimself() {
        TestKernel kernel = TestKernel.everywhere(program -> new Caller(program) {
            @Override
            void main() {
                settle();
                spawn(THREAD, 1, answering(1));
                spawn(OTHER, 2, answering(2));
                begin(STRANGER, "stranger");
                for (int i = 0; i < CALLS; i++) {
                    for (int to : Arrays.asList(THREAD, OTHER, STRANGER)) call(to, i);
                }
                callOften(STRANGER, "stranger");
                callOften(THREAD, "first");
                callOften(OTHER, "second");
            }
        });
        assertAnswered(kernel, "first", 1);
        assertAnswered(kernel, "second", 2);
        assertAnswered(kernel, "stranger", 3);
    }

    @Test
    void whoeverLivesWhereTheOneWasThatIsCalledDoesNotAnswerForHim() {
        TestKernel kernel = TestKernel.everywhere(program -> new Caller(program) {
            @Override
            void main() {
                spawn(THREAD, 1, answering(1));
                callOften(THREAD, "before");
                threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                mov(EAX, Mem.absolute(localId(1) + Utcb.GLOBAL_ID.offset()));
                keep("whose", EAX);
                call(THREAD, 5);
                keep("deleted", ESI);
                spawn(OTHER, 1, answering(2));
                call(THREAD, 5);
                keep("gone", ESI);
                loadErrorCode(EAX);
                keep("gone.error", EAX);
                callOften(OTHER, "heir");
                call(THREAD, 5);
                keep("still", ESI);
            }
        });
        assertAnswered(kernel, "before", 1);
        assertThat(kernel.kept("whose")).isZero();
        assertThat(kernel.kept("deleted") & MessageTag.ERROR).isNotZero();
        assertThat(kernel.kept("gone") & MessageTag.ERROR).isNotZero();
        assertThat(kernel.kept("gone.error")).isEqualTo(IpcError.NO_PARTNER);
        assertAnswered(kernel, "heir", 2);
        assertThat(kernel.kept("still") & MessageTag.ERROR).isNotZero();
    }

    @Test
    void anotherVersionOfAThreadIsNotTheOneThatWasCalled() {
        TestKernel kernel = TestKernel.everywhere(program -> new Caller(program) {
            @Override
            void main() {
                spawn(THREAD, 1, answering(1));
                callOften(THREAD, "before");
                threadControl(THREAD + 1, ROOT, ThreadId.NIL, ThreadId.NIL, -1);
                call(THREAD, 5);
                keep("old", ESI);
                callOften(THREAD + 1, "new");
            }
        });
        assertAnswered(kernel, "before", 1);
        assertThat(kernel.kept("old") & MessageTag.ERROR).isNotZero();
        assertAnswered(kernel, "new", 1);
    }
}
