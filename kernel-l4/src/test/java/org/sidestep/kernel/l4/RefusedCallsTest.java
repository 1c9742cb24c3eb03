package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
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

    private static final int LARGE = 0x0240_0000;
    private static final int FRESH = 0x0210_0000;

    /** Bits of page table entries. */
    private static final int WRITE_THROUGH = 8;

    private static final int CACHING = 0x18;

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
    void pagesAreCachedAsTheirTablesCanSayAndProcessorsStayAsTheyAre() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                attempt("default", () -> memoryControl(0, 1, 5));
                attempt("combining", () -> memoryControl(2, 1, 5));
                attempt("protected", () -> memoryControl(2, 1, 8));
                attempt("unknown", () -> memoryControl(2, 1, 3));
                requestLargePage(LARGE);
                attempt("whole", () -> memoryControl(fpage(LARGE, 22, 2), 2));
                attempt("part", () -> memoryControl(fpage(LARGE + MemoryMap.PAGE, 12, 2), 2));
                mov(Mem.absolute(FRESH).dword(), 1);
                attempt("uncacheable", () -> memoryControl(fpage(FRESH, 12, 2), 4));
                attempt("nil", () -> {
                    mov(EAX, 0);
                    mov(ESI, 0);
                    mov(ECX, 4);
                    systemCall(SystemCall.MEMORY_CONTROL);
                });
                attempt("second", () -> processorControl(1, 0, 0));
                attempt("voltage", () -> processorControl(0, 0, 1500));
                attempt("faster", () -> processorControl(0, 1, 0));
                attempt("same", () -> processorControl(0, 0, 0));
            }

            private void processorControl(int number, int frequency, int voltage) {
                mov(EAX, number);
                mov(ECX, frequency);
                mov(EDX, 0);
                mov(ESI, voltage);
                systemCall(SystemCall.PROCESSOR_CONTROL);
            }

            private void memoryControl(int fpage, int attribute) {
                mov(EAX, 0);
                mov(ESI, fpage);
                mov(EBX, attribute);
                systemCall(SystemCall.MEMORY_CONTROL);
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
        for (String name : new String[] {"whole", "uncacheable", "same"}) {
            assertThat(kernel.kept(name)).as(name).isEqualTo(1);
        }
        for (String name : new String[] {"combining", "protected", "unknown", "part", "second", "voltage", "faster"}) {
            ThreadControlTest.assertError(kernel, name, SystemCallError.INVALID_PARAMETER);
        }
        int directory = kernel.pageDirectory(RootTask.ROOT);
        assertThat(kernel.physicalWord(directory + (LARGE >>> 22) * 4) & CACHING)
                .isEqualTo(WRITE_THROUGH);
        int table = kernel.physicalWord(directory + (FRESH >>> 22) * 4) & -MemoryMap.PAGE;
        int entry = table + (FRESH >>> 12 & 0x3FF) * 4;
        assertThat(kernel.physicalWord(entry) & CACHING).isEqualTo(CACHING);
        assertThat(kernel.physicalWord(entry + 4) & CACHING).as("its neighbour").isZero();
    }

    @Test
    void thePlacesWhereAnUnmapOrAnAnswerGoesOnAreNothingToCallWithoutOne() {
        for (String place : List.of("kip.unmap.continue", "kip.ipc.continue")) {
            TestKernel kernel = TestKernel.run(program -> new Refused(program, "continue") {
                @Override
                void attempt(String name) {
                    call(label(place));
                }
            });
            assertException(kernel, "continue", INVALID_OPCODE);
            assertThat(kernel.kept("error")).as(place).isEqualTo(SystemCallError.INVALID_PARAMETER);
        }
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
                attempt("quantum", () -> schedule(A_POINT_IN_TIME, KEEP, KEEP, KEEP));
                attempt("noQuantum", () -> schedule(0x0400, KEEP, KEEP, KEEP));
                attempt("point", () -> schedule(A_POINT_IN_TIME << 16, KEEP, KEEP, KEEP));
                attempt("zero", () -> schedule(0x0400 << 16, KEEP, KEEP, KEEP));
                attempt("priority", () -> schedule(KEEP, 256, KEEP, KEEP));
                attempt("processor", () -> schedule(KEEP, KEEP, 1, KEEP));
                attempt("preemption", () -> schedule(KEEP, KEEP, KEEP, 1 << 24));
                attempt("everything", () -> schedule(1000 << 16, 255, 0, KEEP));
                attempt("redirector", () -> {
                    mov(EAX, THREAD);
                    mov(ECX, 0);
                    mov(EDX, fpage(MemoryMap.KIP, 12, 0));
                    mov(ESI, fpage(MemoryMap.UTCB_AREA, 17, 0));
                    mov(EDI, id(99));
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
            "quantum", "noQuantum", "point", "zero", "priority", "processor", "preemption", "extension"
        }) {
            ThreadControlTest.assertError(kernel, name, SystemCallError.INVALID_PARAMETER);
        }
        ThreadControlTest.assertError(kernel, "redirector", SystemCallError.INVALID_THREAD);
        assertThat(kernel.kept("everything")).isNotZero();
    }

    @Test
    void aSmallSpaceTakesNoEffect() {
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
            }
        });
        assertThat(kernel.kept("small")).isZero();
    }
}
