package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/** Exceptions go to the handler as messages with all registers; its answer sets them. */
class ExceptionTest {

    private static final int EXCEPTION = Protocol.EXCEPTION.tag();
    private static final String[] WORDS = {
        "tag", "eip", "eflags", "vector", "error", "edi", "esi", "ebp", "esp", "ebx", "edx", "ecx", "eax"
    };

    /** The root task handles the exceptions of a second thread of its space. */
    private abstract static class Handler extends RootTask {

        final Label second = label("second");

        Handler(UserProgram program) {
            super(program);
        }

        final void begin() {
            spawn(THREAD, 1, second);
        }

        /** The other thread's beginning. */
        final void secondBegins() {
            here(second);
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), ROOT);
        }

        /** Receives an exception; its message stays in the UTCB. */
        final void receiveException(String name) {
            ipc(ThreadId.NIL, THREAD, 0);
            mov(EDI.at(0).dword(), ESI);
            mov(EDI.at(4).dword(), EBX);
            mov(EDI.at(8).dword(), EBP);
            for (int i = 0; i < WORDS.length; i++) {
                mov(EAX, EDI.at(4 * i));
                keep(name + "." + WORDS[i], EAX);
            }
        }

        /** Answers with what is in the UTCB. */
        final void answer() {
            ipc(THREAD, ThreadId.NIL, EXCEPTION);
        }

        /** Lets the thread go on at {@code place} instead. */
        final void answerAt(String place) {
            setMessage(1, label(place));
            answer();
        }
    }

    @Test
    void theMessageHoldsAllRegistersAndTheAnswerReplacesThem() {
        TestKernel kernel = TestKernel.run(program -> new Handler(program) {
            @Override
            void main() {
                begin();
                receiveException("fault");
                for (int i = 5; i < WORDS.length; i++) {
                    if (!WORDS[i].equals("esp")) setMessage(i, new Imm(0x2000 + i));
                }
                setMessage(2, new Imm(-1));
                answerAt("continue");
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                secondBegins();
                mov(EAX, 1);
                mov(ECX, 2);
                mov(EDX, 3);
                mov(EBX, 4);
                mov(ESI, 6);
                mov(EBP, 7);
                here("faults");
                op("ud2");
                here("continue");
                for (int i = 5; i < WORDS.length; i++) keep("set." + WORDS[i], register(WORDS[i]));
                op("pushf");
                pop(EAX);
                keep("flags", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }

            private Reg32 register(String name) {
                return Reg32.valueOf(name.toUpperCase(Locale.ROOT));
            }
        });
        assertThat(kernel.kept("fault.tag")).isEqualTo(EXCEPTION);
        assertThat(kernel.kept("fault.vector")).isEqualTo(6);
        assertThat(kernel.kept("fault.eip")).isEqualTo(kernel.image().program().address("faults"));
        assertThat(kernel.kept("fault.edi")).isEqualTo(RootTask.localId(1));
        assertThat(kernel.kept("fault.esp")).isEqualTo(kernel.image().program().address("stack.second"));
        String[] registers = {"eax", "ecx", "edx", "ebx", "esi", "ebp"};
        int[] values = {1, 2, 3, 4, 6, 7};
        for (int i = 0; i < registers.length; i++) {
            assertThat(kernel.kept("fault." + registers[i])).isEqualTo(values[i]);
        }
        for (int i = 5; i < WORDS.length; i++) {
            if (!WORDS[i].equals("esp"))
                assertThat(kernel.kept("set." + WORDS[i])).isEqualTo(0x2000 + i);
        }
        assertThat(kernel.kept("flags")).as("arithmetic flags only").isEqualTo(0x8D5 | Selectors.USER_EFLAGS);
    }

    @Test
    void privilegedInstructionsPortsAndInterruptsAreGeneralProtectionFaults() {
        TestKernel kernel = TestKernel.run(program -> new Handler(program) {
            @Override
            void main() {
                begin();
                for (String name : new String[] {"hlt", "cli", "port", "int80", "int49", "cr3"}) {
                    receiveException(name);
                    answerAt(name + ".next");
                }
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                secondBegins();
                faulting("hlt", () -> op("hlt"));
                faulting("cli", () -> op("cli"));
                faulting("port", () -> op("in", Reg8.AL, new Imm(0x40)));
                faulting("int80", () -> op("int", new Imm(0x80)));
                faulting("int49", () -> op("int", new Imm(Vectors.SYSTEM_CALL)));
                faulting("cr3", () -> mov(EAX, Cr.CR3));
                ipc(ROOT, ThreadId.NIL, 0);
            }

            private void faulting(String name, Runnable instruction) {
                here(name + ".at");
                instruction.run();
                here(name + ".next");
            }
        });
        for (String name : new String[] {"hlt", "cli", "port", "int80", "int49", "cr3"}) {
            assertThat(kernel.kept(name + ".vector")).as(name).isEqualTo(13);
            assertThat(kernel.kept(name + ".eip"))
                    .as(name)
                    .isEqualTo(kernel.image().program().address(name + ".at"));
        }
        assertThat(kernel.kept("hlt.error")).isZero();
        assertThat(kernel.kept("int80.error")).isEqualTo(0x80 * 8 + 2);
        assertThat(kernel.kept("int49.error")).isEqualTo(0x31 * 8 + 2);
    }

    @Test
    void theRootTasksPortsAreClosedToOtherSpaces() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            private final Label child = label("child");

            @Override
            void main() {
                spawnApart(THREAD, child);
                servePageFaults();
                keep("vector", EAX);
                ipc(ThreadId.NIL, THREAD, 0);
                loadOwnUtcb(EDI);
                mov(EAX, EDI.at(4 * 3));
                keep("vector", EAX);
            }

            @Override
            void others() {
                here(child);
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.EXCEPTION_HANDLER), ROOT);
                mov(EAX, kept("touched"));
                ipc(ROOT, ThreadId.NIL, 0);
                mov(Reg16.DX, 0x3F8);
                op("out", Reg16.DX, Reg8.AL);
                exit(1);
            }
        });
        assertThat(kernel.kept("vector")).isEqualTo(13);
        assertThat(kernel.output()).isEmpty();
    }

    @Test
    void eachExceptionTellsItsVector() {
        TestKernel kernel = TestKernel.run(program -> new Handler(program) {
            @Override
            void main() {
                begin();
                for (String name : new String[] {"divide", "breakpoint", "overflow", "debug", "bound", "stack"}) {
                    receiveException(name);
                    answerAt(name + ".next");
                }
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                secondBegins();
                xor(ECX, ECX);
                op("div", ECX);
                here("divide.next");
                op("int3");
                here("breakpoint.next");
                mov(EAX, 0x7FFFFFFF);
                inc(EAX);
                op("into");
                here("overflow.next");
                op("int1");
                here("debug.next");
                push(0);
                push(1);
                op("bound", EAX, ESP.at(0));
                here("bound.next");
                mov(EAX, UserSegment.UTCB);
                mov(Seg.SS, EAX);
                mov(EAX, ESP.at(0));
                here("stack.next");
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("divide.vector")).isZero();
        assertThat(kernel.kept("breakpoint.vector")).as("INT3 is not for users").isEqualTo(13);
        assertThat(kernel.kept("breakpoint.error")).isEqualTo(3 * 8 + 2);
        assertThat(kernel.kept("overflow.vector")).isEqualTo(13);
        assertThat(kernel.kept("overflow.error")).isEqualTo(4 * 8 + 2);
        assertThat(kernel.kept("debug.vector")).isEqualTo(1);
        assertThat(kernel.kept("bound.vector")).isEqualTo(5);
        assertThat(kernel.kept("stack.vector")).as("beyond a limit").isEqualTo(12);
        assertThat(kernel.kept("stack.error")).isZero();
    }

    @Test
    void anExceptionWithoutHandlerStopsThatThreadOnly() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            private final Label second = label("second");

            @Override
            void main() {
                spawn(THREAD, 1, second);
                ipc(ThreadId.NIL, THREAD, 0);
                mov(EAX, THREAD);
                systemCall(SystemCall.THREAD_SWITCH);
                ipc(ThreadId.NIL, THREAD, 0);
                keep("tag", ESI);
            }

            @Override
            void others() {
                here(second);
                ipc(ROOT, ThreadId.NIL, 0);
                op("ud2");
                exit(1);
            }
        });
        assertThat(kernel.kept("tag") & RootTask.CALL_FAILED).isNotZero();
    }

    @Test
    void uselessSegmentRegistersHarmNobody() {
        TestKernel kernel = TestKernel.run(program -> new Handler(program) {
            @Override
            void main() {
                begin();
                ipc(ThreadId.NIL, THREAD, 0);
                mov(EAX, Mem.absolute(MemoryMap.KIP).dword());
                keep("root", EAX);
            }

            @Override
            void others() {
                secondBegins();
                xor(EAX, EAX);
                mov(Seg.ES, EAX);
                mov(Seg.FS, EAX);
                mov(Seg.DS, EAX);
                mov(EAX, ROOT);
                xor(EDX, EDX);
                xor(ESI, ESI);
                xor(ECX, ECX);
                mov(EDI, localId(1));
                systemCall(SystemCall.IPC);
                jmp(second);
            }
        });
        assertThat(kernel.kept("root")).isEqualTo(0x4BE6344C);
    }
}
