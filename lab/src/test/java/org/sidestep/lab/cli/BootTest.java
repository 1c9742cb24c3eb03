package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg8.AL;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;

/** The command {@code boot} from outside, with small kernels and boot sectors. */
class BootTest {
    private static final int MAGIC = 0x1BADB002;
    private static final int LOAD = 0x100000;
    private static final int COM1 = 0x3F8;
    private static final int EXIT = 0xF4;

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    @Test
    void theSerialConsoleIsPrintedAndTheExitPortIsTheExitCode() throws IOException {
        kernel("k", asm -> {
            print(asm, "hello");
            out(asm, EXIT, 7);
        });
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream standard = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.ISO_8859_1));
        try {
            assertThat(boot("k")).isEqualTo(7);
        } finally {
            System.setOut(standard);
        }
        assertThat(printed).hasToString("hello");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aKernelFindsItsCommandLineAndItsModules() throws IOException {
        Files.writeString(directory.resolve("m1"), "module one\0");
        Files.writeString(directory.resolve("m2"), "module two\0");
        kernel("k", asm -> {
            string(asm, Mem.base(EBX, 16));
            asm.emit("mov", EBX, Mem.base(EBX, 24));
            for (int at : new int[] {8, 0, 16, 24}) string(asm, Mem.base(EBX, at));
            out(asm, EXIT, 0);
        });

        boot("k", "--append", "quiet mode", "--module", path("m1") + ":first: one", "--module", path("m2"), "--serial");

        assertThat(serial()).isEqualTo("quiet mode|first: one|module one|module two|%s|".formatted(path("m2")));
    }

    @Test
    void theTextThatIsWaitedForEndsTheRunAtOnce() throws IOException {
        kernel("k", asm -> {
            asm.bind(asm.label("again"));
            print(asm, "tick\n");
            asm.emit("jmp", asm.label("again"));
        });

        assertThat(boot("k", "--until-text", "tick\ntick", "--serial")).isZero();
        assertThat(serial()).isEqualTo("tick\ntick");
    }

    @Test
    void aPackedKernelIsUnpacked() throws IOException {
        kernel("k", asm -> out(asm, EXIT, 9));
        try (var packed = new GZIPOutputStream(Files.newOutputStream(directory.resolve("k.gz")))) {
            Files.copy(directory.resolve("k"), packed);
        }
        assertThat(boot("k.gz")).isEqualTo(9);
    }

    @Test
    void anExitBeforeTheTextIsNoSuccess() throws IOException {
        kernel("k", asm -> out(asm, EXIT, 0));

        assertThat(boot("k", "--until-text", "login:", "--serial")).isEqualTo(1);
        assertThat(err.toString()).contains("exited before it printed the text");
    }

    @Test
    void theCycleLimitIsExitCodeThree() throws IOException {
        kernel("k", asm -> {
            asm.bind(asm.label("again"));
            asm.emit("jmp", asm.label("again"));
        });

        assertThat(boot("k", "--max-cycles", "5000000")).isEqualTo(3);
        assertThat(err.toString()).startsWith("sidestep: reached the limit of 5000000 cycles at 0010000c");
    }

    @Test
    void aGuestThatHaltsForGoodIsReported() throws IOException {
        kernel("k", asm -> asm.emit("hlt"));

        assertThat(boot("k")).isEqualTo(4);
        assertThat(err.toString()).contains("nothing that could wake", "protected mode, 32-bit code, halted", "hlt");
    }

    @Test
    void whatAGuestHasOnlyShownOnTheScreenIsShownInTheEnd() throws IOException {
        kernel("k", asm -> {
            asm.emit("mov", Mem.absolute(0xB8000).dword(), imm(0x0769_0748));
            asm.emit("hlt");
        });

        assertThat(boot("k")).isEqualTo(4);
        assertThat(err.toString()).contains("wake the processor\nscreen:\nHi\neax=");
    }

    @Test
    void aTripleFaultIsExplained() throws IOException {
        kernel("k", asm -> {
            asm.emit("jmp", asm.label("bad"));
            asm.bind(asm.label("bad"));
            asm.emit("ud2");
        });

        assertThat(boot("k")).isEqualTo(4);
        assertThat(err.toString())
                .containsOnlyOnce("triple fault at 0010000e: #UD")
                .containsOnlyOnce("last instructions:")
                .contains("jmp    0x10000e", "ud2", "eip=0010000e");
    }

    @Test
    void strictModeStopsAtWhatDoesNotExist() throws IOException {
        kernel("port", asm -> {
            out(asm, 0xE4, 1);
            out(asm, EXIT, 0);
        });
        kernel("msr", asm -> {
            asm.emit("mov", ECX, imm(0xC0000080));
            asm.emit("rdmsr");
        });
        kernel("ud", asm -> asm.emit("ud2"));

        assertThat(boot("port")).isZero();
        assertThat(boot("port", "--strict")).isEqualTo(4);
        assertThat(err.toString()).contains("port e4 at 0010000e: there is no device");
        assertThat(boot("msr", "--strict")).isEqualTo(4);
        assertThat(err.toString()).contains("model-specific register c0000080 at 00100011");
        assertThat(boot("ud", "--strict")).isEqualTo(4);
        assertThat(err.toString()).contains("undefined instruction at 0010000c", "next instructions:\n  0010000c  ud2");
    }

    @Test
    void debugConsoleAndPortLogsGoToTheirFiles() throws IOException {
        kernel("k", asm -> {
            out(asm, 0xE9, 'd');
            out(asm, 0x80, 'p');
            out(asm, 0x99, 'q');
            out(asm, EXIT, 0);
        });

        boot("k", "--debugcon", path("debug"), "--port-log", "80=" + path("post"), "--port-log", "0x99=" + path("q"));

        assertThat(directory.resolve("debug")).hasContent("d");
        assertThat(directory.resolve("post")).hasContent("p");
        assertThat(directory.resolve("q")).hasContent("q");
    }

    @Test
    void aFileIsTypedAtTheSerialPort() throws IOException {
        Files.writeString(directory.resolve("typed"), "abcq");
        kernel("k", asm -> {
            asm.bind(asm.label("again"));
            asm.emit("mov", EDX, imm(COM1 + 5));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("test", AL, imm(1));
            asm.emit("je", asm.label("again"));
            asm.emit("mov", EDX, imm(COM1));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("out", Reg16.DX, AL);
            asm.emit("cmp", AL, imm('q'));
            asm.emit("jne", asm.label("again"));
            out(asm, EXIT, 0);
        });

        assertThat(boot("k", "--input", path("typed"), "--serial")).isZero();
        assertThat(serial()).isEqualTo("abcq");
    }

    @Test
    void inputIsHeldBackUntilTheGuestAsksForIt() throws IOException {
        Files.writeString(directory.resolve("typed"), "y");
        kernel("k", asm -> {
            asm.emit("mov", EDX, imm(COM1 + 5));
            asm.emit("mov", ECX, imm(1_000_000));
            asm.bind(asm.label("before"));
            asm.emit("dec", ECX);
            asm.emit("jne", asm.label("before"));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("and", AL, imm(1));
            asm.emit("out", imm(0xE9), AL);
            print(asm, "sure?");
            asm.emit("mov", EDX, imm(COM1 + 5));
            asm.bind(asm.label("again"));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("test", AL, imm(1));
            asm.emit("je", asm.label("again"));
            out(asm, EXIT, 5);
        });

        String[] options = {"--input", path("typed"), "--input-after", "sure?", "--debugcon", path("early")};
        assertThat(boot("k", options)).isEqualTo(5);
        assertThat(directory.resolve("early")).hasBinaryContent(new byte[1]);
    }

    @Test
    void aDiskWithAKernelBehindItsBootSectorIsADiskAndOthersFollowIt() throws IOException {
        sector("s", asm -> {
            for (int drive : new int[] {0x80, 0x81}) {
                asm.emit("mov", Reg16.AX, imm(0x0201));
                asm.emit("mov", Reg16.BX, imm(0x8000));
                asm.emit("mov", Reg16.CX, imm(2));
                asm.emit("mov", Reg16.DX, imm(drive));
                asm.emit("int", imm(0x13));
                asm.emit("mov", AL, Mem.absolute(0x8000).byte_());
                asm.emit("out", imm(0xE9), AL);
            }
            out(asm, EXIT, 6);
        });
        byte[] first = Arrays.copyOf(Files.readAllBytes(directory.resolve("s")), 4 << 20);
        ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).putInt(512, MAGIC).putInt(520, -MAGIC);
        byte[] second = new byte[1024];
        second[512] = 'x';
        Files.write(directory.resolve("first"), first);
        Files.write(directory.resolve("second"), second);

        assertThat(boot("first", "--disk", path("second"), "--debugcon", path("read")))
                .isEqualTo(6);
        assertThat(directory.resolve("read")).hasBinaryContent(new byte[] {(byte) MAGIC, 'x'});
    }

    @Test
    void anInterruptedRunReportsAndWritesItsFiles() throws Exception {
        kernel("k", asm -> {
            print(asm, "running");
            asm.bind(asm.label("again"));
            asm.emit("jmp", asm.label("again"));
        });
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "boot",
                        path("k"),
                        "--screen",
                        path("screen"))
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertThat(process.getInputStream().readNBytes(7)).asString().isEqualTo("running");
        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("err")).content().contains("sidestep: interrupted", "last branches:");
        assertThat(directory.resolve("screen")).exists();
    }

    @Test
    void theTraceHasALineForEachInstructionWithWhatItChanged() throws IOException {
        kernel("k", asm -> {
            asm.emit("mov", EAX, imm(0x1234));
            asm.emit("add", EAX, imm(1));
            out(asm, EXIT, 0);
        });

        boot("k", "--trace", path("trace"));

        List<String> lines = Files.readAllLines(directory.resolve("trace"));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).matches(" +0 0008:0010000c b8 34 12 00 00 +mov    eax,0x1234 +eax=00001234");
        assertThat(lines.get(1)).matches(" +\\d+ 0008:00100011 83 c0 01 +add    eax,0x1 +eax=00001235 eflags=\\S+");
    }

    @Test
    void theTraceShowsFaultsWhereTheyHappen() throws IOException {
        sector("s", asm -> {
            asm.emit("mov", Mem.absolute(4 * 6).word(), imm(0x7C00 + 0x100));
            asm.emit("mov", Mem.absolute(4 * 6 + 2).word(), imm(0));
            asm.emit("mov", Mem.absolute(0x7C00 + 0x100).word(), imm(0xF4E6));
            asm.emit("ud2");
        });

        boot("s", "--trace", path("trace"));

        List<String> lines = Files.readAllLines(directory.resolve("trace"));
        assertThat(lines.get(lines.size() - 2)).contains("ud2", "raises exception 06");
        assertThat(lines.get(lines.size() - 1)).contains("0000:00007d00 e6 f4", "out    0xf4,al");
    }

    @Test
    void aBootSectorReadsTheKeyboardAndTheScreenIsKept() throws IOException {
        Files.writeString(directory.resolve("typed"), "Hi");
        sector("s", asm -> {
            for (int i = 0; i < 2; i++) {
                asm.emit("mov", Reg16.AX, imm(0));
                asm.emit("int", imm(0x16));
                asm.emit("mov", Reg16.AX, imm(0x0E00));
                asm.emit("or", AL, Mem.absolute(0x41E + 2 * i).byte_());
                asm.emit("int", imm(0x10));
            }
            out(asm, EXIT, 3);
        });

        assertThat(boot("s", "--keys", path("typed"), "--screen", path("screen"), "--serial"))
                .isEqualTo(3);
        assertThat(serial()).isEqualTo("Hi");
        assertThat(Files.readString(directory.resolve("screen")))
                .startsWith("Hi\n")
                .hasLineCount(25);
    }

    @Test
    void aResetStopsOrRestartsTheMachine() throws IOException {
        sector("s", asm -> {
            asm.emit("inc", Mem.absolute(0x600).byte_());
            asm.emit("mov", AL, Mem.absolute(0x600));
            asm.emit("cmp", AL, imm(3));
            asm.emit("je", asm.label("enough"));
            out(asm, 0x64, 0xFE);
            asm.emit("hlt");
            asm.bind(asm.label("enough"));
            out(asm, EXIT, 3);
        });

        assertThat(boot("s")).isEqualTo(4);
        assertThat(err.toString()).contains("asked for a reset through the keyboard controller");
        assertThat(boot("s", "--reboot")).isEqualTo(3);
    }

    @Test
    void twoRunsAreTheSameToTheCycle() throws IOException {
        sector("s", asm -> {
            asm.emit("sti");
            for (int i = 0; i < 3; i++) asm.emit("hlt");
            out(asm, EXIT, 0);
        });
        boot("s", "--trace", path("one"));
        boot("s", "--trace", path("two"));

        assertThat(directory.resolve("one")).hasSameTextualContentAs(directory.resolve("two"));
        assertThat(directory.resolve("one")).content().contains("interrupt 08");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | nothing to boot; name an IMAGE",
                "missing | DIR/missing: no such file",
                "text | DIR/text: neither an ELF, Multiboot or Linux kernel",
                "empty | DIR/empty: neither an ELF",
                "elf64 | DIR/elf64: no Multiboot header",
                "k --memory 0 | memory",
                "linux --module DIR/k --module DIR/k | takes one --module, its initial RAM disk",
                "linux | DIR/linux: a Linux kernel of boot protocol 0: boot it from a disk",
                "packed | DIR/packed: looks like a gzip file and cannot be unpacked",
                "k --memory 9999 | memory",
                "k --cpu p9 | there is no cpu 'p9'",
                "k --module DIR/nothing | DIR/nothing: no such file",
                "k --rom DIR/text | leave one of them out",
                "k --port-log xyz=1 | --port-log: 'xyz' is no port number in hex",
                "k --port-log 12345=1 | --port-log: there is no port 12345",
                "k --port-log 80 | --port-log '80' is not of the form PORT=FILE",
                "k --until-text= | --until-text needs a text",
                "k --input-after= | --input-after needs a text",
                "--disk DIR/k --disk DIR/k --disk DIR/k --disk DIR/k --disk DIR/k | room for 4 disks",
                "k --max-cycles 0 | --max-cycles must be at least 1, not 0",
                "k --serial DIR/no/file | DIR/no/file: cannot be written",
                "k --input DIR/nothing | DIR/nothing: no such file",
                "k --input stdin --keys stdin | cannot both be stdin",
                "large --memory 2 | DIR/large: segment at physical 0x100000..0x30",
                "--floppy DIR/large --append x | --module and --append belong to a kernel",
                "--rom DIR/text | DIR/text: a ROM has 16 bytes",
                "--floppy DIR/huge | DIR/huge: a diskette holds at most 2880 KB"
            })
    void badInputIsOneMessageAndExitCodeTwo(String arguments, String message) throws IOException {
        kernel("k", asm -> out(asm, EXIT, 0));
        kernel("large", asm -> asm.reserve(2 << 20));
        Files.writeString(directory.resolve("text"), "just text");
        Files.write(directory.resolve("empty"), new byte[0]);
        Files.write(directory.resolve("elf64"), new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
        byte[] linux = new byte[2048];
        System.arraycopy("HdrS".getBytes(StandardCharsets.US_ASCII), 0, linux, 0x202, 4);
        Files.write(directory.resolve("linux"), linux);
        Files.write(directory.resolve("packed"), new byte[] {0x1F, (byte) 0x8B, 8});
        Files.write(directory.resolve("huge"), new byte[3 << 20]);

        String[] words = arguments == null
                ? new String[0]
                : arguments.replace("DIR", directory.toString()).split(" ");
        if (words.length > 0 && !words[0].startsWith("-")) words[0] = path(words[0]);
        assertThat(execute(words)).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("sidestep: ")
                .contains(message.replace("DIR", directory.toString()))
                .doesNotContain("\tat ");
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private String serial() throws IOException {
        return Files.readString(directory.resolve("serial"), StandardCharsets.ISO_8859_1);
    }

    /** Boots a file; a last argument {@code --serial} sends the console to the file {@code serial}. */
    private int boot(String image, String... options) {
        List<String> arguments = new ArrayList<>(List.of(path(image)));
        arguments.addAll(Arrays.asList(options));
        if (arguments.get(arguments.size() - 1).equals("--serial")) arguments.add(path("serial"));
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        List<String> all = new ArrayList<>(List.of("boot"));
        all.addAll(Arrays.asList(arguments));
        // A guest that goes astray fails its test instead of running on.
        if (!all.contains("--max-cycles")) all.addAll(List.of("--max-cycles", "300000000"));
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    }

    private void kernel(String name, Consumer<Assembler> code) throws IOException {
        Assembler asm = new Assembler();
        asm.section("kernel", LOAD, LOAD);
        for (int word : new int[] {MAGIC, 0, -MAGIC}) asm.word(imm(word));
        asm.bind(asm.label("entry"));
        code.accept(asm);
        Files.write(directory.resolve(name), ElfImage.of(asm.link(), "entry"));
    }

    private void sector(String name, Consumer<Assembler> code) throws IOException {
        Assembler asm = new Assembler();
        asm.section("sector", 0x7C00, 0x7C00);
        asm.bits(16);
        code.accept(asm);
        byte[] image = Arrays.copyOf(asm.link().segments().get(0).bytes(), 512);
        image[510] = 0x55;
        image[511] = (byte) 0xAA;
        Files.write(directory.resolve(name), image);
    }

    private static void out(Assembler asm, int port, int value) {
        asm.emit("mov", AL, imm(value));
        asm.emit("out", imm(port), AL);
    }

    private static void print(Assembler asm, String text) {
        asm.emit("mov", EDX, imm(COM1));
        for (char character : text.toCharArray()) {
            asm.emit("mov", AL, imm(character));
            asm.emit("out", Reg16.DX, AL);
        }
    }

    /** Prints the text whose address is in memory, and a bar. */
    private static void string(Assembler asm, Mem address) {
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
