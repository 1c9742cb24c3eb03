package org.sidestep.machine.ia32.transfer;

import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.mmu.LinearMemory;

/**
 * The stack of a more privileged level, as the TSS gives it (SDM vol. 3, section 5.8.5). Everything that can fault
 * happens in {@link #open} and {@link #reserve}; only then may the caller push and {@link #commit}.
 */
final class InnerStack {
    private final Cpu cpu;
    private final int level;
    private final SegmentRegister segment = new SegmentRegister(true);
    private int pointer;

    private InnerStack(Cpu cpu, int level) {
        this.cpu = cpu;
        this.level = level;
    }

    /**
     * @param level the level to switch to
     * @param external 1 if an external event causes the switch, for error codes
     */
    static InnerStack open(Cpu cpu, int level, int external) {
        InnerStack stack = new InnerStack(cpu, level);
        int selector = stack.readTss(external);
        if (Segmentation.isNull(selector)) throw Fault.ts(external);
        int code = Segmentation.code(selector) | external;
        Descriptor descriptor = Segmentation.find(cpu, selector);
        if (descriptor == null) throw Fault.ts(code);
        boolean fits = Segmentation.rpl(selector) == level && descriptor.dpl() == level && descriptor.writable();
        if (!fits) throw Fault.ts(code);
        if (!descriptor.present()) throw Fault.ss(code);
        stack.segment.load(selector, Segmentation.touch(cpu, selector, descriptor));
        return stack;
    }

    private int readTss(int external) {
        boolean wide = !cpu.tr.isNull() && cpu.tr.descriptor().is32();
        int offset = wide ? 4 + 8 * level : 2 + 4 * level;
        int last = offset + (wide ? 5 : 3);
        if (cpu.tr.isNull() || Integer.compareUnsigned(last, cpu.tr.limit) > 0) {
            throw Fault.ts(Segmentation.code(cpu.tr.selector) | external);
        }
        int address = cpu.tr.base + offset;
        pointer = wide ? cpu.system.load32(address) : cpu.system.load16(address);
        return cpu.system.load16(address + (wide ? 4 : 2));
    }

    /** Raises whatever pushing {@code count} values of {@code bytes} would raise. */
    void reserve(int count, int bytes, int external) {
        for (int i = 1; i <= count; i++) {
            int offset = pointer - i * bytes & mask();
            if (!segment.within(offset, bytes)) throw Fault.ss(Segmentation.code(segment.selector) | external);
            memory().probeWrite(segment.base + offset, bytes);
        }
    }

    void push(int value, int bytes) {
        pointer = pointer - bytes & mask() | pointer & ~mask();
        int linear = segment.base + (pointer & mask());
        if (bytes == 4) memory().store32(linear, value);
        else memory().store16(linear, value);
    }

    /** Makes this the current stack, at its level. */
    void commit() {
        cpu.setCpl(level);
        cpu.segments[Cpu.SS].copy(segment);
        cpu.setStackPointer(pointer);
    }

    private int mask() {
        return segment.big ? -1 : 0xFFFF;
    }

    private LinearMemory memory() {
        return cpu.memoryAt(level);
    }
}
