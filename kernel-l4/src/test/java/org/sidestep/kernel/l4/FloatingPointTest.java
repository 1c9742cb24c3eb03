package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Xmm;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;

/** Each thread has floating-point registers of its own, and sees nobody else's. */
class FloatingPointTest {

    // offsets in what FXSAVE stores
    private static final int CONTROL_AND_STATUS = 0;
    private static final int TAGS = 4;
    private static final int MXCSR = 24;
    private static final int ST0 = 32;
    private static final int XMM0 = 160;
    private static final int[] WORDS = {CONTROL_AND_STATUS, TAGS, MXCSR, ST0, ST0 + 4, XMM0};

    private static final int ROOTS = 0x1234_5678;
    private static final int OTHERS = 0x0BAD_CAFE;
    private static final int ROUNDED_UP = 0x5F80;

    private abstract static class Computing extends RootTask {

        private final Label image = label("image");
        private final Label value = label("value");

        Computing(UserProgram program) {
            super(program);
            program.bss();
            asm.align(16);
            here(image);
            asm.reserve(512);
            here(value);
            asm.reserve(16);
            program.code();
        }

        /** Loads a register of each kind, and another rounding. */
        final void compute(int number) {
            mov(Mem.at(value).dword(), number);
            op("fild", Mem.at(value).dword());
            op("movups", Xmm.XMM0, Mem.at(value));
            mov(Mem.at(value).dword(), ROUNDED_UP);
            op("ldmxcsr", Mem.at(value).dword());
        }

        final void look(String name) {
            op("fxsave", Mem.at(image));
            for (int offset : WORDS) {
                mov(EAX, Mem.at(image).plus(offset).dword());
                keep(name + offset, EAX);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void twoSpacesComputeWithoutSeeingEachOther(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new Computing(program) {
            private final Label other = label("other");

            @Override
            void main() {
                compute(ROOTS);
                spawnApart(THREAD, other);
                servePageFaults();
                look("root");
                ipc(THREAD, THREAD, 0);
                look("rootAgain");
            }

            @Override
            void others() {
                here(other);
                look("fresh");
                compute(OTHERS);
                ipc(ROOT, ROOT, 0);
                look("other");
                ipc(ROOT, ROOT, 0);
            }
        });
        assertFresh(kernel, "fresh");
        assertOwn(kernel, "root", ROOTS);
        assertOwn(kernel, "other", OTHERS);
        assertOwn(kernel, "rootAgain", ROOTS);
    }

    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void aNewThreadInThePlaceOfOneThatComputedBeginsAfresh(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new Computing(program) {
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
                compute(OTHERS);
                ipc(ROOT, ROOT, 0);
                here("second");
                look("second");
                ipc(ROOT, ROOT, 0);
            }
        });
        assertFresh(kernel, "second");
    }

    /** The other thread computes and never gives way: it is the timer that takes the unit away. */
    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void whoIsPreemptedKeepsItsRegisters(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new Computing(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("spins"));
                compute(ROOTS);
                for (int i = 0; i < 3; i++) {
                    mov(EAX, ThreadId.NIL);
                    loadOwnUtcb(EDI);
                    mov(EDX, ThreadId.ANY);
                    xor(ESI, ESI);
                    mov(ECX, 3000);
                    systemCall(SystemCall.IPC);
                    look("root" + i);
                    compute(ROOTS);
                }
                mov(EAX, Mem.at(variable("wrong")).dword());
                keep("wrong", EAX);
                mov(EAX, Mem.at(variable("turns")).dword());
                keep("turns", EAX);
            }

            @Override
            void others() {
                here("spins");
                push(new Imm(OTHERS));
                op("fild", ESP.at(0).dword());
                Label turn = here(fresh("turn"));
                op("fist", ESP.at(0).dword());
                inc(Mem.at(variable("turns")).dword());
                cmp(ESP.at(0).dword(), OTHERS);
                je(turn);
                inc(Mem.at(variable("wrong")).dword());
                jmp(turn);
            }
        });
        assertThat(kernel.kept("wrong")).isZero();
        assertThat(kernel.measured("turns")).isGreaterThan(100);
        for (int i = 0; i < 3; i++) assertOwn(kernel, "root" + i, ROOTS);
    }

    private static void assertFresh(TestKernel kernel, String name) {
        assertThat(kernel.kept(name + CONTROL_AND_STATUS)).as(name).isEqualTo(0x37F);
        assertThat(kernel.kept(name + TAGS) & 0xFF).as(name).isZero();
        assertThat(kernel.kept(name + MXCSR)).as(name).isEqualTo(0x1F80);
        assertThat(kernel.kept(name + ST0)).as(name).isZero();
        assertThat(kernel.kept(name + XMM0)).as(name).isZero();
    }

    private static void assertOwn(TestKernel kernel, String name, int number) {
        int shift = Integer.numberOfLeadingZeros(number);
        assertThat(kernel.kept(name + TAGS) & 0xFF).as(name).isNotZero();
        assertThat(kernel.kept(name + MXCSR)).as(name).isEqualTo(ROUNDED_UP);
        assertThat(kernel.kept(name + XMM0)).as(name).isEqualTo(number);
        assertThat(kernel.kept(name + (ST0 + 4))).as(name).isEqualTo(number << shift);
    }
}
