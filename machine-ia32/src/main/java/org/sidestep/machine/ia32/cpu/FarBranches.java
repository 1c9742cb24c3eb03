package org.sidestep.machine.ia32.cpu;

import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** Instructions that change the code segment: far jumps and calls, interrupts, system calls, and their returns. */
final class FarBranches {
    /** Flat segments as SYSENTER and SYSEXIT make them up. */
    private static final int FLAT_LOW = 0x0000FFFF;

    private static final int FLAT_CODE = 0x00CF9B00;
    private static final int FLAT_DATA = 0x00CF9300;
    private static final int DPL3 = 3 << 13;

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
        set.put("sysenter", Binder.always(FarBranches::sysenter));
        set.put("sysexit",  Binder.always(FarBranches::sysexit));
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

    private static void sysenter(Cpu cpu, Op op) {
        int selector = cpu.msr.sysenterCs & 0xFFFC;
        if (selector == 0 || cpu.realMode()) throw Fault.gp(0);
        int from = cpu.cpl();
        cpu.flags.clear(Eflags.VM | Eflags.IF | Eflags.RF);
        flat(cpu, selector, 0);
        cpu.r[Cpu.ESP] = cpu.msr.sysenterEsp;
        cpu.next = cpu.msr.sysenterEip;
        cpu.timing.event(Timing.Event.SYSENTER);
        cpu.notices.privilegeChanged(from, 0, Notices.BY_SYSENTER);
    }

    private static void sysexit(Cpu cpu, Op op) {
        int selector = cpu.msr.sysenterCs & 0xFFFC;
        if (selector == 0 || cpu.realMode()) throw Fault.gp(0);
        flat(cpu, selector + 16 | 3, 3);
        cpu.r[Cpu.ESP] = cpu.r[Cpu.ECX];
        cpu.next = cpu.r[Cpu.EDX];
        cpu.timing.event(Timing.Event.SYSEXIT);
        cpu.notices.privilegeChanged(0, 3, Notices.BY_RETURN);
    }

    private static void flat(Cpu cpu, int selector, int level) {
        int dpl = level == 3 ? DPL3 : 0;
        cpu.setCpl(level);
        cpu.segments[Cpu.CS].load(selector, new Descriptor(FLAT_LOW, FLAT_CODE | dpl));
        cpu.segments[Cpu.SS].load(selector + 8, new Descriptor(FLAT_LOW, FLAT_DATA | dpl));
    }
}
