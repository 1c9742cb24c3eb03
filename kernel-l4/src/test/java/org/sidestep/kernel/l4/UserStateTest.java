package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.UserSegment;

/** What one task leaves in the processor's registers does not reach another, however the kernel comes to it. */
class UserStateTest {

    private static final int SECRET = 0x5EC2E7;

    static Stream<Arguments> replies() {
        return IpcTest.kernels()
                .flatMap(kernel -> IntStream.of(0, 1, 2).mapToObj(words -> Arguments.of(kernel, words)));
    }

    /** A root task that is called by a thread of another space, or calls it. */
    private abstract static class TwoSpaces extends RootTask {

        final Label other = label("other");

        TwoSpaces(UserProgram program) {
            super(program);
        }

        final void begin() {
            spawnApart(THREAD, other);
            servePageFaults();
        }

        /** The other space's thread has its pages and waits for the root task. */
        final void otherBegins() {
            here(other);
            ipc(ROOT, ROOT, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("replies")
    void ofTheMessageRegistersOnlyTheWordsSentReachTheReceiver(Map<String, String> parameters, int words) {
        TestKernel kernel = TestKernel.run(parameters, program -> new TwoSpaces(program) {
            @Override
            void main() {
                begin();
                for (int mr = 1; mr <= 2; mr++) setMessage(mr, new Imm(0));
                ipc(THREAD, THREAD, 0);
                keep("mr1", EBX);
                keep("mr2", EBP);
            }

            @Override
            void others() {
                otherBegins();
                for (int mr = 1; mr <= 2; mr++) setMessage(mr, new Imm(SECRET + mr));
                ipc(ROOT, ROOT, words);
            }
        });
        assertThat(kernel.kept("mr1")).isEqualTo(words > 0 ? SECRET + 1 : 0);
        assertThat(kernel.kept("mr2")).isEqualTo(words > 1 ? SECRET + 2 : 0);
    }

    static Stream<Arguments> selectors() {
        return IpcTest.kernels()
                .flatMap(kernel -> IntStream.of(0, 3, UserSegment.CODE, UserSegment.DATA, UserSegment.UTCB)
                        .mapToObj(selector -> Arguments.of(kernel, selector)));
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void noSegmentRegisterThatAnotherSpaceHasLoadedIsSeen(Map<String, String> parameters, int selector) {
        TestKernel kernel = TestKernel.run(parameters, program -> new TwoSpaces(program) {
            @Override
            void main() {
                begin();
                ipc(THREAD, THREAD, 0);
                for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS}) {
                    mov(EAX, segment);
                    op("mov", kept(segment.name()).in(Seg.SS), EAX);
                }
            }

            @Override
            void others() {
                otherBegins();
                mov(EAX, ROOT);
                mov(EDX, ROOT);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                mov(ECX, selector);
                for (Seg segment : new Seg[] {Seg.GS, Seg.FS, Seg.ES, Seg.DS}) mov(segment, ECX);
                xor(ECX, ECX);
                systemCall(SystemCall.IPC);
            }
        });
        for (String data : new String[] {"DS", "ES", "FS"}) {
            assertThat(kernel.kept(data)).as(data).isEqualTo(UserSegment.DATA);
        }
        assertThat(kernel.kept("GS")).isEqualTo(UserSegment.UTCB);
    }

    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void flagsThatAnotherSpaceHasSetDoNoHarm(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new TwoSpaces(program) {
            @Override
            void main() {
                begin();
                ipc(THREAD, THREAD, 0);
                op("pushf");
                pop(EAX);
                keep("flags", EAX);
                mov(EDX, ESP);
                push(UserSegment.DATA);
                push(EDX);
                push(Selectors.USER_EFLAGS);
                push(UserSegment.CODE);
                push(label("returned"));
                op("iret");
                here("returned");
                mov(EAX, 1);
                keep("returned", EAX);
                mov(EAX, Mem.at(variable("kept.misaligned")).plus(1).dword());
            }

            @Override
            void others() {
                otherBegins();
                mov(EAX, ROOT);
                mov(EDX, ROOT);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                xor(ECX, ECX);
                op("pushf");
                or(ESP.at(0).dword(), Eflags.NT | Eflags.AC | Eflags.DF | Eflags.ID);
                op("popf");
                systemCall(SystemCall.IPC);
            }
        });
        assertThat(kernel.kept("returned")).isEqualTo(1);
        assertThat(kernel.kept("flags") & (Eflags.DF | Eflags.TF)).isZero();
    }

    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void thereAreNoLocalDescriptors(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new RootTask(program) {
            @Override
            void main() {
                op("sldt", Reg16.AX);
                op("movzx", EAX, Reg16.AX);
                keep("ldt", EAX);
                op("smsw", EAX);
                keep("cr0", EAX);
                mov(EAX, ThreadId.NIL);
            }
        });
        assertThat(kernel.kept("ldt")).isZero();
        assertThat(kernel.kept("cr0"))
                .as("PG, WP, NE, ET, TS, MP, PE; neither AM nor EM")
                .isEqualTo(0x8001003B);
    }
}
