package org.sidestep.verify.mutation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.isa.Unnamed;

/**
 * What an instruction reads and writes, by the instruction table: enough to leave out mutants that are the same program.
 *
 * @param reads general registers, a bit each
 * @param writes likewise
 * @param loads whether it may read memory; stores likewise
 * @param leaves whether control may go elsewhere, or more is changed than is said here
 */
record Effects(int reads, int writes, int flagsRead, int flagsWritten, boolean loads, boolean stores, boolean leaves) {

    /** Twice is once, although the destination is read. */
    private static final Set<String> SETTLES = Set.of("and", "or");

    /** They leave the second of them unreached, or do nothing. */
    private static final Set<String> JUMPS = Set.of("jmp", "ret");

    private static final Map<String, Integer> FIXED = Map.of("a", 0, "c", 1, "d", 2, "b", 3);

    static Effects of(Instruction instruction) {
        Gathering all = new Gathering(instruction);
        instruction.form.operands().forEach(all::operand);
        all.unnamed(instruction.form.unnamed());
        return all.effects();
    }

    /** Whether it may be executed twice where it stands, and nothing is different. */
    static boolean isSettledAtOnce(Instruction instruction) {
        String mnemonic = instruction.form.mnemonic();
        if (JUMPS.contains(mnemonic) || isConditional(instruction)) return true;
        Effects effects = of(instruction);
        if (effects.leaves || !instruction.form.unnamed().steps().isEmpty()) return false;
        if (effects.loads && effects.stores) return SETTLES.contains(mnemonic);
        boolean ownInput = (effects.reads & effects.writes) != 0 || (effects.flagsRead & effects.flagsWritten) != 0;
        return !ownInput || SETTLES.contains(mnemonic) && !effects.loads;
    }

    private static boolean isConditional(Instruction instruction) {
        return instruction.form.mnemonic().startsWith("j");
    }

    /** Whether both orders do the same in registers and flags alone, so that no one else can see in which they stand. */
    boolean commutesUnseenWith(Effects next) {
        return !leaves
                && !next.leaves
                && !stores
                && !next.stores
                && (writes & (next.reads | next.writes)) == 0
                && (reads & next.writes) == 0
                && (flagsWritten & (next.flagsRead | next.flagsWritten)) == 0
                && (flagsRead & next.flagsWritten) == 0;
    }

    /** Effects in the making. */
    private static final class Gathering {
        private static final int REGISTER = 3;

        private final Instruction instruction;
        private int reads;
        private int writes;
        private boolean loads;
        private boolean stores;
        private boolean leaves;

        Gathering(Instruction instruction) {
            this.instruction = instruction;
            leaves = instruction.form.endsBlock();
        }

        void operand(OperandForm operand) {
            switch (operand.kind()) {
                case E -> {
                    if (instruction.modrm >>> 6 == REGISTER) register(operand, instruction.modrm & 7);
                    else memory(operand.access());
                }
                case M -> memory(operand.access());
                case R -> register(operand, instruction.modrm & 7);
                case G -> register(operand, instruction.modrm >>> 3 & 7);
                case Z -> register(operand, instruction.form.opcode() & 7);
                case FIXED -> fixed(operand);
                case O, X, Y, T -> memory(operand.access());
                case I, CONSTANT -> {}
                default -> leaves = true;
            }
        }

        private void fixed(OperandForm operand) {
            String name = operand.register().toLowerCase(Locale.ROOT);
            String letter = name.substring(name.length() - 2, name.length() - 1);
            Integer number = FIXED.get(letter);
            if (number == null || name.endsWith("s") || name.endsWith("i") || name.endsWith("p")) leaves = true;
            else access(operand.access(), number, operand.size() != Size.V && operand.size() != Size.D);
        }

        private void register(OperandForm operand, int number) {
            boolean octet = operand.size() == Size.B;
            access(operand.access(), octet ? number & 3 : number, octet || operand.size() == Size.W);
        }

        /** What is written in part is read as well: the rest shows through. */
        private void access(Access access, int number, boolean part) {
            if (access != Access.WRITE || part) reads |= 1 << number;
            if (access == Access.WRITE || access == Access.READ_WRITE) writes |= 1 << number;
        }

        private void memory(Access access) {
            if (instruction.base >= 0) reads |= 1 << instruction.base;
            if (instruction.index >= 0) reads |= 1 << instruction.index;
            if (access == Access.READ || access == Access.READ_WRITE) loads = true;
            if (access == Access.WRITE || access == Access.READ_WRITE) stores = true;
        }

        void unnamed(Unnamed unnamed) {
            for (List<Integer> read :
                    List.of(unnamed.reads(), unnamed.addresses(), unnamed.steps(), unnamed.counters()))
                for (int number : read) reads |= 1 << number;
            for (List<Integer> written : List.of(unnamed.writes(), unnamed.steps(), unnamed.counters()))
                for (int number : written) writes |= 1 << number;
            if (!unnamed.addresses().isEmpty()) {
                loads = true;
                stores = true;
            }
        }

        Effects effects() {
            InstructionForm form = instruction.form;
            int flagsWritten = form.flagsWritten() | form.flagsUndefined();
            return new Effects(reads, writes, form.flagsRead(), flagsWritten, loads, stores, leaves);
        }
    }
}
