package org.sidestep.machine.ia32.instruction;

import java.util.Locale;
import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.ModelSpecificRegisters;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.transfer.Virtual8086;

/** Control registers, model-specific registers, flags, and what else concerns the processor itself. */
public final class ProcessorControl {
    private static final int LMSW = ControlRegisters.MP | ControlRegisters.EM | ControlRegisters.TS;
    private static final int PENTIUM = 5, NETBURST = 15, COUNTERS = 2, NETBURST_COUNTERS = 18;
    private static final int CPUID_APIC = 1 << 9;

    private ProcessorControl() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("smsw",   i -> Operands.isMemory(i, 0)
                ? (cpu, op) -> cpu.store16(op, cpu.control.cr0)
                : (cpu, op) -> cpu.reg(op.dst, op.size, cpu.control.cr0));
        set.put("lmsw",   i -> { Operands.Source s = Operands.first(i); return (cpu, op) -> lmsw(cpu, s.read(cpu, op)); });
        set.put("clts",   Binder.always((cpu, op) -> cpu.control.writeCr0(cpu.control.cr0 & ~ControlRegisters.TS)));
        set.put("invlpg", Binder.always(
                (cpu, op) -> cpu.mmu.invalidate(cpu.segments[op.segment].base + cpu.address(op))));
        set.put("invd",   Binder.always((cpu, op) -> {}));
        set.put("wbinvd", Binder.always((cpu, op) -> {}));
        set.put("rdmsr",  Binder.always(ProcessorControl::rdmsr));
        set.put("wrmsr",  Binder.always(ProcessorControl::wrmsr));
        set.put("rdtsc",  Binder.always(ProcessorControl::rdtsc));
        set.put("rdpmc",  Binder.always(ProcessorControl::rdpmc));
        set.put("cpuid",  Binder.always(ProcessorControl::cpuid));
        set.put("hlt",    Binder.always(ProcessorControl::hlt));
        set.put("cmc",    Binder.always((cpu, op) -> cpu.flags.carry(!cpu.flags.cf())));
        set.put("clc",    Binder.always((cpu, op) -> cpu.flags.carry(false)));
        set.put("stc",    Binder.always((cpu, op) -> cpu.flags.carry(true)));
        set.put("cli",    Binder.always(ProcessorControl::cli));
        set.put("sti",    Binder.always(ProcessorControl::sti));
        set.put("cld",    Binder.always((cpu, op) -> cpu.flags.clear(Eflags.DF)));
        set.put("std",    Binder.always((cpu, op) -> cpu.flags.system |= Eflags.DF));
        // spotless:on
    }

    /** MOV to or from a control or debug register. */
    static Semantics mov(Instruction i) {
        return switch (Operands.kind(i, 0)) {
            case C -> (cpu, op) -> cpu.control.write(op.dst, cpu.r[op.src]);
            case D -> (cpu, op) -> cpu.debug.write(op.dst, cpu.r[op.src]);
            default ->
                Operands.kind(i, 1) == Kind.C
                        ? (cpu, op) -> cpu.r[op.dst] = cpu.control.read(op.src)
                        : (cpu, op) -> cpu.r[op.dst] = cpu.debug.read(op.src);
        };
    }

    /** LMSW can set PE but not clear it. */
    private static void lmsw(Cpu cpu, int value) {
        int cr0 = cpu.control.cr0;
        cpu.control.writeCr0(cr0 & ~LMSW | value & LMSW | value & ControlRegisters.PE);
    }

    private static void setPair(Cpu cpu, long value) {
        cpu.r[Cpu.EAX] = (int) value;
        cpu.r[Cpu.EDX] = (int) (value >>> 32);
    }

    private static void rdmsr(Cpu cpu, Op op) {
        known(cpu, "read of");
        setPair(cpu, cpu.readModelSpecific(cpu.r[Cpu.ECX]));
    }

    private static void wrmsr(Cpu cpu, Op op) {
        known(cpu, "write to");
        long value = (long) cpu.r[Cpu.EDX] << 32 | Integer.toUnsignedLong(cpu.r[Cpu.EAX]);
        cpu.writeModelSpecific(cpu.r[Cpu.ECX], value);
    }

    /** Raises #GP(0) for a register that does not exist. */
    private static void known(Cpu cpu, String kind) {
        int number = cpu.r[Cpu.ECX];
        if (cpu.msr.exists(number)) return;
        cpu.board.refuse(() -> String.format(
                Locale.ROOT,
                "%s model-specific register %x at %08x, which this processor does not have",
                kind,
                number,
                cpu.linearCode(cpu.eip)));
        throw Fault.gp(0);
    }

    private static void rdtsc(Cpu cpu, Op op) {
        if (cpu.cpl() != 0 && (cpu.control.cr4 & ControlRegisters.TSD) != 0) throw Fault.gp(0);
        setPair(cpu, cpu.msr.read(ModelSpecificRegisters.TSC, cpu.timing.cycles()));
    }

    /** The performance counters exist, but count nothing. */
    private static void rdpmc(Cpu cpu, Op op) {
        int counters = (cpu.identity.cpuid(1)[0] >> 8 & 15) == NETBURST ? NETBURST_COUNTERS : COUNTERS;
        boolean allowed = cpu.cpl() == 0 || (cpu.control.cr4 & ControlRegisters.PCE) != 0;
        if (!allowed || Integer.compareUnsigned(cpu.r[Cpu.ECX], counters) >= 0) throw Fault.gp(0);
        setPair(cpu, 0);
    }

    private static void cpuid(Cpu cpu, Op op) {
        int leaf = cpu.r[Cpu.EAX];
        int[] words = cpu.identity.cpuid(leaf);
        if (leaf == 1 && cpu.board.apicEnabled() && hasLocalApic(words[0])) words[3] |= CPUID_APIC;
        cpu.r[Cpu.EAX] = words[0];
        cpu.r[Cpu.EBX] = words[1];
        cpu.r[Cpu.ECX] = words[2];
        cpu.r[Cpu.EDX] = words[3];
    }

    /** Local APICs came with the second Pentium; one beside an older part does not show in it. */
    private static boolean hasLocalApic(int signature) {
        return (signature >> 8 & 15) >= PENTIUM;
    }

    private static void hlt(Cpu cpu, Op op) {
        cpu.halted = true;
        cpu.attention();
    }

    private static void cli(Cpu cpu, Op op) {
        cpu.flags.clear(hasVirtualFlag(cpu) ? Eflags.VIF : Eflags.IF);
    }

    /** Where IOPL forbids to change IF, there may be VIF instead. */
    private static boolean hasVirtualFlag(Cpu cpu) {
        if (cpu.cpl() <= cpu.flags.iopl()) return false;
        if (!Virtual8086.hasVirtualInterruptFlag(cpu)) throw Fault.gp(0);
        return true;
    }

    /** Interrupts stay off for one more instruction, so that STI and RET or HLT belong together. */
    private static void sti(Cpu cpu, Op op) {
        if (hasVirtualFlag(cpu)) {
            Virtual8086.enableInterrupts(cpu);
            return;
        }
        if (!cpu.flags.interruptsEnabled()) cpu.flow.shadow = true;
        cpu.flags.system |= Eflags.IF;
        cpu.attention();
    }
}
