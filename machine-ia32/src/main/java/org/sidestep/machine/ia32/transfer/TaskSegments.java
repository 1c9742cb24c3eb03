package org.sidestep.machine.ia32.transfer;

import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;

/**
 * Loading the segments of a new task (SDM vol. 3, table 7-1): the rules are those of the ordinary loads, but what breaks
 * them is an invalid TSS.
 */
final class TaskSegments {
    private final Cpu cpu;
    private final int external;

    private TaskSegments(Cpu cpu, int external) {
        this.cpu = cpu;
        this.external = external;
    }

    /**
     * Loads LDTR and all segment registers. Those behind one that cannot be loaded keep their selector and stay unusable.
     *
     * @throws Fault of the new task
     */
    static void load(Cpu cpu, TaskState task, int external) {
        TaskSegments segments = new TaskSegments(cpu, external);
        segments.ldt(task.ldt);
        if (cpu.virtual8086()) {
            for (int i = 0; i < task.selectors.length; i++) Segmentation.loadParagraph(cpu, i, task.selectors[i]);
            return;
        }
        segments.code(task.selectors[Cpu.CS]);
        segments.stack(task.selectors[Cpu.SS]);
        for (int i = 0; i < task.selectors.length; i++) {
            if (i != Cpu.CS && i != Cpu.SS) segments.data(i, task.selectors[i]);
        }
    }

    private void ldt(int selector) {
        if (Segmentation.isNull(selector)) return;
        boolean global = (selector & 4) == 0;
        Descriptor descriptor = global ? Segmentation.find(cpu, selector) : null;
        boolean valid = descriptor != null && descriptor.system() && descriptor.type() == Descriptor.LDT;
        if (!valid || !descriptor.present()) throw Fault.ts(error(selector));
        cpu.ldtr.load(selector, descriptor);
    }

    private void code(int selector) {
        Descriptor descriptor = find(selector);
        int rpl = Segmentation.rpl(selector);
        boolean level = descriptor.conforming() ? descriptor.dpl() <= rpl : descriptor.dpl() == rpl;
        if (!descriptor.code() || !level) throw Fault.ts(error(selector));
        if (!descriptor.present()) throw Fault.np(error(selector));
        load(Cpu.CS, selector, descriptor);
    }

    private void stack(int selector) {
        Descriptor descriptor = find(selector);
        boolean level = Segmentation.rpl(selector) == cpu.cpl() && descriptor.dpl() == cpu.cpl();
        if (!descriptor.writable() || !level) throw Fault.ts(error(selector));
        if (!descriptor.present()) throw Fault.ss(error(selector));
        load(Cpu.SS, selector, descriptor);
    }

    private void data(int segment, int selector) {
        if (Segmentation.isNull(selector)) return;
        Descriptor descriptor = find(selector);
        boolean level = descriptor.conforming() || Math.max(cpu.cpl(), Segmentation.rpl(selector)) <= descriptor.dpl();
        if (!descriptor.readable() || !level) throw Fault.ts(error(selector));
        if (!descriptor.present()) throw Fault.np(error(selector));
        load(segment, selector, descriptor);
    }

    private Descriptor find(int selector) {
        Descriptor descriptor = Segmentation.isNull(selector) ? null : Segmentation.find(cpu, selector);
        if (descriptor == null) throw Fault.ts(error(selector));
        return descriptor;
    }

    private void load(int segment, int selector, Descriptor descriptor) {
        cpu.segments[segment].load(selector, Segmentation.touch(cpu, selector, descriptor));
    }

    private int error(int selector) {
        return Segmentation.code(selector) | external;
    }
}
