package org.sidestep.workloads;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.elf.ElfFile;
import org.sidestep.elf.Executable;
import org.sidestep.machine.BadImage;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.BootPrograms;

/** The files that the parameters of {@link Elf} name. Whatever is wrong with them is a bad parameter. */
final class ElfPrograms {

    /** Bytes of a file. */
    private static final int MOST = 64 << 20;

    private final Parameters parameters;

    ElfPrograms(Parameters parameters) {
        this.parameters = parameters;
    }

    ElfFile root() {
        ElfFile root = elf("root", parameters.text("root"));
        int rounds = parameters.integer("rounds");
        return rounds == 0 ? root : withRounds(root, rounds);
    }

    BootPrograms all() {
        Optional<ElfFile> sigma0 = Optional.of(parameters.text("sigma0"))
                .filter(file -> !file.isEmpty())
                .map(file -> elf("sigma0", file));
        List<BootPrograms.Module> modules = new ArrayList<>();
        for (String item : Elf.items(parameters, "modules")) {
            int colon = item.indexOf(':');
            String file = colon < 0 ? item : item.substring(0, colon);
            modules.add(new BootPrograms.Module(item.substring(colon + 1), read("modules", file)));
        }
        return new BootPrograms(Optional.of(root()), sigma0, modules);
    }

    private static ElfFile elf(String parameter, String file) {
        try {
            ElfFile elf = ElfFile.read(read(parameter, file));
            elf.executable();
            return elf;
        } catch (BadImage e) {
            throw bad(parameter, file, e.getMessage());
        }
    }

    private ElfFile withRounds(ElfFile root, int rounds) {
        Integer address = root.symbols().get("rounds");
        for (Executable.Segment segment : root.executable().segments()) {
            if (address == null) break;
            long offset = Integer.toUnsignedLong(address) - segment.virtual();
            if (offset < 0 || offset + Integer.BYTES > segment.fileSize()) continue;
            byte[] bytes = root.bytes().array().clone();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt((int) (segment.offset() + offset), rounds);
            return ElfFile.read(bytes);
        }
        throw bad(
                "rounds",
                parameters.text("root"),
                "has no initialised word 'rounds'; give it one, or leave elf.rounds out");
    }

    private static byte[] read(String parameter, String file) {
        try (InputStream in = Files.newInputStream(regular(parameter, file))) {
            byte[] bytes = in.readNBytes(MOST);
            if (in.read() >= 0) throw bad(parameter, file, "is larger than " + (MOST >> 20) + " MiB");
            return bytes;
        } catch (IOException | InvalidPathException e) {
            throw bad(parameter, file, "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static Path regular(String parameter, String file) {
        Path path = Path.of(file);
        if (Files.isDirectory(path)) throw bad(parameter, file, "is a directory; name an ELF file");
        if (Files.notExists(path)) throw bad(parameter, file, "no such file");
        if (!Files.isReadable(path)) throw bad(parameter, file, "cannot be read: permission denied");
        return path;
    }

    private static BadParameter bad(String parameter, String file, String why) {
        return new BadParameter(String.format(Locale.ROOT, "elf.%s: %s: %s", parameter, file, why));
    }
}
