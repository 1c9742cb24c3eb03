package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg8.AL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;

/** What a guest of the command {@code boot} prints, shows and is sent, and what is recorded of it. */
class BootConsoleTest extends Booting {

    @Test
    void outputsThatNameAnInputOrOneAnotherAreRefusedAndNothingIsTouched() throws IOException {
        kernel("k", asm -> asm.emit("hlt"));
        byte[] before = Files.readAllBytes(directory.resolve("k"));
        Files.write(directory.resolve("disk"), new byte[512]);

        for (String[] option : new String[][] {
            {"--serial", path("k")},
            {"--trace", path("k")},
            {"--port-log", "80=" + path("k")},
            {"--screen", path("k")},
            {"--module", path("m") + ":words", "--debugcon", path("m")},
            {"--disk", path("disk"), "--record", path("disk")},
            {"--input", path("i"), "--serial", path("i")},
            {"--serial", path("s"), "--debugcon", path("s")},
            {"--port-log", "80=" + path("s"), "--port-log", "81=" + path("s")}
        }) {
            err.getBuffer().setLength(0);
            assertThat(boot("k", option)).as(String.join(" ", option)).isEqualTo(2);
            assertThat(err.toString())
                    .contains(" would write to ", "; name another file")
                    .hasLineCount(1);
        }
        assertThat(directory.resolve("k")).hasBinaryContent(before);
        assertThat(directory.resolve("s")).doesNotExist();
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
    void aTextOnTheScreenEndsTheRunToo() throws IOException {
        kernel("k", asm -> {
            asm.emit("mov", Mem.absolute(0xB8000).dword(), imm(0x0769_0748));
            asm.bind(asm.label("again"));
            asm.emit("jmp", asm.label("again"));
        });
        kernel("halts", asm -> {
            asm.emit("mov", Mem.absolute(0xB8000).dword(), imm(0x0769_0748));
            asm.emit("hlt");
        });

        assertThat(boot("k", "--until-text", "Hi")).isZero();
        assertThat(boot("halts", "--until-text", "Hi")).isZero();
        assertThat(boot("k", "--until-text", "Ho")).isEqualTo(3);
    }

    @Test
    void inputIsHeldBackUntilTheScreenAsksForIt() throws IOException {
        Files.writeString(directory.resolve("typed"), "q");
        kernel("k", asm -> {
            asm.emit("mov", Mem.absolute(0xB8000).dword(), imm(0x0769_0748));
            asm.bind(asm.label("again"));
            asm.emit("mov", EDX, imm(COM1 + 5));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("test", AL, imm(1));
            asm.emit("je", asm.label("again"));
            asm.emit("mov", EDX, imm(COM1));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("out", imm(EXIT), AL);
        });

        assertThat(boot("k", "--input", path("typed"), "--input-after", "Hi")).isEqualTo('q');
        assertThat(boot("k", "--input", path("typed"), "--input-after", "Ho")).isEqualTo(3);
    }

    @Test
    void aGuestThatSwitchesTheMachineOffEndsTheRun() throws IOException {
        kernel("k", asm -> {
            asm.emit("mov", EAX, imm(0x2000));
            asm.emit("mov", EDX, imm(0x604));
            asm.emit("out", Reg16.DX, Reg16.AX);
            asm.emit("hlt");
        });

        assertThat(boot("k")).isZero();
        assertThat(boot("k", "--until-text", "never")).isEqualTo(1);
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

    /** Echoes what comes to the serial port until a q, and counts in between. */
    private void echo() throws IOException {
        kernel("echo", asm -> {
            asm.bind(asm.label("again"));
            asm.emit("inc", ECX);
            asm.emit("mov", EDX, imm(COM1 + 5));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("test", AL, imm(1));
            asm.emit("je", asm.label("again"));
            asm.emit("mov", EDX, imm(COM1));
            asm.emit("in", AL, Reg16.DX);
            asm.emit("out", Reg16.DX, AL);
            asm.emit("cmp", AL, imm('q'));
            asm.emit("jne", asm.label("again"));
            out(asm, EXIT, 7);
        });
    }

    @Test
    void aRecordedRunIsHadAgainWithoutItsInput() throws IOException {
        Files.writeString(directory.resolve("typed"), "abcq");
        echo();

        assertThat(boot("echo", "--input", path("typed"), "--record", path("tape"), "--serial"))
                .isEqualTo(7);
        assertThat(Files.readString(directory.resolve("tape")))
                .startsWith("sidestep recording 1\nstart ")
                .contains(" serial 61626371\nend ");
        Files.delete(directory.resolve("serial"));
        assertThat(boot("echo", "--replay", path("tape"), "--serial")).isEqualTo(7);
        assertThat(serial()).isEqualTo("abcq");
        assertThat(err.toString()).contains("the replay ended in the recorded state");
    }

    @Test
    void aReplayWithAnotherImageOrInputOrOfAnotherFileIsRefused() throws IOException {
        echo();
        kernel("other", asm -> out(asm, EXIT, 7));
        Files.writeString(directory.resolve("typed"), "q");
        boot("echo", "--input", path("typed"), "--record", path("tape"), "--serial");

        assertThat(boot("other", "--replay", path("tape"))).isEqualTo(2);
        assertThat(err.toString()).contains("tape: the recording is of another machine");
        assertThat(boot("echo", "--replay", path("typed"))).isEqualTo(2);
        assertThat(err.toString()).contains("typed: line 1: a recording begins with");
        assertThat(boot("echo", "--replay", path("tape"), "--input", path("typed")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--replay brings its own input");
        assertThat(boot("echo", "--record", path("missing/tape"))).isEqualTo(2);
        assertThat(err.toString()).contains("missing/tape");
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
}
