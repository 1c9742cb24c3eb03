package org.sidestep.isa;

/** An operand as the assembler takes it and the disassembler shows it. */
public sealed interface Operand permits Register, Mem, Imm, Far, Target {}
