package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** The root task gives ports to other spaces, and takes them back. */
class IoPortsTest {

    private static final int COM1 = 0x3F8;
    private static final int CONSOLE = 0xE9;
    private static final int ALL = Fpage.ALL_RIGHTS;
    private static final int EXCEPTION = Protocol.EXCEPTION.tag();
    private static final int GENERAL_PROTECTION = 13;

    private abstract static class Giver extends RootTask {

        Giver(UserProgram program) {
            super(program);
        }

        final void beginning(String name) {
            here(name);
            settle();
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), ROOT);
            ipc(ROOT, ThreadId.NIL, 0);
        }

        final void give(String name, int to, int ports) {
            setMessage(1, new Imm(MapItem.MAP));
            setMessage(2, new Imm(ports));
            attempt(name, () -> ipc(to, ThreadId.NIL, MapItem.TAG));
            keep(name + ".tag", ESI);
        }

        final void write(int port, char character) {
            mov(EDX, port);
            mov(EAX, character);
            op("out", Reg16.DX, Reg8.AL);
        }

        /** An exception of a thread, which goes on behind the instruction. */
        final void expectException(String name, int from) {
            ipc(ThreadId.NIL, from, 0);
            keep(name + ".tag", ESI);
            mov(EAX, Utcb.mr(EDI, 3));
            keep(name + ".vector", EAX);
            inc(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(from, ThreadId.NIL, EXCEPTION);
        }

        final void unmap(int control, int fpage) {
            mov(EAX, control);
            mov(ESI, fpage);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.UNMAP);
        }
    }

    private static void assertException(TestKernel kernel, String name) {
        assertThat(kernel.kept(name + ".tag")).as(name).isEqualTo(EXCEPTION);
        assertThat(kernel.kept(name + ".vector")).as(name).isEqualTo(GENERAL_PROTECTION);
    }

    @Test
    void eachSpaceHasThePortsThatItWasGivenAndTheyCanBeTakenBack() {
        int serial = Fpage.ofPorts(COM1, 3, ALL);
        TestKernel kernel = TestKernel.run(program -> new Giver(program) {
            @Override
            void main() {
                settle();
                begin(THREAD, "first");
                begin(OTHER, "second");
                ipc(THREAD, ThreadId.NIL, 0);
                expectException("before", THREAD);
                give("serial", THREAD, serial);
                give("console", OTHER, Fpage.ofPorts(CONSOLE, 0, ALL));
                for (int n = 0; n < 2; n++) {
                    ipc(THREAD, THREAD, 0);
                    ipc(OTHER, OTHER, 0);
                }
                expectException("others", OTHER);
                unmap(0, serial);
                ipc(THREAD, ThreadId.NIL, 0);
                expectException("after", THREAD);
                write(COM1, '!');
                ipc(OTHER, OTHER, 0);
                ipc(OTHER, ThreadId.NIL, 0);
                expectException("flushed", OTHER);
            }

            @Override
            void others() {
                beginning("first");
                ipc(ThreadId.NIL, ROOT, 0);
                write(COM1, 'x');
                accept(ROOT, Fpage.COMPLETE);
                for (int n = 0; n < 2; n++) {
                    ipc(ThreadId.NIL, ROOT, 0);
                    write(COM1, 'a');
                    ipc(ROOT, ThreadId.NIL, 0);
                }
                ipc(ThreadId.NIL, ROOT, 0);
                write(COM1, 'x');
                ipc(ThreadId.NIL, ROOT, 0);
                beginning("second");
                accept(ROOT, Fpage.ofPorts(0, 16, 0));
                for (int n = 0; n < 2; n++) {
                    ipc(ThreadId.NIL, ROOT, 0);
                    write(CONSOLE, 'b');
                    ipc(ROOT, ThreadId.NIL, 0);
                }
                write(COM1, 'x');
                ipc(ThreadId.NIL, ROOT, 0);
                write(CONSOLE, 'c');
                unmap(0x40, Fpage.ofPorts(0, 16, ALL));
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, ROOT, 0);
                write(CONSOLE, 'x');
                ipc(ThreadId.NIL, ROOT, 0);
                here("code.end");
            }
        });
        for (String name : new String[] {"before", "others", "after", "flushed"}) assertException(kernel, name);
        assertThat(kernel.output()).isEqualTo("abab!c");
    }

    @Test
    void whoIsNotTheRootTaskHandsOnNoneAndTheKernelsPortsAreNobodys() {
        TestKernel kernel = TestKernel.run(program -> new Giver(program) {
            @Override
            void main() {
                settle();
                begin(THREAD, "first");
                begin(OTHER, "second");
                give("all", THREAD, Fpage.ofPorts(0, 16, ALL));
                ipc(ThreadId.NIL, THREAD, 0);
                expectException("timer", THREAD);
                give("outside", OTHER, Fpage.ofPorts(COM1, 3, ALL));
                give("memory", OTHER, Fpage.ofPorts(COM1, 3, ALL));
                give("none", OTHER, Fpage.ofPorts(COM1, 3, 0));
                expectException("second", OTHER);
            }

            @Override
            void others() {
                beginning("first");
                accept(ROOT, Fpage.COMPLETE);
                give("on", OTHER, Fpage.ofPorts(COM1, 3, ALL));
                ipc(ROOT, ThreadId.NIL, 0);
                write(0x43, 'x');
                ipc(ThreadId.NIL, ROOT, 0);
                beginning("second");
                accept(THREAD, Fpage.COMPLETE);
                accept(ROOT, Fpage.ofPorts(COM1, 2, 0));
                accept(ROOT, Fpage.ofLog2(0, 31, 0));
                accept(ROOT, Fpage.COMPLETE);
                write(COM1, 'x');
                ipc(ThreadId.NIL, ROOT, 0);
                here("code.end");
            }
        });
        assertThat(kernel.kept("all.tag")).isZero();
        assertThat(kernel.kept("none.tag")).isZero();
        for (String name : new String[] {"on", "outside", "memory"}) {
            assertThat(kernel.kept(name + ".error")).as(name).isEqualTo(IpcError.MESSAGE_OVERFLOW);
        }
        assertException(kernel, "timer");
        assertException(kernel, "second");
    }
}
