package org.sidestep.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.binutils.Binutils;
import org.sidestep.binutils.Binutils.Shown;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.OperandForm;

class DisassemblerAgainstObjdumpTest {

    /** Instruction and enough nops behind it that whatever objdump makes of it, the next slot starts afresh. */
    private static final int SLOT = 32;

    private static final int LONGEST = 15;

    /** Prefixes without effect on the instruction: objdump shows them, we do not. */
    private static final Pattern REDUNDANT =
            Pattern.compile("^((data(16|32)|addr(16|32)|cs|ds|es|ss|fs|gs|rep|repz|repnz|lock) +)+");

    /** Meanings that processors after the Pentium III gave to prefixes. */
    private static final Pattern NEWER =
            Pattern.compile("\\b(notrack|bnd\\w*|cldemote|endbr\\d+|rdssp.|xacquire|xrelease|tzcnt|lzcnt|wbnoinvd)\\b");

    private static final Pattern BRANCH_HINT = Pattern.compile(",p[nt]\\b");

    /** What objdump does not know: among them the aliases of fences and x87 instructions at opcodes that the manual leaves out. */
    private static final Pattern UNDOCUMENTED = Pattern.compile("^(salc|wbinvd|[ms]fence|(fcomp?|fxch|fstp) st.*)$");

    /** Objdump's remark on instructions that do nothing any more. */
    private static final Pattern REMARK = Pattern.compile("\\((8087|287) only\\)");

    /**
     * Registers that do not exist, hint nops, bad operands and prefixes that make an instruction undefined, which objdump
     * shows under a mnemonic of the table.
     */
    private static final Pattern NOT_OURS =
            Pattern.compile("\\?|\\(bad\\)|^mov cs,|\\bcr(1\\d?|[5-9])\\b|\\btr\\d\\b|^nop |^fx|^(ld|st)mxcsr ");

    @TempDir
    Path directory;

    private final Decoder decoder = new Decoder();

    @BeforeEach
    void needsBinutils() {
        Binutils.require();
    }

    @Test
    void everyRowWithBoundaryOperandsReadsAsInObjdump() {
        List<byte[]> codes =
                Samples.all().stream().map(sample -> sample.bytes(4)).toList();
        Map<Integer, Shown> shown = Binutils.disassemble(directory, slots(codes), "i386");
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < codes.size(); i++) {
            Shown theirs = shown.get(i * SLOT);
            Instruction ours = decoder.decode(ByteSource.of(codes.get(i), 0), true);
            String text = Disassembler.text(ours, i * SLOT);
            String shownText = REMARK.matcher(theirs.text()).replaceFirst("");
            boolean newer = NEWER.matcher(theirs.text()).find();
            if (ours.length != theirs.length() || !newer && !text.equals(shownText)) {
                differences.add(hex(codes.get(i)) + ": '" + text + "', objdump '" + theirs.text() + "'");
            }
        }
        assertThat(differences).as("of %d samples", codes.size()).isEmpty();
    }

    @Test
    void randomBytesReadAsInObjdump() {
        compare(Long.getLong("sidestep.seed", 20260101L), 60_000, true);
    }

    @Test
    void inSixteenBitSegmentsRandomBytesReadAsInObjdump() {
        compare(Long.getLong("sidestep.seed", 20260102L), 15_000, false);
    }

    private void compare(long seed, int count, boolean default32) {
        List<byte[]> codes = random(new SplittableRandom(seed), count);
        Map<Integer, Shown> shown = Binutils.disassemble(directory, slots(codes), default32 ? "i386" : "i8086");
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (int i = 0; i < codes.size(); i++) {
            Instruction ours = decoder.decode(ByteSource.of(codes.get(i), 0), default32);
            Shown theirs = shown.get(i * SLOT);
            boolean readPast = ours == Decoder.UNDEFINED
                    ? !theirs.text().contains("xmm")
                    : isBad(theirs) && ours.form.prefix() == InstructionForm.ANY_PREFIX;
            if (readPast && isRepeated(codes.get(i))) continue;
            String difference = difference(ours, i * SLOT, theirs);
            if (difference != null) differences.add(hex(codes.get(i)) + ": " + difference);
            if (ours != Decoder.UNDEFINED) compared++;
        }
        assertThat(differences).as("seed %d, %d compared", seed, compared).isEmpty();
        assertThat(compared).as("seed %d", seed).isGreaterThan(count / 2);
    }

    private static boolean isBad(Shown shown) {
        return plain(shown.text()).equals("(bad)");
    }

    /**
     * A repeat prefix makes another instruction of an MMX or SSE one, mostly an undefined one; objdump reads past some, and
     * knows no F2 that has no meaning.
     */
    private static boolean isRepeated(byte[] code) {
        boolean repeated = false;
        for (byte at : code) {
            switch (at & 0xFF) {
                case 0xF2, 0xF3 -> repeated = true;
                case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67 -> {}
                case 0x0F -> {
                    return repeated;
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    /** Null if we agree, or if the instruction is none of ours. */
    private static String difference(Instruction ours, int address, Shown theirs) {
        String text = plain(theirs.text());
        if (ours == Decoder.UNDEFINED) {
            boolean expected = theirs.text().contains("lock") || !isSupported(text);
            return expected ? null : "undefined, objdump '" + text + "'";
        }
        String own = plain(Disassembler.text(ours, address));
        boolean unknownToObjdump =
                text.equals("(bad)") && UNDOCUMENTED.matcher(own).find();
        if (unknownToObjdump
                || isShortBranchIn16Bits(ours)
                || isTakenTogether(ours)
                || NEWER.matcher(text).find()) return null;
        return ours.length == theirs.length() && own.equals(text) ? null : "'" + own + "', objdump '" + text + "'";
    }

    /** We show where it goes; objdump forgets that EIP wraps at 64 KB. */
    private static boolean isShortBranchIn16Bits(Instruction instruction) {
        return instruction.operandSize == 2
                && instruction.form.operands().stream()
                        .anyMatch(o -> o.kind() == OperandForm.Kind.J && o.size() == OperandForm.Size.B);
    }

    /** Objdump takes FWAIT together with what it waits for. */
    private static boolean isTakenTogether(Instruction instruction) {
        return instruction.form.mnemonic().equals("fwait");
    }

    /** Whether the table has a row of this name, for this kind of register. */
    private static boolean isSupported(String text) {
        if (NOT_OURS.matcher(text).find()) return false;
        return !InstructionTable.rows(text.split(" ")[0]).isEmpty();
    }

    private static String plain(String text) {
        String stripped = REDUNDANT.matcher(text).replaceFirst("");
        stripped = REMARK.matcher(stripped).replaceFirst("");
        return BRANCH_HINT.matcher(stripped).replaceFirst("").replaceAll(" +", " ");
    }

    private static List<byte[]> random(SplittableRandom random, int count) {
        List<InstructionForm> rows = InstructionTable.rows();
        List<byte[]> codes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] code = new byte[LONGEST + 1];
            random.nextBytes(code);
            InstructionForm row = rows.get(random.nextInt(rows.size()));
            int at = 0;
            for (int n = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0; n > 0; n--)
                code[at++] = prefix(random, row);
            if (row.prefix() > 0) code[at++] = (byte) row.prefix();
            if (row.map() != 0) code[at++] = (byte) row.map();
            if (random.nextInt(4) != 0) code[at++] = (byte) row.opcode();
            if (row.digit() >= 0) code[at] = (byte) (code[at] & 0xC7 | row.digit() << 3);
            codes.add(code);
        }
        return codes;
    }

    /** A prefix that means nothing else before this row: F2 and F3 select newer instructions. */
    private static byte prefix(SplittableRandom random, InstructionForm row) {
        int[] any = {0x66, 0x67, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0xF0};
        int[] string = {0x66, 0x67, 0x2E, 0x65, 0xF2, 0xF3};
        boolean isString =
                row.operands().stream().anyMatch(o -> o.kind() == OperandForm.Kind.X || o.kind() == OperandForm.Kind.Y);
        int[] unprefixed = {0x67, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0xF0};
        int[] choice = isString ? string : row.prefix() == InstructionForm.ANY_PREFIX ? any : unprefixed;
        return (byte) choice[random.nextInt(choice.length)];
    }

    private static byte[] slots(List<byte[]> codes) {
        byte[] all = new byte[codes.size() * SLOT];
        Arrays.fill(all, (byte) 0x90);
        for (int i = 0; i < codes.size(); i++) System.arraycopy(codes.get(i), 0, all, i * SLOT, codes.get(i).length);
        return all;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
