package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Flags;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;

/**
 * The forms of nine in ten instructions that kernels and their users execute, by number: a switch takes the host there in one
 * jump, where each call through an interface costs it a search as well. All operands have 32 bits. What a form does here is
 * what the other classes of this package have it do, who know all forms.
 */
public final class Common {
    /** The number of what is not among them. */
    public static final int NONE = 0;

    /** What a form with a number does. */
    static final Semantics SEMANTICS = (cpu, op) -> execute(op.common, cpu, op);

    // Operands, destination first: a register, an immediate, memory.
    private static final int R = 1;
    private static final int I = 2;
    private static final int RR = 3;
    private static final int RI = 4;
    private static final int RM = 5;
    private static final int MR = 6;
    private static final int MI = 7;

    private static final int SHAPES = 8;
    private static final int MOV = SHAPES;
    private static final int ADD = 2 * SHAPES;
    private static final int SUB = 3 * SHAPES;
    private static final int AND = 4 * SHAPES;
    private static final int OR = 5 * SHAPES;
    private static final int XOR = 6 * SHAPES;
    private static final int CMP = 7 * SHAPES;
    private static final int TEST = 8 * SHAPES;
    private static final int INC = 9 * SHAPES;
    private static final int DEC = 10 * SHAPES;
    private static final int LEA = 11 * SHAPES;
    private static final int PUSH = 12 * SHAPES;
    private static final int POP = 13 * SHAPES;

    private static final Map<String, Integer> OPERATIONS = Map.ofEntries(
            Map.entry("mov", MOV),
            Map.entry("add", ADD),
            Map.entry("sub", SUB),
            Map.entry("and", AND),
            Map.entry("or", OR),
            Map.entry("xor", XOR),
            Map.entry("cmp", CMP),
            Map.entry("test", TEST),
            Map.entry("inc", INC),
            Map.entry("dec", DEC),
            Map.entry("lea", LEA),
            Map.entry("push", PUSH),
            Map.entry("pop", POP));

    private static final int RET = 14 * SHAPES;
    private static final int JMP = RET + 1;
    private static final int CALL = RET + 2;
    private static final int JE = RET + 3;
    private static final int JNE = RET + 4;
    private static final int JB = RET + 5;
    private static final int JAE = RET + 6;
    private static final int JBE = RET + 7;
    private static final int JA = RET + 8;

    /** What has a relative target. */
    private static final Map<String, Integer> RELATIVE =
            Map.of("jmp", JMP, "call", CALL, "je", JE, "jne", JNE, "jb", JB, "jae", JAE, "jbe", JBE, "ja", JA);

    private Common() {}

    /** The number of an instruction's form, or {@link #NONE}. */
    public static int number(Instruction i) {
        int operands = i.form.operands().size();
        String mnemonic = i.form.mnemonic();
        if (i.operandSize != 4 || i.lock) return NONE;
        if (mnemonic.equals("ret")) return RET;
        if (operands == 1 && Operands.kind(i, 0) == Kind.J) return RELATIVE.getOrDefault(mnemonic, NONE);
        int operation = OPERATIONS.getOrDefault(mnemonic, NONE);
        if (operation == NONE || operands > 2) return NONE;
        for (int n = 0; n < operands; n++) if (!isWord(i, n)) return NONE;
        int number = operation + shape(i, operands);
        return isMember(number) ? number : NONE;
    }

    /** Whether an operand is a general register, memory or an immediate of 32 bits. */
    private static boolean isWord(Instruction i, int operand) {
        return switch (Operands.kind(i, operand)) {
            case I, M -> true;
            case E, G, Z, O -> Operands.bytes(i, operand) == 4;
            case FIXED -> "eAX".equals(i.form.operands().get(operand).register());
            default -> false;
        };
    }

    private static int shape(Instruction i, int operands) {
        boolean memory = Operands.isMemory(i, 0);
        if (operands == 1) return memory ? NONE : Operands.isImmediate(i, 0) ? I : R;
        if (Operands.isImmediate(i, 1)) return memory ? MI : RI;
        return Operands.isMemory(i, 1) ? RM : memory ? MR : RR;
    }

    private static boolean isMember(int number) {
        int shape = number % SHAPES;
        return switch (number - shape) {
            case MOV, CMP -> shape >= RR;
            case ADD, SUB, AND, OR, XOR -> shape == RR || shape == RI || shape == RM;
            case TEST -> shape == RR || shape == RI || shape == MR || shape == MI;
            case INC, DEC, POP -> shape == R;
            case LEA -> shape == RM;
            case PUSH -> shape == R || shape == I;
            default -> false;
        };
    }

    /** Whether it is a jump on a condition. */
    public static boolean isConditional(int number) {
        return number >= JE && number <= JA;
    }

    /** Whether it has to do with nothing but general registers and flags. */
    public static boolean isOnRegisters(int number) {
        int shape = number % SHAPES;
        return switch (number - shape) {
            case MOV, ADD, SUB, AND, OR, XOR, CMP, TEST, INC, DEC -> shape == R || shape == RR || shape == RI;
            case LEA -> true;
            default -> false;
        };
    }

    /** Whether a register is counted down by one, and a jump asks whether it has not come to zero. */
    public static boolean countsDown(Op count, Op jump) {
        boolean byOne = count.common == DEC + R || count.common == SUB + RI && count.imm == 1;
        return byOne && jump.common == JNE;
    }

    /** Does what the instruction with a number does; as {@link Semantics#execute}. */
    public static void execute(int number, Cpu cpu, Op op) {
        int[] r = cpu.r;
        Flags flags = cpu.flags;
        // spotless:off
        switch (number) {
            case MOV + RR -> r[op.dst] = r[op.src];
            case MOV + RI -> r[op.dst] = op.imm;
            case MOV + RM -> r[op.dst] = cpu.load32(op);
            case MOV + MR -> cpu.store32(op, r[op.src]);
            case MOV + MI -> cpu.store32(op, op.imm);
            case LEA + RM -> r[op.dst] = cpu.address(op);

            case ADD + RR -> r[op.dst] = Alu.add(flags, r[op.dst], r[op.src], 0);
            case ADD + RI -> r[op.dst] = Alu.add(flags, r[op.dst], op.imm, 0);
            case ADD + RM -> r[op.dst] = Alu.add(flags, r[op.dst], cpu.load32(op), 0);
            case SUB + RR -> r[op.dst] = Alu.sub(flags, r[op.dst], r[op.src], 0);
            case SUB + RI -> r[op.dst] = Alu.sub(flags, r[op.dst], op.imm, 0);
            case SUB + RM -> r[op.dst] = Alu.sub(flags, r[op.dst], cpu.load32(op), 0);
            case AND + RR -> r[op.dst] = Alu.and(flags, r[op.dst], r[op.src], 0);
            case AND + RI -> r[op.dst] = Alu.and(flags, r[op.dst], op.imm, 0);
            case AND + RM -> r[op.dst] = Alu.and(flags, r[op.dst], cpu.load32(op), 0);
            case OR + RR  -> r[op.dst] = Alu.or(flags, r[op.dst], r[op.src], 0);
            case OR + RI  -> r[op.dst] = Alu.or(flags, r[op.dst], op.imm, 0);
            case OR + RM  -> r[op.dst] = Alu.or(flags, r[op.dst], cpu.load32(op), 0);
            case XOR + RR -> r[op.dst] = Alu.xor(flags, r[op.dst], r[op.src], 0);
            case XOR + RI -> r[op.dst] = Alu.xor(flags, r[op.dst], op.imm, 0);
            case XOR + RM -> r[op.dst] = Alu.xor(flags, r[op.dst], cpu.load32(op), 0);
            case INC + R  -> r[op.dst] = Alu.inc(flags, r[op.dst], 0);
            case DEC + R  -> r[op.dst] = Alu.dec(flags, r[op.dst], 0);

            case CMP + RR  -> Alu.sub(flags, r[op.dst], r[op.src], 0);
            case CMP + RI  -> Alu.sub(flags, r[op.dst], op.imm, 0);
            case CMP + RM  -> Alu.sub(flags, r[op.dst], cpu.load32(op), 0);
            case CMP + MR  -> Alu.sub(flags, cpu.load32(op), r[op.src], 0);
            case CMP + MI  -> Alu.sub(flags, cpu.load32(op), op.imm, 0);
            case TEST + RR -> Alu.and(flags, r[op.dst], r[op.src], 0);
            case TEST + RI -> Alu.and(flags, r[op.dst], op.imm, 0);
            case TEST + MR -> Alu.and(flags, cpu.load32(op), r[op.src], 0);
            case TEST + MI -> Alu.and(flags, cpu.load32(op), op.imm, 0);

            case PUSH + R -> cpu.push(r[op.dst], 4);
            case PUSH + I -> cpu.push(op.imm, 4);
            case POP + R  -> r[op.dst] = cpu.pop(4);

            case RET  -> Branches.ret(cpu, op);
            case JMP  -> Branches.jump(cpu, op, cpu.next + op.imm, Branch.DIRECT);
            case CALL -> Branches.call(cpu, op, cpu.next + op.imm, Branch.CALL);
            case JE   -> Branches.conditional(cpu, op, flags.zf());
            case JNE  -> Branches.conditional(cpu, op, !flags.zf());
            case JB   -> Branches.conditional(cpu, op, flags.cf());
            case JAE  -> Branches.conditional(cpu, op, !flags.cf());
            case JBE  -> Branches.conditional(cpu, op, flags.cf() || flags.zf());
            case JA   -> Branches.conditional(cpu, op, !flags.cf() && !flags.zf());
            default   -> throw new IllegalArgumentException("no common form has number " + number);
        }
        // spotless:on
    }
}
