package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDX;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ThreadId;

/** The image is real: QEMU, if it is installed, boots it too and shows the same on the serial console. */
class OtherEmulatorTest {

    private static final String QEMU = "qemu-system-i386";
    /** QEMU's exit device ends it with twice the written value plus one. */
    private static final int SUCCESS = 1;

    private static final int COM1 = 0x3F8;

    /** Two threads of different spaces exchange a message; the answer goes to the serial console. */
    private static final class Conversation extends RootTask {

        Conversation(UserProgram program) {
            super(program);
        }

        @Override
        void main() {
            spawnApart(THREAD, label("child"));
            servePageFaults();
            mov(EAX, EBX);
            mov(EDX, COM1);
            op("out", Reg16.DX, Reg8.AL);
        }

        @Override
        void others() {
            here("child");
            setMessage(1, new Imm('!'));
            ipc(ROOT, ThreadId.NIL, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int", "sysenter"})
    void qemuShowsTheSameText(String entry, @TempDir Path directory) throws IOException, InterruptedException {
        boolean required = "true".equals(System.getenv("CI"));
        assumeTrue(required || isInstalled(), QEMU + " is not installed");
        Path image = directory.resolve("image.elf");
        Path console = directory.resolve("console");
        TestKernel here = TestKernel.run(Map.of("entry", entry), Conversation::new);
        Files.write(
                image,
                TestKernel.assemble(Map.of("entry", entry), Conversation::new).elf());
        Process qemu = new ProcessBuilder(
                        QEMU,
                        "-cpu",
                        "pentium3",
                        "-m",
                        "64",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-kernel",
                        image.toString(),
                        "-serial",
                        "file:" + console,
                        "-device",
                        "isa-debug-exit,iobase=0xf4,iosize=1")
                .redirectErrorStream(true)
                .start();
        boolean ended = qemu.waitFor(60, TimeUnit.SECONDS);
        qemu.destroyForcibly();
        assertThat(ended).as("ended by itself").isTrue();
        assertThat(qemu.exitValue()).isEqualTo(SUCCESS);
        assertThat(Files.readString(console))
                .isEqualTo(here.machine().console())
                .endsWith("!");
    }

    private static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, QEMU)));
    }
}
