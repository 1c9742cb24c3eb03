package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.device.BoardOptions;
import org.sidestep.machine.ia32.timing.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Firmware: from the reset vector through all modes and back. */
class RomTest {
    @Test
    void aRomWalksFromRealModeThroughAllModesAndBack() {
        UnitModel model = new UnitModel();
        Parameters parameters = Configured.defaults(model).parameters();
        byte[] rom = WalkRom.image();
        BoardOptions options = BoardOptions.PLAIN.withRom(rom);
        Ia32Machine machine = new Ia32Machine(4 << 20, model.identity(parameters), model.timing(parameters), options);
        machine.start(rom);
        Stop stop = machine.run(Limits.instructions(100_000));
        assertThat(machine.console()).as(stop.reason()).isEqualTo(WalkRom.STATIONS);
        assertThat(stop.kind()).isEqualTo(Stop.Kind.EXIT);
    }

    @Test
    void theSameRomWalksTheSameWayInAnotherEmulator(@TempDir Path directory) throws Exception {
        assumeThat(isInstalled()).as("qemu-system-i386").isTrue();
        Path rom = Files.write(directory.resolve("rom"), WalkRom.image());
        Path console = directory.resolve("console");
        // spotless:off
        Process qemu = new ProcessBuilder(
                "qemu-system-i386", "-cpu", "pentium3", "-display", "none", "-no-reboot", "-net", "none",
                "-bios", rom.toString(), "-debugcon", "file:" + console,
                "-device", "isa-debug-exit,iobase=0xf4,iosize=1")
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        // spotless:on
        boolean ended = qemu.waitFor(30, TimeUnit.SECONDS);
        qemu.destroyForcibly();
        assertThat(console).hasContent(WalkRom.STATIONS);
        assertThat(ended).isTrue();
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("qemu-system-i386", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
