package org.sidestep.asm;

import org.sidestep.isa.Operand;

/**
 * Turns operations into bytes, through the instruction table. One assembler builds one {@link Program}: several
 * sections, one name space of labels. Branches are short where they can be; alignment pads with multi-byte nops.
 */
public final class Assembler {

    /** Opens (or reopens) a section; what follows goes to its end. Linear and physical address may differ. */
    public void section(String name, int address, int physical) {
        throw new UnsupportedOperationException();
    }

    /** Opens a section of reserved, zeroed space: only {@link #reserve}, {@link #align} and labels are allowed. */
    public void zeroSection(String name, int address, int physical) {
        throw new UnsupportedOperationException();
    }

    /** Continues an existing section. */
    public void continueSection(String name) {
        throw new UnsupportedOperationException();
    }

    /** The label of that name, created on first use. */
    public Label label(String name) {
        throw new UnsupportedOperationException();
    }

    /** A label that no one else can name, {@code <current routine>.<hint><n>}. */
    public Label fresh(String hint) {
        throw new UnsupportedOperationException();
    }

    /** Binds a label to the current place. */
    public Label bind(Label label) {
        throw new UnsupportedOperationException();
    }

    /**
     * Emits one instruction by mnemonic ("mov", "rep movsd", "lock cmpxchg", "jne").
     *
     * @throws AssemblyException if no row of the table takes these operands
     */
    public void emit(String mnemonic, Operand... operands) {
        throw new UnsupportedOperationException();
    }

    public void bytes(byte... data) {
        throw new UnsupportedOperationException();
    }

    /** A 32-bit word of data: {@link org.sidestep.isa.Imm} or a label's address. */
    public void word(Operand value) {
        throw new UnsupportedOperationException();
    }

    /** Reserves zeroed space. */
    public void reserve(int bytes) {
        throw new UnsupportedOperationException();
    }

    /** Pads to a multiple of {@code alignment}, with nops in code. */
    public void align(int alignment) {
        throw new UnsupportedOperationException();
    }

    /** Begins a routine: names the scope of its labels and, in the listing, heads it with its contract. */
    public void routine(String name, String contract) {
        throw new UnsupportedOperationException();
    }

    /** A heading in the listing: a phase of the current routine. */
    public void phase(String title) {
        throw new UnsupportedOperationException();
    }

    /** A remark beside the next instruction in the listing. */
    public void comment(String text) {
        throw new UnsupportedOperationException();
    }

    /** Bytes emitted so far into the current section (an upper bound while branches may still shrink). */
    public int position() {
        throw new UnsupportedOperationException();
    }

    /** Resolves everything. */
    public Program link() {
        throw new UnsupportedOperationException();
    }
}
