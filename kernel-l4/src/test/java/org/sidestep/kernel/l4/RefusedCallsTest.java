package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.St;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What this kernel does not offer says so: by an error where there is one to return, else by an exception. */
class RefusedCallsTest {

    private static final int INVALID_OPCODE = 6;
    private static final int FLOATING_POINT_ERROR = 16;
    /** The control word without any mask. */
    private static final int NOTHING_MASKED = 0x340;

    private static final int A_POINT_IN_TIME = Time.POINT | 100;
    private static final int KEEP = -1;

    /** The root task handles the exceptions of a second thread, each of which it lets go on at a place of its own. */
    private abstract static class Refused extends RootTask {

        private final Label second = label("second");
        private final String[] attempts;

        Refused(UserProgram program, String... attempts) {
            super(program);
            this.attempts = attempts;
        }

        @Override
        void main() {
            spawn(THREAD, 1, second);
            for (String attempt : attempts) {
                ipc(ThreadId.NIL, THREAD, 0);
                keep(attempt + ".tag", ESI);
                keep(attempt + ".eip", EBX);
                mov(EAX, EDI.at(4 * 3));
                keep(attempt + ".vector", EAX);
                mov(EDI.at(4).dword(), label(attempt + ".next"));
                ipc(THREAD, ThreadId.NIL, 0xFFB0 << 16 | 12);
            }
            ipc(ThreadId.NIL, THREAD, 0);
        }

        @Override
        void others() {
            here(second);
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), ROOT);
            for (String attempt : attempts) {
                mov(ESP, stack("second"));
                here(attempt + ".at");
                attempt(attempt);
                exit(1);
                here(attempt + ".next");
            }
            mov(ESP, stack("second"));
            loadErrorCode(EAX);
            keep("error", EAX);
            ipc(ROOT, ThreadId.NIL, 0);
        }

        abstract void attempt(String name);
    }

    private static void assertException(TestKernel kernel, String name, int vector) {
        assertThat(kernel.kept(name + ".tag")).as(name).isEqualTo(0xFFB0 << 16 | 12);
        assertThat(kernel.kept(name + ".vector")).as(name).isEqualTo(vector);
    }

    @Test
    void memoryIsWrittenBackAndProcessorsStayAsTheyAre() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                attempt("default", () -> memoryControl(0, 1, 4));
                attempt("uncacheable", () -> memoryControl(2, 1, 4));
                attempt("nil", () -> {
                    mov(EAX, 0);
                    mov(ESI, 0);
                    mov(ECX, 4);
                    systemCall(SystemCall.MEMORY_CONTROL);
                });
                attempt("processorControl", () -> systemCall(SystemCall.PROCESSOR_CONTROL));
            }

            /** Two fpages: the second has the default attribute. */
            private void memoryControl(int attribute, int writeBack, int uncacheable) {
                setMessage(1, new Imm(fpage(MemoryMap.USER_DATA & -0x1000, 12, 0)));
                mov(EAX, 1);
                mov(ESI, fpage(MemoryMap.USER_CODE & -0x1000, 12, attribute));
                mov(ECX, 0);
                mov(EDX, writeBack);
                mov(EBX, uncacheable);
                mov(EBP, uncacheable);
                systemCall(SystemCall.MEMORY_CONTROL);
            }
        });
        assertThat(kernel.kept("default")).isEqualTo(1);
        assertThat(kernel.kept("nil")).isEqualTo(1);
        ThreadControlTest.assertError(kernel, "uncacheable", SystemCallError.INVALID_PARAMETER);
        ThreadControlTest.assertError(kernel, "processorControl", SystemCallError.INVALID_PARAMETER);
    }

    @Test
    void thePlaceWhereAnUnmapGoesOnIsNothingToCallWithoutOne() {
        TestKernel kernel = TestKernel.run(program -> new Refused(program, "continue") {
            @Override
            void attempt(String name) {
                call(label("kip.unmap.continue"));
            }
        });
        assertException(kernel, "continue", INVALID_OPCODE);
        assertThat(kernel.kept("error")).isEqualTo(SystemCallError.INVALID_PARAMETER);
    }

    @Test
    void anUnmaskedFloatingPointErrorIsAnException() {
        TestKernel kernel = TestKernel.run(program -> new Refused(program, "fwait") {
            @Override
            void attempt(String name) {
                op("fninit");
                mov(kept("control"), NOTHING_MASKED);
                op("fldcw", kept("control").word());
                op("fld1");
                op("fldz");
                op("fdivp", St.ST1, St.ST0);
                here("fwait.at.error");
                op("fwait");
            }
        });
        assertThat(kernel.kept("fwait.vector")).isEqualTo(FLOATING_POINT_ERROR);
    }

    @Test
    void parametersThatWouldHaveNoEffectAreErrors() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                attempt("quantum", () -> schedule(1000, KEEP, KEEP, KEEP));
                attempt("point", () -> schedule(A_POINT_IN_TIME << 16, KEEP, KEEP, KEEP));
                attempt("zero", () -> schedule(0x0400 << 16, KEEP, KEEP, KEEP));
                attempt("priority", () -> schedule(KEEP, 256, KEEP, KEEP));
                attempt("processor", () -> schedule(KEEP, KEEP, 1, KEEP));
                attempt("preemption", () -> schedule(KEEP, KEEP, KEEP, 100));
                attempt("everything", () -> schedule(1000 << 16, 255, 0, KEEP));
                attempt("redirector", () -> {
                    mov(EAX, THREAD);
                    mov(ECX, 0);
                    mov(EDX, fpage(MemoryMap.KIP, 12, 0));
                    mov(ESI, fpage(MemoryMap.UTCB_AREA, 17, 0));
                    mov(EDI, ROOT);
                    systemCall(SystemCall.SPACE_CONTROL);
                });
                attempt("extension", () -> {
                    mov(EAX, THREAD);
                    mov(ECX, 0x400);
                    systemCall(SystemCall.EXCHANGE_REGISTERS);
                });
            }

            private void schedule(int time, int priority, int processor, int preemption) {
                Reg32[] registers = {EAX, EDX, ECX, ESI, EDI};
                int[] values = {THREAD, time, priority, processor, preemption};
                for (int i = 0; i < registers.length; i++) mov(registers[i], values[i]);
                systemCall(SystemCall.SCHEDULE);
            }
        });
        for (String name : new String[] {
            "quantum", "point", "zero", "priority", "processor", "preemption", "redirector", "extension"
        }) {
            ThreadControlTest.assertError(kernel, name, SystemCallError.INVALID_PARAMETER);
        }
        assertThat(kernel.kept("everything")).isNotZero();
    }

    @Test
    void movingAThreadIsAnErrorAndASmallSpaceTakesNoEffect() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                threadControl(OTHER, OTHER, ROOT, ThreadId.NIL, -1);
                mov(EAX, OTHER);
                mov(ECX, 0x8000_0001);
                mov(EDX, fpage(MemoryMap.KIP, 12, 0));
                mov(ESI, fpage(MemoryMap.UTCB_AREA, 17, 0));
                xor(EDI, EDI);
                systemCall(SystemCall.SPACE_CONTROL);
                keep("small", ECX);
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                attempt("moved", () -> threadControl(THREAD, OTHER, ThreadId.NIL, ThreadId.NIL, -1));
            }
        });
        assertThat(kernel.kept("small")).isZero();
        ThreadControlTest.assertError(kernel, "moved", 3);
    }
}
