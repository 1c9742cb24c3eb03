package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.InputFile;
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
        description = {
            "Write the boot image of a cell as a Multiboot ELF file with symbols; with --root, that of its kernel with"
                    + " another root task.",
            "Example: ./sidestep image --out kernel.elf ipc=lazy workload=ping-pong"
        })
final class ImageCommand implements Runnable {

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path out;

    @Option(
            names = "--root",
            paramLabel = "ELF",
            description =
                    "The root task in place of the cell's workload: an X.2 program, 32-bit, linked between 4 and 240 MB.")
    private String root;

    @Option(names = "--sigma0", paramLabel = "ELF", description = "Another sigma0 than the kernel's own, with --root.")
    private String sigma0;

    @Option(
            names = "--module",
            paramLabel = "FILE[:ARGS]",
            description = "What the root task finds through the boot information, with --root (may be repeated).")
    private List<String> modules = List.of();

    @Option(
            names = "--alone",
            description = "The kernel alone: for an X.2 boot loader, or with the root task as a Multiboot module.")
    private boolean alone;

    @Mixin
    private CellOptions cell;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        FileUses files = new FileUses().reads("--file", cell.file());
        if (root != null) files.reads("--root", InputFile.path(root));
        if (sigma0 != null) files.reads("--sigma0", InputFile.path(sigma0));
        modules.forEach(module -> files.reads("--module", InputFile.path(BootMedia.file(module))));
        files.writes("--out", out);
        OutputFile.require(out);
        programs();
        byte[] elf = cell.image(spec.commandLine().getErr()).elf();
        OutputFile.save(out, elf);
    }

    /** The workload that has the programs, in place of the cell's. */
    private void programs() {
        if (root == null && (sigma0 != null || !modules.isEmpty())) {
            throw new BadInput("--sigma0 and --module are for a root task; give it with --root");
        }
        if (alone && root != null) throw new BadInput("--alone has no root task; leave --root out");
        if (root == null && !alone) return;
        cell.change("workload", "elf");
        if (alone) return;
        cell.change("workload.root", root);
        if (sigma0 != null) cell.change("workload.sigma0", sigma0);
        for (String module : modules) {
            if (module.contains(";")) throw new BadInput("--module " + module + ": a semicolon cannot be in it");
        }
        cell.change("workload.modules", String.join(";", modules));
    }
}
