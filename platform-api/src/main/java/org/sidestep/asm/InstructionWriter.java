package org.sidestep.asm;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Register;
import org.sidestep.isa.Seg;
import org.sidestep.isa.Target;

/** Writes one instruction of a known row: prefixes, opcode, modrm, sib, displacement, immediates (SDM vol. 2, section 2.1). */
final class InstructionWriter {

    private static final int[] SEGMENT_PREFIXES = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};

    private final InstructionForm form;
    private final int operandSize;
    private final int codeSize;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(12);
    private final List<Fixup> fixups = new ArrayList<>(2);

    /** @param codeSize operand and address size of an instruction without prefixes */
    InstructionWriter(InstructionForm form, int operandSize, int codeSize) {
        this.form = form;
        this.operandSize = operandSize;
        this.codeSize = codeSize;
    }

    Encoding write(int segment, int repeatOrLock, Operand[] operands) {
        prefixes(segment, repeatOrLock, operands);
        if (form.prefix() > 0) out.write(form.prefix());
        if (form.map() != 0) out.write(form.map());
        out.write(form.opcode());
        if (form.hasModrm()) modrm(operands);
        for (int i = 0; i < operands.length; i++) tail(form.operands().get(i), operands[i]);
        return new Encoding(form, out.toByteArray(), List.copyOf(fixups));
    }

    private void prefixes(int segment, int repeatOrLock, Operand[] operands) {
        int override = segment;
        for (Operand operand : operands) {
            if (operand instanceof Mem mem && mem.segment() != null && mem.segment() != defaultSegment(mem)) {
                override = SEGMENT_PREFIXES[mem.segment().number()];
            }
        }
        if (override != 0) out.write(override);
        if (codeSize == 2 && addressesByRegister(operands)) out.write(0x67);
        if (operandSize != codeSize && !ignoresOperandSize(operands)) out.write(0x66);
        if (repeatOrLock != 0) out.write(repeatOrLock);
    }

    private static boolean addressesByRegister(Operand[] operands) {
        for (Operand operand : operands) if (operand instanceof Mem mem && !isPlain(mem)) return true;
        return false;
    }

    /** Whether the address is a mere number: that has a form in code of either size. Registers always address 32 bits. */
    private static boolean isPlain(Mem mem) {
        return mem.base() == null && mem.index() == null;
    }

    /** ESP and EBP address the stack (SDM vol. 1, section 3.7.4). */
    private static Seg defaultSegment(Mem mem) {
        return mem.base() == Reg32.ESP || mem.base() == Reg32.EBP ? Seg.SS : Seg.DS;
    }

    /** A segment register moves from a word register just as well without a prefix. */
    private boolean ignoresOperandSize(Operand[] operands) {
        return operands.length > 1 && operands[0] instanceof Seg && operands[1] instanceof Reg16;
    }

    private void modrm(Operand[] operands) {
        int reg = Math.max(form.digit(), 0);
        Operand rm = null;
        for (int i = 0; i < operands.length; i++) {
            switch (form.operands().get(i).kind()) {
                case G, S, C, D, P, V -> reg = ((Register) operands[i]).number();
                case E, M, R, N, Q, U, W, STI -> rm = operands[i];
                default -> {}
            }
        }
        if (rm instanceof Mem mem) memory(mem, reg);
        else out.write(0xC0 | reg << 3 | (rm == null ? form.rm() : ((Register) rm).number()));
    }

    private void memory(Mem mem, int reg) {
        if (mem.index() == Reg32.ESP) throw new AssemblyException("esp cannot be an index register");
        if (codeSize == 2 && isPlain(mem)) {
            out.write(reg << 3 | 6);
            address(mem, 2);
            return;
        }
        boolean sib = mem.index() != null || mem.base() == Reg32.ESP;
        int mod = mod(mem);
        int base = mem.base() == null ? 5 : mem.base().number();
        out.write(mod << 6 | reg << 3 | (sib ? 4 : base));
        if (sib)
            out.write(scale(mem) << 6 | (mem.index() == null ? 4 : mem.index().number()) << 3 | base);
        if (mod == 1) out.write(mem.displacement());
        else if (mod == 2 || mem.base() == null) address(mem, 4);
    }

    /** The mod field: no displacement, a byte, or (2, or 0 without a base) a doubleword. */
    private static int mod(Mem mem) {
        if (mem.base() == null) return 0;
        if (mem.symbol() != null || mem.displacement() != (byte) mem.displacement()) return 2;
        return mem.displacement() == 0 && mem.base() != Reg32.EBP ? 0 : 1;
    }

    private static int scale(Mem mem) {
        int log = Integer.numberOfTrailingZeros(mem.scale());
        if (Integer.bitCount(mem.scale()) != 1 || log > 3) throw new AssemblyException("scale " + mem.scale());
        return mem.index() == null ? 0 : log;
    }

    private void address(Mem mem, int size) {
        if (mem.symbol() == null) little(mem.displacement(), size);
        else fixup(mem.symbol(), mem.displacement(), size, false);
    }

    private void tail(OperandForm pattern, Operand operand) {
        switch (pattern.kind()) {
            case O -> address((Mem) operand, codeSize);
            case I -> immediate(operand, immediateBytes(pattern));
            case J -> fixup((Target) operand, 0, pattern.size() == OperandForm.Size.B ? 1 : operandSize, true);
            case A -> {
                immediate(((Far) operand).offset(), operandSize);
                little(((Far) operand).selector(), 2);
            }
            default -> {}
        }
    }

    private int immediateBytes(OperandForm pattern) {
        return switch (pattern.size()) {
            case B, BS -> 1;
            case W -> 2;
            default -> operandSize;
        };
    }

    private void immediate(Operand operand, int size) {
        if (operand instanceof Imm imm) little(imm.value(), size);
        else fixup((Target) operand, 0, size, false);
    }

    private void fixup(Target target, int addend, int size, boolean relative) {
        fixups.add(new Fixup(out.size(), size, target, addend, relative));
        little(0, size);
    }

    private void little(int value, int size) {
        for (int i = 0; i < size; i++) out.write(value >> (8 * i));
    }
}
