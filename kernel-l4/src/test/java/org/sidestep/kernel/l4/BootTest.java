package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;

/** From the image to the root task. */
class BootTest {

    /** Touches its own data and ends. */
    private static final class Nothing extends RootTask {

        Nothing(UserProgram program) {
            super(program);
        }

        @Override
        void main() {
            mov(kept("ran"), 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "sysenter"})
    void theImageBootsToTheRootTask(String entry) {
        TestKernel kernel = TestKernel.runAnyhow(Map.of(), Map.of("entry", entry), Nothing::new);
        assertThat(kernel.stop().kind()).isEqualTo(Stop.Kind.EXIT);
        assertThat(kernel.kept("ran")).isEqualTo(1);
        assertThat(kernel.machine().console())
                .isEqualTo("Sidestep L4 X.2: entry %s, ipc %s, validation %s, scheduler priority-rr\r\n"
                        .formatted(
                                entry,
                                Combination.first().policy(),
                                Combination.first().validation()));
    }

    @Test
    void withTooLittleMemoryTheKernelSaysSoAndHalts() {
        TestKernel kernel = TestKernel.runAnyhow(Map.of("memory", 31), Map.of(), Nothing::new);
        assertThat(kernel.stop().kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(kernel.output()).isEqualTo("Sidestep: less than 32 MB of memory\r\n");
    }

    @Test
    void theLeastAndTheMostMemoryAreEnough() {
        for (int megabytes : new int[] {32, 240}) {
            TestKernel kernel =
                    TestKernel.runAnyhow(Map.of("memory", megabytes), Map.of(), program -> new RootTask(program) {
                        @Override
                        void main() {
                            mov(
                                    EAX,
                                    Mem.absolute(MemoryMap.KIP + 0x1A0 + 2 * 8 + 4)
                                            .dword());
                            keep("high", EAX);
                        }
                    });
            assertThat(kernel.stop().kind()).isEqualTo(Stop.Kind.EXIT);
            assertThat(kernel.kept("high")).isEqualTo((megabytes << 20) - 0x400);
        }
    }

    @Test
    void theImageHasItsMultibootHeaderInTheFirstEightKilobytesAndNamesItsProbes() {
        KernelImage image = TestKernel.assemble(Map.of(), Nothing::new);
        ByteBuffer elf = ByteBuffer.wrap(image.elf()).order(ByteOrder.LITTLE_ENDIAN);
        int header = 0;
        while (elf.getInt(header) != 0x1BADB002) header += 4;
        assertThat(header).isLessThan(8192);
        assertThat(elf.getInt(header) + elf.getInt(header + 4) + elf.getInt(header + 8))
                .as("checksum")
                .isZero();
        assertThat(image.probes()).containsKeys(KernelProbes.IPC_KERNEL, KernelProbes.KERNEL_EXIT, KernelProbes.KILL);
        image.probes()
                .values()
                .forEach(labels -> assertThat(image.program().symbols()).containsKeys(labels.toArray(String[]::new)));
    }

    @Test
    void theSameRequestGivesTheSameImage() {
        byte[] first = TestKernel.assemble(Map.of(), Nothing::new).elf();
        byte[] second = TestKernel.assemble(Map.of(), Nothing::new).elf();
        assertThat(first).isEqualTo(second);
    }
}
