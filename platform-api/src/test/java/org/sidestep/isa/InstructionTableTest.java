package org.sidestep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InstructionTableTest {

    private static final List<InstructionForm> ROWS = InstructionTable.rows();

    /** Pairs of rows that decode from the same bytes; the first of a pair wins. */
    private static final Set<String> ALLOWED_OVERLAPS = Set.of("90 nop / xchg");

    @Test
    void noTwoRowsClaimTheSameBytesButTheAllowedOnes() {
        Set<String> overlaps = new TreeSet<>();
        for (InstructionForm a : ROWS) {
            for (InstructionForm b : ROWS.subList(a.index() + 1, ROWS.size())) {
                if (overlap(a, b)) overlaps.add("%02X %s / %s".formatted(a.opcode(), a.mnemonic(), b.mnemonic()));
            }
        }
        assertThat(overlaps).isEqualTo(ALLOWED_OVERLAPS);
    }

    private static boolean overlap(InstructionForm a, InstructionForm b) {
        if (a.map() != b.map() || a.opcode() != b.opcode()) return false;
        if (a.prefix() != b.prefix() && (a.prefix() > 0 || b.prefix() > 0)) return false;
        if (a.rm() >= 0 && b.rm() >= 0 && a.rm() != b.rm()) return false;
        if (a.digit() >= 0 && b.digit() >= 0 && a.digit() != b.digit()) return false;
        return !(onlyMemory(a) && onlyRegister(b)) && !(onlyRegister(a) && onlyMemory(b));
    }

    private static boolean onlyMemory(InstructionForm form) {
        return form.operands().stream().anyMatch(o -> o.kind() == OperandForm.Kind.M);
    }

    private static boolean onlyRegister(InstructionForm form) {
        return form.operands().stream().anyMatch(o -> o.kind().isRegisterInRm()) || form.rm() >= 0;
    }

    @Test
    void theRowsOfAnOpcodeAgreeOnWhetherModrmFollows() {
        for (InstructionForm a : ROWS) {
            for (InstructionForm b : ROWS) {
                if (a.map() != b.map() || a.opcode() != b.opcode()) continue;
                assertThat(a.hasModrm()).as("%s, %s", a, b).isEqualTo(b.hasModrm());
            }
        }
    }

    @Test
    void noFlagIsBothWrittenAndUndefined() {
        assertThat(ROWS)
                .allSatisfy(row ->
                        assertThat(row.flagsWritten() & row.flagsUndefined()).isZero());
    }

    @Test
    void onlyReadModifyWriteOfMemoryMayBeLocked() {
        assertThat(ROWS)
                .filteredOn(InstructionForm::lockable)
                .extracting(row -> row.operands().get(0))
                .allMatch(destination -> destination.access() == OperandForm.Access.READ_WRITE)
                .extracting(OperandForm::kind)
                .containsOnly(OperandForm.Kind.E, OperandForm.Kind.M);
    }

    @Test
    void theIndexIsThePlaceInTheTable() {
        for (int i = 0; i < ROWS.size(); i++) assertThat(ROWS.get(i).index()).isEqualTo(i);
    }

    @Test
    void conditionalRowsReadTheFlagsOfTheirCondition() {
        InstructionForm jle = InstructionTable.rows("jle").get(0);
        assertThat(jle.flagsRead()).isEqualTo(Eflags.ZF | Eflags.SF | Eflags.OF);
        assertThat(Condition.of(jle.opcode())).isEqualTo(Condition.LE);
    }
}
