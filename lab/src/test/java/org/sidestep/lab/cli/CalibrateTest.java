package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Measured rows as guest code on the real machine. The figures of these tests are made up to be right or wrong. */
class CalibrateTest {

    private static final String HEAD = "insn\tisa\t0000683_P3:L\t0000683_P3:T\n";

    private static final Pattern SUMMARY = Pattern.compile(
            "integer and control \\| +(\\d+) \\| +[0-9.]+ % \\| +([0-9.]+) % \\| +[0-9.]+ % \\| +([0-9.]+) %");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void chainsShowLatenciesAndIndependentCopiesThroughputs() throws IOException {
        calibrate(HEAD + "ADD r32, r32\tX86\t1.0\t0.5\nMOV r32, [m32]\tX86\t3.0\t1.0\nMUL r32  (eax)\tX86\t5.0\t-\n"
                + "XCHG r32, [m32]\tX86\t19.0\t-\nPUSH imm8 + POP r32\tX86\t2.0\t-\n3x 0x66 NOP\tX86\t-\t4.0\n");

        assertThat(out.toString())
                .containsPattern(row("ADD r32, r32", "L", "1.00", "1.00", "+0.0 %"))
                .containsPattern(row("ADD r32, r32", "T", "0.50", "0.50", "+0.0 %"))
                .containsPattern(row("MOV r32, [m32]", "L", "3.00"))
                .containsPattern(row("MOV r32, [m32]", "T", "1.00"))
                .containsPattern(row("MUL r32  (eax)", "L", "5.00"))
                .containsPattern(row("XCHG r32, [m32]", "L", "19.00"))
                .containsPattern(row("PUSH imm8 + POP r32", "L", "2.00"))
                .containsPattern(row("3x 0x66 NOP", "T", "4.00"))
                .contains("p3-coppermine against 0000683_P3")
                .containsPattern(row("integer and control", "8", "0.0 %"));
    }

    @Test
    void floatingPointAndPackedRowsRunInTheirOwnRegisters() throws IOException {
        calibrate(HEAD
                + "PADDSB mm_1, mm_2\tMMX\t-\t0.5\nSQRTSS xmm, xmm\tSSE\t-\t28.0\nDIVPS xmm, xmm\tSSE\t-\t34.0\nFCOM st(i)\tX87\t-\t1.0\n"
                + "FADD st(i), st\tX87\t-\t1.0\nMOVAPS [m128], xmm\tSSE\t-\t2.0\nLDMXCSR [mem]\tSSE\t-\t1.0\n"
                + "FSQRT80 (1.0l)\tX87\t60.0\t-\n");

        assertThat(out.toString())
                .containsPattern(row("PADDSB mm_1, mm_2", "T", "0.62"))
                .containsPattern(row("SQRTSS xmm, xmm", "T", "28.00"))
                .containsPattern(row("DIVPS xmm, xmm", "T", "34.00"))
                .containsPattern(row("FCOM st(i)", "T", "1.00"))
                .containsPattern(row("FSQRT80 (1.0l)", "L", "9.00"))
                .containsPattern(row("x87", "3"))
                .containsPattern(row("MMX", "1"))
                .containsPattern(row("SSE", "4"));
    }

    @Test
    void whatARowSaysOfItsOperandsIsTrueOfThem() throws IOException {
        calibrate(HEAD
                + "FDIV32 st(i), st\tX87\t18.0\t17.0\nFDIV64 st(i), st\tX87\t32.0\t31.0\nFDIV80 (x/0.5l)\tX87\t9.0\t8.0\n"
                + "FSQRT80 (0.0l)\tX87\t9.0\t-\nFSIN80 (Pi/32) + FADD\tX87\t85.0\t-\nFSIN80 (1.0) + FADD\tX87\t105.0\t-\n"
                + "FCOS80 (Pi/32) + FADD\tX87\t92.0\t-\nFSIN80 (Pi/2) + FADD\tX87\t92.0\t-\nFCOS80 (1.0) + FADD\tX87\t98.0\t-\n"
                + "FSIN80 (Pi/4) + FADD\tX87\t105.0\t-\nFCOS80 (Pi/4) + FADD\tX87\t98.0\t-\n"
                + "DIVSS (0.0f/x)\tSSE\t9.0\t8.0\nDIVPS (x/2.0f)\tSSE\t16.0\t-\nSQRTSS (1.0f)\tSSE\t10.0\t8.0\n");

        assertThat(out.toString()).containsPattern(row("x87", "14", "0.0 %")).containsPattern(row("SSE", "5", "0.0 %"));
    }

    @Test
    void operandsThatARowLeavesOutAreThoseOfTheInstructionTable() throws IOException {
        calibrate(HEAD + "CVTTPS2PI + CVTPI2PS\tSSE\t6.0\t2.0\nMOVLPS LS pair\tSSE\t5.0\t-\n");

        assertThat(out.toString()).containsPattern(row("SSE", "3", "0.0 %"));
    }

    @Test
    void theFileIsNamedAndEmptyLinesAndColumnsSayNothing() throws IOException {
        calibrate(HEAD + "\nINC r32\tX86\t1.0\t\r\nDEC r32\tX86\t0\t-\n\n");

        assertThat(out.toString())
                .startsWith("measured figures: ")
                .contains("figures.tsv")
                .containsPattern(row("integer and control", "1"));
    }

    /** None of these is an instruction; all in one file, since a run measures the whole part. */
    private static final List<String> NO_INSTRUCTIONS = List.of(
            "[",
            "ADD",
            "ADD r32,",
            "MOV [m32, r32",
            "LEA r32, [r+r*8+disp32]",
            "DIV",
            "DIV r64 1/1",
            "ax 0x66 NOP",
            "2000000000x 0x66 NOP",
            "15x 0x66 NOP",
            "\u0663x 0x66 NOP",
            "FDIV80 (x/y)",
            "FSIN80 (Pi/Pi)",
            "LS pair",
            "+",
            "CALL + RET",
            "JMP",
            "MOV r32, cr3",
            "ADD r32, imm32 (1)");

    @Test
    void rowsThatAreNoInstructionsStopNothing() throws IOException {
        calibrate(NO_INSTRUCTIONS.stream()
                .map(row -> row + "\tX86\t1.0\t1.0\nINC r32\tX86\t1.0\t-\n")
                .collect(Collectors.joining("", HEAD, "")));

        Matcher measured = Pattern.compile(row("INC r32", "L", "1.00")).matcher(out.toString());
        assertThat(measured.results()).hasSize(NO_INSTRUCTIONS.size());
    }

    @Test
    void anErrorIsRelativeToTheMeasuredFigureAndSummed() throws IOException {
        Path markdown = directory.resolve("calibration.md");

        calibrate(
                HEAD + "INC r32\tX86\t1.0\t-\nNEG r8\tX86\t2.0\t-\nCLC\tX86\t-\t0.8\n",
                "--markdown",
                markdown.toString());

        assertThat(out.toString())
                .containsPattern(row("NEG r8", "L", "1.00", "2.00", "-50.0 %"))
                .containsPattern(row("CLC", "T", "1.00", "0.80", "+25.0 %"))
                .containsPattern(row("3", "25.0 %", "25.0 %", "50.0 %", "33.3 %"));
        assertThat(Files.readString(markdown))
                .contains(
                        "| p3-coppermine | 0000683_P3 | integer and control | 3 | 25.0 % | 25.0 % | 50.0 % | 33.3 % | 0 | 0 |")
                .contains("| p3-coppermine | integer and control | `NEG r8` latency | 1.00 | -50.0 % |");
    }

    @Test
    void whatTheMachineCannotRunIsListedWithTheReason() throws IOException {
        calibrate(HEAD + "INC r32\tX86\t1.0\t-\nFROB r32\tSSE\t1.0\t-\nADD r32, zmm\tSSE2\t2.0\t-\n"
                + "UD2\tX86\t1.0\t-\nMOV r32,[m32]+MOV [m32],r32\tX86\t12.0\t-\n");

        assertThat(out.toString())
                .containsPattern(row("FROB r32", "not executed", "the assembler does not know it"))
                .containsPattern(row("ADD r32, zmm", "not executed", "there is no operand 'zmm'"))
                .containsPattern(row("UD2", "not executed") + ".*triple fault")
                .containsPattern(row("SSE", "0", "", "", "", "", "0", "1"))
                .containsPattern(row("SSE2", "0", "", "", "", "", "0", "1"))
                .containsPattern(row("integer and control", "1"));
    }

    @Test
    void whatANameDoesNotTellIsLeftOutByARule() throws IOException {
        calibrate(HEAD + "MOV r32,[m32]+MOV [m32],r32\tX86\t12.0\t2.75\nMOVLPS LS pair\tSSE\t5.0\t2.0\n"
                + "MOVD mm,[m32]+MOVD [m32],mm\tMMX\t5.0\t1.5\nPUSH [m16] + POP [m16]\tX86\t10.0\t4.0\n");

        assertThat(out.toString())
                .containsPattern(row("MOV r32,[m32]+MOV [m32],r32, latency", "excluded"))
                .containsPattern(row("MOV r32,[m32]+MOV [m32],r32, throughput", "excluded"))
                .containsPattern(row("MOVLPS LS pair, throughput", "excluded"))
                .containsPattern(row("MOVD mm,[m32]+MOVD [m32],mm, throughput", "excluded"))
                .containsPattern(row("MOVLPS LS pair", "L", "5.00"))
                .containsPattern(row("PUSH [m16] + POP [m16]", "T"))
                .doesNotContainPattern("\\| not executed +\\| \\w");
    }

    /** What the data set writes that the assembler does not: 16-bit addresses, and operands of the x87 that are left out. */
    @Test
    void everyRegisterThatARowNamesIsRead() throws IOException {
        calibrate(HEAD + "LEA r32, [r16+r16]\tX86\t1.0\t1.0\nLEA r16, [r16+r16+disp8]\tX86\t1.0\t1.0\n"
                + "FMUL st(2i)\tX87\t5.0\t5.0\nFADD st, st(2i)\tX87\t3.0\t3.0\nROL r8, cl\tX86\t1.0\t1.0\n"
                + "FMUL st(2i) FADD st(2i+1)\tX87\t5.0\t-\nADDPS xm1,xm1 MULPS xm2,xm2\tSSE\t4.0\t-\n"
                + "INC r32, r32\tX86\t1.0\t-\n");

        assertThat(out.toString())
                .containsPattern(row("LEA r32, [r16+r16]", "L"))
                .containsPattern(row("LEA r16, [r16+r16+disp8]", "T"))
                .containsPattern(row("FMUL st(2i)", "L", "5.00"))
                .containsPattern(row("FADD st, st(2i)", "L", "3.00"))
                .containsPattern(row("FMUL st(2i) FADD st(2i+1)", "L", "5.00"))
                .containsPattern(row("ADDPS xm1,xm1 MULPS xm2,xm2", "L", "4.00"))
                .containsPattern(row("INC r32, r32", "not executed"))
                .containsPattern(row("ROL r8, cl", "T", "1.00"));
    }

    @Test
    void eachHalfOfTheMnemonicsIsPredictedByTheOther() throws IOException {
        String shifts = "SHL r32, imm8\tX86\t1.0\t1.0\nSHR r32, imm8\tX86\t1.0\t1.0\nSAR r32, imm8\tX86\t1.0\t1.0\n"
                + "SHL r16, imm8\tX86\t1.0\t-\nSHR r16, imm8\tX86\t1.0\t-\nSAR r16, imm8\tX86\t1.0\t-\n";
        calibrate(HEAD + shifts, "--cross-validate");
        assertThat(out.toString())
                .as("one class, right everywhere")
                .containsPattern(row("p3-coppermine", "1", "1", "6", "3", "100.0 %", "100.0 %", "100.0 %", "+0.0"));
        out.getBuffer().setLength(0);
        calibrate(HEAD + shifts.replaceAll("(SHL.*\t)1.0\t", "$19.0\t"), "--cross-validate", "--seed=1");
        assertThat(out.toString())
                .as("a mnemonic that has nothing to do with the others fits only itself")
                .containsPattern("\\| +\\+(33\\.3|66\\.7|100\\.0) \\|");
    }

    /** Each figure gets a value of its own to be known by, within its range, however many there are. */
    @Test
    void theModelWithTheMostFiguresCanBeCrossValidated() throws IOException {
        calibrate(
                "insn\tisa\t0000F24_P4:L\t0000F24_P4:T\nSHL r32, imm8\tX86\t4.0\t-\nSHR r32, imm8\tX86\t4.0\t-\n",
                "--cpu=p4-northwood",
                "--cross-validate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "insn,isa,0000683_P3:L,0000683_P3:T;INC r32,X86,fast,1 | 'fast' is no number of cycles",
                "insn,isa,0000683_P3:L,0000683_P3:T;INC r32,X86 | line 2 has 2 columns, not 4",
                "insn,isa,0000683_P3:L,other;INC r32,X86,1,1 | there is no column 0000683_P3:T",
                "insn | line 1 has no columns of measured figures"
            })
    void figuresThatCannotBeUsedAreOneMessageAndExitCodeTwo(String figures, String message) throws IOException {
        Path file = write(figures.replace(',', '\t').replace(';', '\n').replace("INC\t", "INC "));

        assertThat(execute("calibrate", "--cpu", "p3-coppermine", "--figures", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("sidestep: ").contains(message).doesNotContain("\tat ");
    }

    @Test
    void guestsOfTheirOwnMeasureMemoryAndChangesOfPrivilegeLevelOnEveryPart() throws IOException {
        Path html = directory.resolve("calibration.html");
        Path file = write(HEAD + "INC r32\tX86\t1.0\t-\n");

        assertThat(execute(
                        "calibrate",
                        "--cpu=p3-coppermine",
                        "--cpu=p5",
                        "--cpu=i486",
                        "--figures=" + file,
                        "--html=" + html))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .containsPattern(row("p5", "load, second level", "~9\\.\\d", "9..13", "+0.0 %"))
                .containsPattern(row("p5", "int and iret, outer level and back", "~75\\.\\d", "75"))
                .containsPattern(row("p5", "call gate and retf, outer level and back", "~67\\.\\d", "67"))
                .doesNotContainPattern(row("p5", "sysenter and sysexit"))
                .containsPattern(row("i486", "int and iret, outer level and back", "~111\\.\\d", "107"))
                .contains("p3-coppermine against 0000683_P3")
                .containsPattern(row("p3-coppermine", "data TLB miss, tables in the caches", "~\\d\\.\\d", "5"))
                .containsPattern(row("p3-coppermine", "sysenter and sysexit", "~\\d+\\.\\d", "55..65"))
                .containsPattern(row("p3-coppermine", "mov cr3", "~\\d+\\.\\d", "120..150"));
        assertThat(Files.readString(html))
                .contains("INC r32, latency", "p3-coppermine")
                .doesNotContain("<script src=", "<link ");
    }

    @Test
    void aProcessorThatAFileDescribesIsAModelAndItsNumbersCanBeSet() throws IOException {
        Files.writeString(directory.resolve("my-part.yaml"), """
                base: p3-coppermine
                summary: a part whose second level is slow
                cpuid: {1: [0x68A, 0, 0, 0x0381F9FF]}
                figures: {cache.l2.latency: 30}
                """);
        Path figures = Files.writeString(
                directory.resolve("figures.tsv"), "insn\tisa\t000068A_Mine:L\t000068A_Mine:T\nCPUID\tX86\t-\t50.0\n");

        assertThat(execute(
                        "calibrate",
                        "--cpu=my-part",
                        "--cpus=" + directory,
                        "--set=cpu.serial.cpuid=50",
                        "--figures=" + figures))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .contains("my-part against 000068A_Mine")
                .containsPattern(row("load, second level", "30.0"))
                .containsPattern(row("CPUID", "T", "~5[01]\\.\\d+"));
    }

    @Test
    void anOutputThatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
        String html = directory.resolve("none/page.html").toString();
        assertThat(execute("calibrate", "--figures", write(HEAD).toString(), "--html", html))
                .isEqualTo(2);
        assertThat(err.toString()).contains(html + ": cannot be written: there is no directory");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whereThereAreNoFiguresTheCommandSaysSo() {
        assertThat(execute(
                        "calibrate", "--figures", directory.resolve("none.tsv").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none.tsv: no such file;").doesNotContain("\tat ");
    }

    /**
     * Latencies of single instructions are where the data sheet has them from: the throughputs test the pipeline. What is not judged
     * is not run.
     */
    @ParameterizedTest
    @ValueSource(strings = {"p5", "ppro", "p2-deschutes", "p3-katmai", "p3-coppermine", "p4-northwood"})
    void aModelIsCloseToTheRealPart(String cpu) throws IOException {
        Path figures = Path.of("../../shared/facts/instlat.tsv");
        assumeTrue(Files.exists(figures), "the measured figures are not at hand: " + figures);

        String integer = Files.readAllLines(figures).stream()
                .filter(row -> !row.matches("[^\t]*\t(X87|MMX|SSE2?)\t.*"))
                .collect(Collectors.joining("\n"));

        assertThat(execute(
                        "calibrate", "--cpu", cpu, "--figures", write(integer).toString()))
                .isZero();

        Matcher summary = SUMMARY.matcher(out.toString());
        assertThat(summary.find()).as(out.toString()).isTrue();
        assertThat(Integer.parseInt(summary.group(1))).isGreaterThan(250);
        assertThat(Double.parseDouble(summary.group(2))).isLessThanOrEqualTo(2);
        assertThat(Double.parseDouble(summary.group(3))).isGreaterThanOrEqualTo(90);
    }

    /** Cells of a table, side by side; one that begins with a tilde is a pattern. */
    private static String row(String... cells) {
        return Arrays.stream(cells)
                .map(cell -> cell.startsWith("~") ? cell.substring(1) : Pattern.quote(cell))
                .collect(Collectors.joining(" *\\| *", "\\| *", " *\\|"));
    }

    private void calibrate(String figures, String... more) throws IOException {
        String[] arguments = {
            "calibrate", "--cpu", "p3-coppermine", "--figures", write(figures).toString()
        };
        String[] all = Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new);
        assertThat(execute(all)).as(err.toString()).isZero();
    }

    private Path write(String figures) throws IOException {
        return Files.writeString(directory.resolve("figures.tsv"), figures);
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
