package org.sidestep.lab.cli;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg8.AL;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;

/** Small kernels and boot sectors for the command {@code boot}, and the files around it. */
abstract class Booting {
    static final int COM1 = 0x3F8;
    static final int EXIT = 0xF4;
    static final int MAGIC = 0x1BADB002;
    private static final int LOAD = 0x100000;

    @TempDir
    Path directory;

    final StringWriter err = new StringWriter();

    String path(String name) {
        return directory.resolve(name).toString();
    }

    String serial() throws IOException {
        return Files.readString(directory.resolve("serial"), StandardCharsets.ISO_8859_1);
    }

    /** Boots a file; a last argument {@code --serial} sends the console to the file {@code serial}. */
    int boot(String image, String... options) {
        List<String> arguments = new ArrayList<>(List.of(path(image)));
        arguments.addAll(Arrays.asList(options));
        if (arguments.get(arguments.size() - 1).equals("--serial")) arguments.add(path("serial"));
        return execute(arguments.toArray(String[]::new));
    }

    int execute(String... arguments) {
        List<String> all = new ArrayList<>(List.of("boot"));
        all.addAll(Arrays.asList(arguments));
        // A guest that goes astray fails its test instead of running on.
        if (!all.contains("--max-cycles")) all.addAll(List.of("--max-cycles", "300000000"));
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    }

    /** Writes the file {@code image} by the command of that name. */
    int image(String... options) {
        List<String> all = new ArrayList<>(List.of("image", "--file", "../seeds/lecture.yaml", "--out", path("image")));
        all.addAll(Arrays.asList(options));
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    }

    void kernel(String name, Consumer<Assembler> code) throws IOException {
        Assembler asm = new Assembler();
        asm.section("kernel", LOAD, LOAD);
        for (int word : new int[] {MAGIC, 0, -MAGIC}) asm.word(imm(word));
        asm.bind(asm.label("entry"));
        code.accept(asm);
        Files.write(directory.resolve(name), ElfImage.of(asm.link(), "entry"));
    }

    /** Puts the guest {@code guests/NAME.asm} into the file of that name, as NASM makes it. */
    void guest(String name) {
        new GuestCase(name).assemble(directory.resolve(name));
    }

    /** Puts the guest {@code guests/NAME.asm} into the file of that name, as an ELF file for that address. */
    void linkedGuest(String name, long address) {
        new GuestCase(name).link(directory.resolve(name), address);
    }

    void sector(String name, Consumer<Assembler> code) throws IOException {
        Assembler asm = new Assembler();
        asm.section("sector", 0x7C00, 0x7C00);
        asm.bits(16);
        code.accept(asm);
        byte[] image = Arrays.copyOf(asm.link().segments().get(0).bytes(), 512);
        image[510] = 0x55;
        image[511] = (byte) 0xAA;
        Files.write(directory.resolve(name), image);
    }

    static void out(Assembler asm, int port, int value) {
        asm.emit("mov", AL, imm(value));
        asm.emit("out", imm(port), AL);
    }

    static void print(Assembler asm, String text) {
        asm.emit("mov", EDX, imm(COM1));
        for (char character : text.toCharArray()) {
            asm.emit("mov", AL, imm(character));
            asm.emit("out", Reg16.DX, AL);
        }
    }

    /** Prints the text whose address is in memory, and a bar. */
    static void string(Assembler asm, Mem address) {
        var next = asm.fresh("next");
        var end = asm.fresh("end");
        asm.emit("mov", EDX, imm(COM1));
        asm.emit("mov", ESI, address);
        asm.bind(next);
        asm.emit("lodsb");
        asm.emit("test", AL, AL);
        asm.emit("je", end);
        asm.emit("out", Reg16.DX, AL);
        asm.emit("jmp", next);
        asm.bind(end);
        print(asm, "|");
    }
}
