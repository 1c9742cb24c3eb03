package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.ia32.fault.Fault;

/**
 * Hardware task switching (SDM vol. 3, chapter 7), which this machine does not have yet: every attempt is refused as an
 * invalid TSS, so that a guest sees a fault rather than something half done.
 */
final class TaskSwitch {
    private TaskSwitch() {}

    /** A far JMP or CALL to a TSS or task gate. */
    static void to(Cpu cpu, int selector, boolean nested) {
        throw Fault.ts(Segmentation.code(selector));
    }

    /** IRET from a nested task. */
    static void back(Cpu cpu) {
        throw Fault.ts(Segmentation.code(cpu.tr.selector));
    }
}
