package org.sidestep.machine.ia32.firmware;

import java.util.Locale;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.ia32.cpu.Cpu;

/** One call of a BIOS service: the caller's registers, and on the stack the number of the interrupt and its frame. */
final class BiosCall {
    private static final int FLAGS_AT = 6;

    private static final int IP_AT = 2;

    final GuestMemory memory;
    private final Cpu cpu;
    private final int frame;

    BiosCall(Cpu cpu, GuestMemory memory) {
        this.cpu = cpu;
        this.memory = memory;
        frame = address(Seg.SS, get(Reg16.SP));
    }

    int vector() {
        return memory.octet(frame);
    }

    /** Where the caller's next instruction is: segment and offset. */
    String caller() {
        return String.format(Locale.ROOT, "%04x:%04x", memory.word(frame + IP_AT + 2), memory.word(frame + IP_AT));
    }

    int get(Reg8 register) {
        return cpu.r[register.number() & 3] >> (register.number() & 4) * 2 & 0xFF;
    }

    int get(Reg16 register) {
        return cpu.r[register.number()] & 0xFFFF;
    }

    int get(Reg32 register) {
        return cpu.r[register.number()];
    }

    void set(Reg8 register, int value) {
        int shift = (register.number() & 4) * 2;
        int whole = cpu.r[register.number() & 3];
        cpu.r[register.number() & 3] = whole & ~(0xFF << shift) | (value & 0xFF) << shift;
    }

    void set(Reg16 register, int value) {
        cpu.r[register.number()] = cpu.r[register.number()] & 0xFFFF0000 | value & 0xFFFF;
    }

    void set(Reg32 register, int value) {
        cpu.r[register.number()] = value;
    }

    void set(Seg register, int paragraph) {
        cpu.setParagraph(register, paragraph);
    }

    /** The linear address of {@code segment:offset}. */
    int address(Seg segment, int offset) {
        return (cpu.selector(segment) << 4) + (offset & 0xFFFF);
    }

    /** Carry as the caller finds it after the return. */
    void carry(boolean set) {
        flag(Eflags.CF, set);
    }

    void zero(boolean set) {
        flag(Eflags.ZF, set);
    }

    private void flag(int flag, boolean set) {
        int flags = memory.word(frame + FLAGS_AT);
        memory.word(frame + FLAGS_AT, set ? flags | flag : flags & ~flag);
    }

    /** The usual ending: an error in AH and carry, or zero and no carry. */
    void status(int error) {
        set(Reg8.AH, error);
        carry(error != 0);
    }

    /** What the ROM finds in carry when the host is done: wait for an interrupt and call again, or that there is no boot sector. */
    void answer(boolean carry) {
        cpu.setCarry(carry);
    }
}
