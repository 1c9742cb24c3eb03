package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;
import org.sidestep.machine.ia32.transfer.FarTransfers;
import org.sidestep.machine.ia32.transfer.Interrupts;
import org.sidestep.machine.ia32.transfer.Returns;

/** Instructions that change the code segment: far jumps and calls, software interrupts, and their returns. */
final class FarBranches {
    private FarBranches() {}

    /** What to do with a far pointer. */
    @FunctionalInterface
    private interface Transfer {
        void go(Cpu cpu, int selector, int offset, int bytes);
    }

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("retf",     Binder.always(Returns::retf));
        set.put("iret",     Binder.always(Returns::iret));
        set.put("int",      Binder.always((cpu, op) -> Interrupts.software(cpu, op.imm & 0xFF)));
        set.put("int3",     Binder.always((cpu, op) -> Interrupts.exception(cpu, Vector.BP)));
        set.put("int1",     Binder.always((cpu, op) -> Interrupts.debug(cpu)));
        set.put("into",     Binder.always(FarBranches::into));
        set.put("bound",    Binder.always(FarBranches::bound));
        set.put("ud2",      Binder.always((cpu, op) -> { throw Fault.ud(); }));
        // spotless:on
    }

    static Semantics jump(Instruction instruction) {
        return transfer(instruction, FarTransfers::jump);
    }

    static Semantics call(Instruction instruction) {
        return transfer(instruction, FarTransfers::call);
    }

    private static Semantics transfer(Instruction instruction, Transfer transfer) {
        if (Operands.kind(instruction, 0) == Kind.A) {
            return (cpu, op) -> transfer.go(cpu, op.imm2, op.imm, op.size);
        }
        return (cpu, op) -> {
            int address = cpu.address(op);
            int offset = cpu.load(op.segment, address, op.size);
            int selector = cpu.load(op.segment, address + op.size & op.addressMask, 2);
            transfer.go(cpu, selector, offset, op.size);
        };
    }

    private static void into(Cpu cpu, Op op) {
        if (cpu.flags.of()) Interrupts.exception(cpu, Vector.OF);
    }

    private static void bound(Cpu cpu, Op op) {
        int shift = Operands.shift(op.size);
        int address = cpu.address(op);
        int index = cpu.r[op.dst] << shift >> shift;
        int lower = cpu.load(op.segment, address, op.size) << shift >> shift;
        int upper = cpu.load(op.segment, address + op.size & op.addressMask, op.size) << shift >> shift;
        if (index < lower || index > upper) throw Fault.br();
    }
}
