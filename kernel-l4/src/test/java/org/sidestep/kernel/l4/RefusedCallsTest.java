package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import org.junit.jupiter.api.Test;

/** System calls that this kernel does not offer say so. */
class RefusedCallsTest {

    @Test
    void unmapMemoryControlAndProcessorControlAreInvalidParameters() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                attempt("memoryControl", () -> systemCall("memoryControl"));
                attempt("processorControl", () -> systemCall("processorControl"));
                mov(ESI, 0x1234);
                attempt("unmap", () -> systemCall("unmap"));
                keep("mr0", ESI);
            }
        });
        ThreadControlTest.assertError(kernel, "memoryControl", 5);
        ThreadControlTest.assertError(kernel, "processorControl", 5);
        assertThat(kernel.kept("unmap.error")).isEqualTo(5);
        assertThat(kernel.kept("mr0")).isEqualTo(0x1234);
    }
}
