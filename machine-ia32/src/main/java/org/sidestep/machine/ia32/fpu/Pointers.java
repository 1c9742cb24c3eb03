package org.sidestep.machine.ia32.fpu;

/** The last x87 instruction and its memory operand, for exception handlers (SDM vol. 1, sections 8.1.8 and 8.1.9). */
public final class Pointers {
    public int instruction;
    public int codeSelector;
    public int data;
    public int dataSelector;

    /** The low three bits of the first opcode byte and the modrm byte. */
    public int opcode;

    void clear() {
        instruction = 0;
        codeSelector = 0;
        data = 0;
        dataSelector = 0;
        opcode = 0;
    }

    void copy(Pointers other) {
        instruction = other.instruction;
        codeSelector = other.codeSelector;
        data = other.data;
        dataSelector = other.dataSelector;
        opcode = other.opcode;
    }
}
