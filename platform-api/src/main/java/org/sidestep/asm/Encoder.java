package org.sidestep.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.sidestep.isa.Imm;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.Spelling;

/**
 * Finds the row of the table for a mnemonic and operands, for a code segment of either size. Of several rows it takes the one
 * with the shortest encoding, and of equally short ones the first in the table, which is what GNU as does.
 */
final class Encoder {

    // spotless:off
    private static final Map<String, Integer> PREFIXES = Map.ofEntries(
            Map.entry("lock", 0xF0),
            Map.entry("repne", 0xF2), Map.entry("repnz", 0xF2),
            Map.entry("rep", 0xF3), Map.entry("repe", 0xF3), Map.entry("repz", 0xF3),
            Map.entry("es", 0x26), Map.entry("cs", 0x2E), Map.entry("ss", 0x36), Map.entry("ds", 0x3E),
            Map.entry("fs", 0x64), Map.entry("gs", 0x65));
    // spotless:on

    /** Rows with memory or register first only; the operands may be written either way round. */
    private static final Set<String> COMMUTATIVE = Set.of("xchg", "test");

    private static final Map<String, Written> WRITTEN = new ConcurrentHashMap<>();

    /** Those without operands, which may mean something else. */
    private static final Map<String, Written> BARE = new ConcurrentHashMap<>();

    private Encoder() {}

    /** A mnemonic with its prefixes (0: none), looked up. */
    private record Written(int segment, int repeatOrLock, Spelling spelling, List<InstructionForm> rows) {}

    /**
     * The encodings of an instruction: one, or for a branch to a label the short one and then the near one, where both
     * exist.
     *
     * @param codeSize operand and address size, in bytes, of an instruction without prefixes: 2 or 4
     * @throws AssemblyException if no row of the table takes these operands, or the operand size is not known
     */
    static List<Encoding> encode(String text, int codeSize, Operand... given) {
        Map<String, Written> known = given.length == 0 ? BARE : WRITTEN;
        Written written = known.computeIfAbsent(text, t -> parse(t, given.length == 0));
        String mnemonic = written.spelling().mnemonic();
        Operand[] operands = imulShorthand(mnemonic, given);
        List<Encoding> found = new ArrayList<>(4);
        Set<Integer> memorySizes = new TreeSet<>();
        collect(written, codeSize, operands, found, memorySizes);
        if (operands.length == 2 && COMMUTATIVE.contains(mnemonic)) {
            collect(written, codeSize, new Operand[] {operands[1], operands[0]}, found, memorySizes);
        }
        if (memorySizes.contains(Match.AMBIGUOUS) || memorySizes.size() > 1) {
            throw refusal("operand size is not known in", text, given, written);
        }
        if (found.isEmpty()) throw refusal("no encoding for", text, given, written);
        return isBranch(found.get(0).form()) ? found : List.of(shortest(found));
    }

    private static Written parse(String text, boolean bare) {
        String[] words = text.split(" ");
        int segment = 0;
        int repeatOrLock = 0;
        for (int i = 0; i < words.length - 1; i++) {
            Integer prefix = PREFIXES.get(words[i]);
            if (prefix == null) throw new AssemblyException("unknown prefix '" + words[i] + "' in '" + text + "'");
            if (prefix >= 0xF0) repeatOrLock = prefix;
            else segment = prefix;
        }
        Spelling spelling = Spelling.of(words[words.length - 1], bare);
        List<InstructionForm> rows = InstructionTable.rows(spelling.mnemonic());
        if (rows.isEmpty()) throw new AssemblyException("unknown mnemonic '" + text + "'");
        return new Written(segment, repeatOrLock, spelling, rows);
    }

    /** IMUL of a register and an immediate multiplies the register in place. */
    private static Operand[] imulShorthand(String mnemonic, Operand[] operands) {
        boolean shorthand = mnemonic.equals("imul") && operands.length == 2 && operands[1] instanceof Imm;
        return shorthand ? new Operand[] {operands[0], operands[0], operands[1]} : operands;
    }

    /** Adds all encodings of these operands, and the sizes that an unsized memory operand could have. */
    private static void collect(
            Written written, int codeSize, Operand[] operands, List<Encoding> found, Set<Integer> memorySizes) {
        for (InstructionForm form : written.rows()) {
            int size = fit(written.spelling(), form, codeSize, operands);
            if (size == Match.NO) continue;
            for (int i = 0; i < operands.length; i++) {
                if (!(operands[i] instanceof Mem mem) || mem.size() != 0) continue;
                OperandForm pattern = form.operands().get(i);
                memorySizes.add(size == Match.AMBIGUOUS ? Match.AMBIGUOUS : Match.memorySize(pattern, size));
            }
            if (size == Match.AMBIGUOUS) continue;
            found.add(new InstructionWriter(form, size, codeSize)
                    .write(written.segment(), written.repeatOrLock(), operands));
        }
    }

    private static int fit(Spelling spelling, InstructionForm form, int codeSize, Operand[] operands) {
        if (!spelling.implicit()) return Match.operandSize(form, operands, spelling.size(), codeSize);
        if (operands.length != 0) return Match.NO;
        boolean variable = form.operands().stream().anyMatch(o -> o.size() == OperandForm.Size.V);
        return switch (spelling.size()) {
            case 0 -> codeSize;
            case 1 -> variable ? Match.NO : codeSize;
            default -> variable ? spelling.size() : Match.NO;
        };
    }

    private static boolean isBranch(InstructionForm form) {
        return !form.operands().isEmpty() && form.operands().get(0).kind() == OperandForm.Kind.J;
    }

    private static Encoding shortest(List<Encoding> found) {
        Encoding best = found.get(0);
        for (Encoding candidate : found) {
            if (candidate.length() < best.length()) best = candidate;
        }
        return best;
    }

    private static AssemblyException refusal(String why, String text, Operand[] operands, Written written) {
        String shown = Arrays.stream(operands).map(Object::toString).collect(Collectors.joining(", "));
        String legal = written.rows().stream()
                .map(form -> form.operands().stream().map(OperandForm::letters).collect(Collectors.joining(" ")))
                .distinct()
                .collect(Collectors.joining(" | "));
        return new AssemblyException(why + " '" + text + " " + shown + "'; legal forms: " + legal);
    }
}
