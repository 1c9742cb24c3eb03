package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EDX;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ThreadId;

/** Who may use the ports of the consoles. */
class PortsTest {

    private static final int COM1 = 0x3F8;
    private static final int TIMER = 0x40;

    /** A thread of another space writes to a port, then says that it has. */
    private static final class Writer extends RootTask {

        private final int port;

        Writer(UserProgram program, int port) {
            super(program);
            this.port = port;
        }

        @Override
        void main() {
            spawnApart(THREAD, label("child"));
            servePageFaults();
            mov(kept("done"), 1);
        }

        @Override
        void others() {
            here("child");
            mov(EDX, port);
            mov(Reg8.AL, '!');
            op("out", Reg16.DX, Reg8.AL);
            ipc(ROOT, ThreadId.NIL, 0);
            receive(new Imm(ROOT));
        }
    }

    @Test
    void everySpaceHasThemIfTheKernelIsToldSo() {
        TestKernel kernel = TestKernel.run(Map.of("ports", "all"), program -> new Writer(program, COM1));
        assertThat(kernel.output()).isEqualTo("!");
        assertThat(kernel.kept("done")).isEqualTo(1);
    }

    @Test
    void otherwiseTheRootTasksSpaceAlone() {
        TestKernel kernel = TestKernel.runAnyhow(Map.of(), Map.of(), program -> new Writer(program, COM1));
        assertThat(kernel.stop().kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(kernel.output()).isEmpty();
    }

    @Test
    void otherPortsAreNobodys() {
        TestKernel kernel =
                TestKernel.runAnyhow(Map.of(), Map.of("ports", "all"), program -> new Writer(program, TIMER));
        assertThat(kernel.stop().kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(kernel.kept("done")).isZero();
    }
}
