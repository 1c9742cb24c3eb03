package org.sidestep.lab.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sidestep.lab.calibrate.Calibration;
import org.sidestep.lab.calibrate.Comparison;
import org.sidestep.lab.calibrate.CrossValidation;
import org.sidestep.lab.calibrate.Kind;
import org.sidestep.lab.calibrate.Unclear;
import org.sidestep.lab.report.Part.Cloud;
import org.sidestep.lab.report.Part.Dot;
import org.sidestep.lab.report.Part.Heading;
import org.sidestep.lab.report.Part.Scatter;
import org.sidestep.lab.report.Table.Mark;

/** Calibrations: for the terminal and as a page with every row, and as Markdown without the figures. */
public final class CalibrationReport {

    private static final String TITLE = "Calibration of the CPU models";

    private static final String HINT =
            "Predicted against measured cycles; on the line a model is right, the dashed" + " lines are 10 % off.";

    private static final String INTRODUCTION = """
            # Calibration of the CPU models

            Written by `./sidestep calibrate --markdown`. Each model runs instruction sequences as guest code: a chain of
            dependent copies for the latency, independent copies for the reciprocal throughput, unrolled, warm. The cycles
            per copy are held against those that InstLatx64 measured on the real part. The figures themselves are not part of this
            project; here are only the errors, and of each kind the row that is worst. `unit`, one cycle for every
            instruction, shows what no model at all would give.

            Errors are relative to the measured figure, and absolute but for those of single rows. The Deschutes is said to take
            7/16 of a cycle for each of seventeen packed additions and their kin, and 7/8 for FADD with FXCH, which its two units, and its one
            adder, cannot; they count as errors all the same. What the figures of one half of the rows say about the other half is in
            [cross-validation.md](cross-validation.md). Figures whose meaning a row's name does not tell are excluded by rules:
            """;

    private static final String MEASUREMENTS = """

            ## Memory and changes of privilege level

            Guests of their own: a chain of pointers through a few bytes, many, and too many for the TLB; ways into the kernel
            and back. What is known of the parts are single figures or brackets, with their source: M measured (InstLatx64), S
            published, D derived from such figures. The error is the distance from the bracket.

            """;

    private static final String UNEXPLAINED = """

            ## What does not fit

            Rows beyond a tenth for which no mechanism is known that fits all parts and spoils no other row, and what has been tried.
            Single figures: M from InstLatx64.

            - **`ADD [m32], r32`**, throughput: M 1.75, and 2.00 on one stepping of the Coppermine; predicted 1.33, which is its four micro-ops.
              It is 1.33 for `ADD [m32 + 8], r32` on every part. So it is neither ports, decoding nor the file of retired registers
              (a group of three micro-ops reads two at most), all of which are the same for both. Chains through a few addresses: of 6.3 cycles each,
              four would give 1.58, but on the Pentium 4, where a chain takes 8.8 and the row 1.75, there must be six at least, and with six
              nothing waits. A load in the bank of a store that drains: delays the store by a cycle, which it can make good in the next
              one without a load. Two steppings of one core differ here and in the throughput of MOVAPS pairs, nowhere else so much: where the
              data lay seems to matter, which a row's name does not tell.
            - **`PUSH [m16]`**, throughput: M 1.58 on all parts, predicted 1.33, again four micro-ops. A prefix that is the last byte of a block
              is measured again, which happens with addresses without displacement, but is hidden behind so slow an instruction; and one
              address for all copies is refuted by the P54C, which loads two words a cycle.
            - **`XCHG` and `XADD` of registers**, latency: M 1.8 between two registers, 2.2 to 2.3 otherwise; predicted 2. The three micro-ops of
              XCHG (Agner Fog, *Instruction tables*) take two cycles in one direction and one in the other: 1.5 forth and back, 2 round a ring
              of registers, if each port takes what is ready. A core that binds all micro-ops of a cycle to the port for which fewer wait gives
              2.3 for a register with itself, 2.35 for XADD, and leaves the throughput at 1.5, but 2.0 forth and back; one that binds
              them at random 1.8 to 2.0 and 2.3, but 1.64 for the throughput, and 2.8 for XADD. Binding each to the port with less to do moves
              no row. 2 is nearer to all of them than 1.5.
            - **`LEA r16, [r+r*8+disp8]`**, throughput: M 2.33, 5.00 on the Pentium Pro; predicted 1.2. Its chain, 6, is right: one cycle, and five for
              reading a register of which half has been written. Independent copies wait for the same, as often as a register returns: with the five
              registers that take turns here 6/5, with four 1.5, with three 2.0. If renaming waits for all three of a group, three registers give 2.67.
              On the Pentium Pro its five bytes do not fit into 8 KB; but a line that misses would cost 17 cycles more, as does 13 one of
              `IMUL r32, r32, imm32`, and only 2 to 3 one of `PUSH imm32` or `ADD eax, imm32`.
            - **PUSHA and POPA** where the second level is off the die: M a line of 32 bytes takes 30 cycles (Deschutes) and 31 (Katmai) if two PUSHA fill
              it, but 37 and 39 if one PUSHAD does, which has eight cycles less to execute. Whatever a miss costs, and overlaps with, the second cannot take
              longer than the first. It would if a modified line left for the second level only when the bus has been idle long enough, 16
              cycles, and else in the way of the next miss: 14 + 16, 14 + 8 + 16, and 15 + 16, 15 + 8 + 16. No source is known that says so,
              and on dies with both levels nothing of it shows. `cache.l2.fill` is for PUSHA; its bracket reaches to PUSHAD.
            - **Null system call of the Pentium 4**: published 1600 to 1761, predicted 1275. The published call was getppid in a later kernel, which took 641 by
              SYSENTER (Torvalds 2002), so some 495 of it are neither entry nor exit; of the call here, which is the one of the P6's figures, 147.
              A fence by a locked instruction, M 124, may be among them. What is left above SYSENTER's pair, 1105 to 1266, is the bracket of INT and IRET,
              of which a kernel debugger measured 932. The figures are the middle of both, and stay there.
            - **Switch of the address space of the Pentium 4**: 742, predicted 4 % less. The widest bracket is that of the load of CR3, but it is itself
              derived from 296 with a read; a page walk, M 48 to 60, is taken in the middle, since 296 and 742 ask for more than that and
              a load of a translation, 48 by the same debugger, for less. Building traces at one instruction a cycle would add 10 to 20.
            """;

    private static final String CROSS_VALIDATION = """
            # Each half of the rows predicted by the other

            Written by `./sidestep calibrate --cross-validate --cpu MODEL --markdown`. Many figures of instruction classes are from rows that
            [calibration.md](calibration.md) compares. What they are worth beyond them shows when they are not: the mnemonics are
            divided at random into halves (`--seed N`), and to each half, from its rows alone, the figures are fitted that they
            move. Which figure a row moves, the model tells when each figure has a value of its own that no row takes: the row
            then takes as much longer, or just as long. A figure becomes the median of what the half's rows ask for; what a row takes
            beside it (its memory accesses, say) stays. So each row is predicted twice: with what its own half has fitted,
            and with what the other half has. If classes and mechanisms are right, the second is nearly as good as the
            first; if each row needed a figure of its own, it could not be.

            Not judged are rows that no figure of a class moves by itself (those that fetch, decoding, ports, buffers or caches
            decide), and classes that have rows in one half only, for instance each division of the x87. Figures
            that are not of a class stay as they are; each of them acts on rows of both halves.

            """;

    private CalibrationReport() {}

    /** All that there is to say, with the measured figures. */
    public static String text(List<Calibration> calibrations) {
        List<Table> tables = new ArrayList<>();
        for (Calibration calibration : calibrations) {
            if (!calibration.comparisons().isEmpty()) tables.add(CalibrationTables.rows(calibration));
            left(calibration).forEach(tables::add);
        }
        tables.add(CalibrationTables.measurements(calibrations));
        if (isMeasured(calibrations)) tables.add(CalibrationTables.errors(calibrations));
        return TextTable.of(tables);
    }

    private static boolean isMeasured(List<Calibration> calibrations) {
        return calibrations.stream()
                .anyMatch(calibration -> !calibration.comparisons().isEmpty());
    }

    private static Stream<Table> left(Calibration calibration) {
        Table left = CalibrationTables.left(calibration);
        return left.rows().isEmpty() ? Stream.empty() : Stream.of(left);
    }

    /** The summaries. */
    public static String markdown(List<Calibration> calibrations) {
        StringBuilder text = new StringBuilder(INTRODUCTION).append('\n');
        for (Unclear rule : Unclear.values()) text.append("- ").append(rule).append('\n');
        text.append('\n').append(MarkdownTable.of(CalibrationTables.errors(calibrations)));
        text.append(MEASUREMENTS).append(MarkdownTable.of(CalibrationTables.measurements(calibrations)));
        text.append("\n## The worst row of each\n\n").append(MarkdownTable.of(CalibrationTables.worst(calibrations)));
        return text.append(UNEXPLAINED).toString();
    }

    /** A page with all rows; it holds the figures, so it is for those who have them. */
    public static byte[] html(List<Calibration> calibrations) {
        List<Part> parts = new ArrayList<>();
        parts.add(CalibrationTables.errors(calibrations));
        for (Calibration calibration : calibrations) {
            parts.add(new Heading(calibration.model() + " against " + calibration.part(), Mark.NONE));
            parts.add(CalibrationTables.measurements(List.of(calibration)));
            if (!calibration.comparisons().isEmpty()) {
                parts.add(scatter(calibration));
                parts.add(CalibrationTables.rows(calibration));
            }
            left(calibration).forEach(parts::add);
        }
        try {
            return HtmlReport.of(TITLE, HINT, parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scatter scatter(Calibration calibration) {
        List<Cloud> clouds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Dot> dots = calibration.comparisons(kind).stream()
                    .map(CalibrationReport::dot)
                    .toList();
            if (!dots.isEmpty()) clouds.add(new Cloud(kind.toString(), dots));
        }
        return new Scatter("Predicted against measured", "measured", "predicted", clouds);
    }

    private static Dot dot(Comparison figure) {
        return new Dot(
                figure.row() + ", " + CalibrationTables.column(figure.column()),
                Numbers.tidy(figure.measured()),
                Numbers.tidy(figure.predicted()));
    }

    /** How well figures from one half of the mnemonics predict the other half. */
    public static String crossValidation(List<CrossValidation> validations) {
        return TextTable.of(CrossValidationTable.of(validations));
    }

    /** The same as a page. */
    public static String crossValidationMarkdown(List<CrossValidation> validations) {
        return CROSS_VALIDATION + MarkdownTable.of(CrossValidationTable.of(validations));
    }
}
