package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg8.AL;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;

/** The command {@code boot} from outside: what is booted, how it ends, and what is said when it does not. */
class BootTest extends Booting {

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
                "k --set cpu.trap.cycle=60 | 'p3-coppermine' has no parameter 'trap.cycle'; did you mean",
                "k --set cpu.trap.cycles=many | 'many' is not a value of p3-coppermine.trap.cycles",
                "k --set cpu.mhz=1 --set cpu.mhz=2 | --set cpu.mhz=2: 'cpu.mhz' is set twice",
                "k --set cpu.btb.ways=3 | btb.entries 512 and btb.ways 3 do not go together",
                "k --set memory=3 | only numbers of the processor can be set here: cpu.NAME=VALUE",
                "k --set trap | 'trap' is not of the form name=value",
                "k --cpus DIR/none | DIR/none: no such directory of processors",
                "k --module DIR/nothing | DIR/nothing: no such file",
                "k --rom DIR/text | leave one of them out",
                "k --port-log xyz=1 | --port-log: 'xyz' is no port number in hex",
                "k --port-log 12345=1 | --port-log: there is no port 12345",
                "k --port-log 80 | --port-log '80' is not of the form PORT=FILE",
                "k --until-text= | --until-text needs a text",
                "k --input-after= | --input-after needs a text",
                "--disk DIR/k --disk DIR/k --disk DIR/k --disk DIR/k --disk DIR/k | room for 4 disks",
                "k --max-cycles 0 | --max-cycles must be at least 1, not 0",
                "k --serial DIR/no/file | DIR/no/file: cannot be written: there is no directory DIR/no; create it",
                "k --input DIR/nothing | DIR/nothing: no such file",
                "k --input stdin --keys stdin | cannot both be stdin",
                "large --memory 2 | DIR/large: segment at physical 0x100000..0x30",
                "--floppy DIR/large --append x | --module and --append belong to a kernel",
                "--rom DIR/text | DIR/text: a ROM has 16 bytes",
                "--floppy DIR/huge | DIR/huge: is larger than 2880 KiB, the largest floppy"
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
}
