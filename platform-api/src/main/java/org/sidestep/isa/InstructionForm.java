package org.sidestep.isa;

import java.util.List;

/**
 * One row of the instruction table: one opcode with one operand pattern. Assembler, decoder, disassembler, interpreter,
 * translator and timing all read it; nothing else knows an encoding.
 *
 * @param index position in the table; semantics and timing are bound to rows by it once, at start
 * @param mnemonic lower case, as GNU as prints it in Intel syntax
 * @param prefix the mandatory prefix: {@link #ANY_PREFIX}, {@link #NO_PREFIX} or the byte 0x66, 0xF2 or 0xF3
 * @param map 0 for one-byte opcodes, 0x0F for two-byte opcodes
 * @param opcode the opcode byte; of forms with a register or condition in the low bits, that form's own opcode
 * @param digit the reg field that selects the row in a group ("/digit"), or -1
 * @param rm the r/m field that selects the row together with mod = 3 and the digit ("D9 E0"), or -1
 * @param operands operand patterns with access, in Intel order, in the manual's letters (SDM vol. 2, appendix A.2)
 * @param flagsRead EFLAGS bits read
 * @param flagsWritten EFLAGS bits defined by the instruction
 * @param flagsUndefined EFLAGS bits left undefined
 * @param privilege what the current privilege level must be
 * @param endsBlock whether control may not simply fall through (branches, and whatever changes mode, privilege or translation)
 * @param lockable whether a LOCK prefix is allowed when the destination is memory
 * @param timing the class under which a CPU model's data sheet lists its cost, for example {@code alu}, {@code shift}, {@code mov.sreg}
 * @param unnamed the registers that are used beside the operands
 */
public record InstructionForm(
        int index,
        String mnemonic,
        int prefix,
        int map,
        int opcode,
        int digit,
        int rm,
        List<OperandForm> operands,
        int flagsRead,
        int flagsWritten,
        int flagsUndefined,
        Privilege privilege,
        boolean endsBlock,
        boolean lockable,
        String timing,
        Unnamed unnamed) {

    /** Prefixes 66, F2 and F3 do not select the row. */
    public static final int ANY_PREFIX = -1;

    /** With a prefix 66, F2 or F3 the opcode means something else, or nothing ("NP" in the manual). */
    public static final int NO_PREFIX = 0;

    /** Who may execute an instruction. */
    public enum Privilege {
        /** Everyone. */
        ANY,
        /** CPL 0 only, else #GP(0). */
        SUPERVISOR,
        /** Everyone in protected mode; #UD in real and virtual-8086 mode. */
        PROTECTED,
        /** CPL 0 only, else #GP(0); #UD in real and virtual-8086 mode. */
        PROTECTED_SUPERVISOR,
        /** CPL at most IOPL (CLI, STI), else #GP(0). */
        IOPL,
        /** CPL at most IOPL, or the I/O permission bitmap (IN, OUT, INS, OUTS), else #GP(0). */
        IO_BITMAP
    }

    public boolean hasModrm() {
        for (OperandForm operand : operands) if (operand.kind().inModrm()) return true;
        return digit >= 0;
    }
}
