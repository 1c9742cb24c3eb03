package org.sidestep.asm;

import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Target;

/**
 * The vocabulary in which kernel, stubs and workloads are written: extend it and write bare mnemonics.
 *
 * <p>Guards are flat: {@code exitIf(NZ, slow, "typed items or flags")}. Mnemonics are the manual's.
 */
public abstract class Code {

    protected final Assembler asm;

    protected Code(Assembler asm) {
        this.asm = asm;
    }

    // structure

    /**
     * Begins a routine.
     *
     * @param contract its register contract: {@code in}, {@code holds}, {@code out} lines
     */
    protected final Label routine(String name, String contract) {
        asm.routine(name, contract);
        return asm.bind(asm.label(name));
    }

    /** The same, at a label that was made before. */
    protected final Label routine(Label entry, String contract) {
        asm.routine(entry.name(), contract);
        return asm.bind(entry);
    }

    protected final void phase(String title) {
        asm.phase(title);
    }

    /** Binds the label {@code name} here. */
    protected final Label here(String name) {
        return asm.bind(asm.label(name));
    }

    protected final Label here(Label label) {
        return asm.bind(label);
    }

    /** The label of that name, bound here or elsewhere. */
    protected final Label label(String name) {
        return asm.label(name);
    }

    protected final Label fresh(String hint) {
        return asm.fresh(hint);
    }

    /** A guard: leaves for {@code exit} if {@code condition} holds. */
    protected final void exitIf(Condition condition, Target exit, String reason) {
        asm.comment(reason);
        asm.emit("j" + condition.text(), exit);
    }

    // the most used mnemonics; any other through op("...")

    protected final void op(String mnemonic, Operand... operands) {
        asm.emit(mnemonic, operands);
    }

    protected final void mov(Operand destination, Operand source) {
        asm.emit("mov", destination, source);
    }

    protected final void mov(Operand destination, int value) {
        asm.emit("mov", destination, new Imm(value));
    }

    protected final void lea(Operand destination, Mem source) {
        asm.emit("lea", destination, source);
    }

    protected final void add(Operand destination, Operand source) {
        asm.emit("add", destination, source);
    }

    protected final void add(Operand destination, int value) {
        asm.emit("add", destination, new Imm(value));
    }

    protected final void sub(Operand destination, Operand source) {
        asm.emit("sub", destination, source);
    }

    protected final void sub(Operand destination, int value) {
        asm.emit("sub", destination, new Imm(value));
    }

    protected final void and(Operand destination, Operand source) {
        asm.emit("and", destination, source);
    }

    protected final void and(Operand destination, int value) {
        asm.emit("and", destination, new Imm(value));
    }

    protected final void or(Operand destination, Operand source) {
        asm.emit("or", destination, source);
    }

    protected final void or(Operand destination, int value) {
        asm.emit("or", destination, new Imm(value));
    }

    protected final void xor(Operand destination, Operand source) {
        asm.emit("xor", destination, source);
    }

    protected final void cmp(Operand left, Operand right) {
        asm.emit("cmp", left, right);
    }

    protected final void cmp(Operand left, int value) {
        asm.emit("cmp", left, new Imm(value));
    }

    protected final void test(Operand left, Operand right) {
        asm.emit("test", left, right);
    }

    protected final void test(Operand left, int value) {
        asm.emit("test", left, new Imm(value));
    }

    protected final void shl(Operand operand, int count) {
        asm.emit("shl", operand, new Imm(count));
    }

    protected final void shr(Operand operand, int count) {
        asm.emit("shr", operand, new Imm(count));
    }

    protected final void inc(Operand operand) {
        asm.emit("inc", operand);
    }

    protected final void dec(Operand operand) {
        asm.emit("dec", operand);
    }

    protected final void neg(Operand operand) {
        asm.emit("neg", operand);
    }

    protected final void not(Operand operand) {
        asm.emit("not", operand);
    }

    protected final void xchg(Operand a, Operand b) {
        asm.emit("xchg", a, b);
    }

    protected final void push(Operand operand) {
        asm.emit("push", operand);
    }

    protected final void push(int value) {
        asm.emit("push", new Imm(value));
    }

    protected final void pop(Operand operand) {
        asm.emit("pop", operand);
    }

    protected final void call(Operand target) {
        asm.emit("call", target);
    }

    protected final void jmp(Operand target) {
        asm.emit("jmp", target);
    }

    protected final void ret() {
        asm.emit("ret");
    }

    protected final void j(Condition condition, Target target) {
        asm.emit("j" + condition.text(), target);
    }

    protected final void je(Target target) {
        asm.emit("je", target);
    }

    protected final void jne(Target target) {
        asm.emit("jne", target);
    }

    protected final void jz(Target target) {
        asm.emit("je", target);
    }

    protected final void jnz(Target target) {
        asm.emit("jne", target);
    }
}
