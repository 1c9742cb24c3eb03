package org.sidestep.machine.ia32.translator;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.engine.Block;

/** What can be told of a block from its instructions alone. */
final class Successors {
    private Successors() {}

    /** Where execution may go on behind a block, as far as it is known; and where a call comes back to. */
    static List<Integer> of(Block block) {
        int behind = block.linear + block.length;
        Instruction last = block.ops[block.ops.length - 1].instruction;
        boolean direct =
                !last.form.operands().isEmpty() && last.form.operands().get(0).kind() == Kind.J;
        if (!direct && isJump(last)) return block.followers();
        if (!direct) return with(block.followers(), behind);
        if (last.form.mnemonic().equals("jmp")) return List.of(behind + last.imm);
        return List.of(behind, behind + last.imm);
    }

    private static List<Integer> with(List<Integer> some, int another) {
        List<Integer> all = new ArrayList<>(some);
        all.add(another);
        return all;
    }

    private static boolean isJump(Instruction last) {
        return last.form.mnemonic().equals("jmp") || last.form.mnemonic().equals("ret");
    }

    static boolean isCall(Block block) {
        return block.ops[block.ops.length - 1].instruction.form.mnemonic().equals("call");
    }

    /** Whether an instruction may leave translated code before it is done: it accesses memory or divides. */
    static boolean touchesMemory(Op op) {
        Instruction i = op.instruction;
        return switch (i.form.mnemonic()) {
            case "push", "pop", "call", "ret", "leave", "div", "idiv", "jmp" -> true;
            case "lea", "nop" -> false;
            default ->
                i.modrm >= 0 && !i.isRegisterForm()
                        || i.form.operands().stream().anyMatch(operand -> operand.kind() == Kind.O);
        };
    }

    /** Whether an instruction leaves no trace of the arithmetic flags before it. */
    static boolean replacesFlags(Op op) {
        Instruction i = op.instruction;
        return switch (i.form.mnemonic()) {
            case "add", "sub", "cmp", "and", "or", "xor", "test", "neg" -> true;
            default -> false;
        };
    }

    /** Whether what an instruction does depends on arithmetic flags, or lets some of them be as they are. */
    static boolean readsFlags(Op op) {
        return switch (op.instruction.form.mnemonic()) {
            case "mov", "movzx", "movsx", "xchg", "lea", "nop", "push", "pop", "leave", "not", "cwde", "cdq" -> false;
            case "inc", "dec", "add", "sub", "cmp", "and", "or", "xor", "test", "neg", "jmp", "call", "ret" -> false;
            default -> true;
        };
    }
}
