package org.sidestep.machine.ia32.instruction;

import java.util.Locale;
import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;

/** Port I/O and who may do it (SDM vol. 1, section 13.5). */
final class InputOutput {
    private static final int BITMAP_POINTER = 102;

    private InputOutput() {}

    static void define(Map<String, Binder> set) {
        set.put("in", InputOutput::input);
        set.put("out", InputOutput::output);
    }

    private static Semantics input(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 0);
        boolean immediate = Operands.isImmediate(instruction, 1);
        return (cpu, op) -> {
            int port = immediate ? op.imm : cpu.reg16(Cpu.EDX);
            check(cpu, port, bytes);
            cpu.reg(Cpu.EAX, bytes, in(cpu, port, bytes));
        };
    }

    private static Semantics output(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 1);
        boolean immediate = Operands.isImmediate(instruction, 0);
        return (cpu, op) -> {
            int port = immediate ? op.imm : cpu.reg16(Cpu.EDX);
            check(cpu, port, bytes);
            out(cpu, port, bytes, cpu.reg(Cpu.EAX, bytes));
        };
    }

    static int in(Cpu cpu, int port, int bytes) {
        access(cpu, port, bytes, "read of");
        return cpu.board.in(port, bytes);
    }

    static void out(Cpu cpu, int port, int bytes, int value) {
        access(cpu, port, bytes, "write to");
        cpu.board.out(port, bytes, value);
        cpu.setAddressMask(cpu.board.addressMask());
    }

    private static void access(Cpu cpu, int port, int bytes, String kind) {
        cpu.board.advanceTo(cpu.timing.cycles());
        cpu.debug.portAccessed(port, bytes);
        cpu.attention();
        if (!cpu.board.knows(port)) {
            cpu.board.refuse(() -> String.format(
                    Locale.ROOT, "%s port %x at %08x: there is no device", kind, port, cpu.linearCode(cpu.eip)));
        }
    }

    /** Raises #GP(0) unless IOPL or the TSS's bitmap allows access to {@code bytes} consecutive ports. */
    static void check(Cpu cpu, int port, int bytes) {
        if (!cpu.virtual8086() && cpu.cpl() <= cpu.flags.iopl()) return;
        SegmentRegister tss = cpu.tr;
        boolean hasBitmap =
                !tss.isNull() && tss.descriptor().is32() && Integer.compareUnsigned(tss.limit, BITMAP_POINTER + 1) >= 0;
        if (!hasBitmap) throw Fault.gp(0);
        int at = cpu.system.load16(tss.base + BITMAP_POINTER) + (port >> 3);
        if (Integer.compareUnsigned(at + 1, tss.limit) > 0) throw Fault.gp(0);
        int bits = cpu.system.load16(tss.base + at) >> (port & 7);
        if ((bits & (1 << bytes) - 1) != 0) throw Fault.gp(0);
    }
}
