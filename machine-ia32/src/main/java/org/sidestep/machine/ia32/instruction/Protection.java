package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.cpu.TableRegister;
import org.sidestep.machine.ia32.fault.Fault;

/** Segment registers, descriptor-table registers, and instructions that ask about descriptors. */
final class Protection {
    private Protection() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("lds",  i -> farPointer(3));
        set.put("les",  i -> farPointer(0));
        set.put("lss",  i -> farPointer(2));
        set.put("lfs",  i -> farPointer(4));
        set.put("lgs",  i -> farPointer(5));
        set.put("lgdt", Binder.always((cpu, op) -> loadTable(cpu, op, cpu.gdtr)));
        set.put("lidt", Binder.always((cpu, op) -> loadTable(cpu, op, cpu.idtr)));
        set.put("sgdt", Binder.always((cpu, op) -> storeTable(cpu, op, cpu.gdtr)));
        set.put("sidt", Binder.always((cpu, op) -> storeTable(cpu, op, cpu.idtr)));
        set.put("lldt", i -> { Operands.Source s = Operands.first(i); return (cpu, op) -> lldt(cpu, s.read(cpu, op)); });
        set.put("ltr",  i -> { Operands.Source s = Operands.first(i); return (cpu, op) -> ltr(cpu, s.read(cpu, op)); });
        set.put("sldt", i -> storeSelector(i, (cpu, op) -> cpu.ldtr.selector));
        set.put("str",  i -> storeSelector(i, (cpu, op) -> cpu.tr.selector));
        set.put("verr", i -> verify(i, false));
        set.put("verw", i -> verify(i, true));
        set.put("lar",  i -> query(i, false));
        set.put("lsl",  i -> query(i, true));
        set.put("arpl", Protection::arpl);
        // spotless:on
    }

    /** MOV to or from a segment register. */
    static Semantics mov(Instruction i) {
        if (Operands.kind(i, 0) == Kind.S) {
            Operands.Source source = Operands.source(i);
            return (cpu, op) -> {
                Segmentation.load(cpu, op.dst, source.read(cpu, op) & 0xFFFF);
                if (op.dst == Cpu.SS) shadow(cpu);
            };
        }
        return storeSelector(i, (cpu, op) -> cpu.segments[op.src].selector);
    }

    /** Loading SS holds interrupts and debug exceptions off until ESP can be loaded too. */
    static void shadow(Cpu cpu) {
        cpu.flow.shadow = true;
        cpu.flow.trapShadow = true;
        cpu.attention();
    }

    /** To memory always 16 bits; to a register zero-extended to the operand size. */
    private static Semantics storeSelector(Instruction i, Operands.Source selector) {
        return Operands.isMemory(i, 0)
                ? (cpu, op) -> cpu.store16(op, selector.read(cpu, op))
                : (cpu, op) -> cpu.reg(op.dst, op.size, selector.read(cpu, op));
    }

    private static Semantics farPointer(int segment) {
        return (cpu, op) -> {
            int address = cpu.address(op);
            int offset = cpu.load(op.segment, address, op.size);
            int selector = cpu.load(op.segment, address + op.size & op.addressMask, 2);
            Segmentation.load(cpu, segment, selector);
            cpu.reg(op.dst, op.size, offset);
        };
    }

    private static void loadTable(Cpu cpu, Op op, TableRegister table) {
        int address = cpu.address(op);
        int limit = cpu.load(op.segment, address, 2);
        int base = cpu.load(op.segment, address + 2 & op.addressMask, 4);
        table.limit = limit;
        table.base = op.size == 2 ? base & 0xFFFFFF : base;
    }

    private static void storeTable(Cpu cpu, Op op, TableRegister table) {
        int address = cpu.address(op);
        int baseAt = address + 2 & op.addressMask;
        cpu.memory.probeWrite(cpu.segments[op.segment].writable(baseAt, 4), 4);
        cpu.store(op.segment, address, 2, table.limit);
        cpu.store(op.segment, baseAt, 4, table.base);
    }

    private static void lldt(Cpu cpu, int selector) {
        if (Segmentation.isNull(selector)) {
            cpu.ldtr.loadNull(selector);
            return;
        }
        Descriptor descriptor = system(cpu, selector);
        if (descriptor.type() != Descriptor.LDT) throw Fault.gp(Segmentation.code(selector));
        if (!descriptor.present()) throw Fault.np(Segmentation.code(selector));
        cpu.ldtr.load(selector, descriptor);
    }

    private static void ltr(Cpu cpu, int selector) {
        Descriptor descriptor = system(cpu, selector);
        if (!descriptor.tss() || descriptor.tssBusy()) throw Fault.gp(Segmentation.code(selector));
        if (!descriptor.present()) throw Fault.np(Segmentation.code(selector));
        cpu.tr.load(selector, Segmentation.setBusy(cpu, selector, descriptor, true));
    }

    /** A system descriptor, which only the GDT can hold. */
    private static Descriptor system(Cpu cpu, int selector) {
        if ((selector & 4) != 0) throw Fault.gp(Segmentation.code(selector));
        Descriptor descriptor = Segmentation.require(cpu, selector, 0);
        if (!descriptor.system()) throw Fault.gp(Segmentation.code(selector));
        return descriptor;
    }

    private static Semantics verify(Instruction i, boolean write) {
        Operands.Source selector = Operands.first(i);
        return (cpu, op) -> {
            int value = selector.read(cpu, op);
            Descriptor d = visible(cpu, value);
            boolean usable = d != null && !d.system() && (write ? d.writable() : d.readable());
            cpu.flags.zero(usable);
        };
    }

    /** LAR and LSL. */
    private static Semantics query(Instruction i, boolean limit) {
        Operands.Source selector = Operands.source(i);
        return (cpu, op) -> {
            int value = selector.read(cpu, op);
            Descriptor d = visible(cpu, value);
            boolean valid = d != null && (!d.system() || (limit ? hasLimit(d) : hasRights(d)));
            if (valid) cpu.reg(op.dst, op.size, limit ? d.limit() : d.high() & 0x00FFFF00);
            cpu.flags.zero(valid);
        };
    }

    private static boolean hasLimit(Descriptor d) {
        return d.tss() || d.type() == Descriptor.LDT;
    }

    private static boolean hasRights(Descriptor d) {
        int type = d.type();
        boolean callGate = type == Descriptor.CALL_GATE16 || type == Descriptor.CALL_GATE32;
        return hasLimit(d) || callGate || type == Descriptor.TASK_GATE;
    }

    /** The descriptor, or null if there is none or the current level may not know it. */
    private static Descriptor visible(Cpu cpu, int selector) {
        Descriptor d = Segmentation.isNull(selector) ? null : Segmentation.find(cpu, selector);
        if (d == null || d.conforming()) return d;
        return d.dpl() >= Math.max(cpu.cpl(), Segmentation.rpl(selector)) ? d : null;
    }

    /** Memory is written only if the selector changes. */
    private static Semantics arpl(Instruction i) {
        boolean memory = Operands.isMemory(i, 0);
        Operands.Source destination = Operands.first(i);
        return (cpu, op) -> {
            int selector = destination.read(cpu, op);
            int rpl = cpu.r[op.src] & 3;
            boolean raise = (selector & 3) < rpl;
            int raised = selector & ~3 | rpl;
            if (raise && memory) cpu.store16(op, raised);
            else if (raise) cpu.reg16(op.dst, raised);
            cpu.flags.zero(raise);
        };
    }
}
