package org.sidestep.lab.cli;

import java.nio.file.Path;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.OutputFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes what another emulator or a PC can boot. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Write the boot image of a cell as a Multiboot ELF file with symbols.")
final class ImageCommand implements Runnable {

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path out;

    @Mixin
    private CellOptions cell;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        new FileUses().reads("--file", cell.file()).writes("--out", out);
        OutputFile.require(out);
        byte[] elf = cell.image(spec.commandLine().getErr()).elf();
        OutputFile.save(out, elf);
    }
}
