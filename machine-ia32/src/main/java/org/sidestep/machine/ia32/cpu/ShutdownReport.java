package org.sidestep.machine.ia32.cpu;

import java.util.List;
import org.sidestep.machine.ia32.fault.Fault;

/** Explains a triple fault: what was being delivered, why that failed, and where the processor was. */
final class ShutdownReport {
    private static final String[] REGISTERS = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};

    private ShutdownReport() {}

    /** @param chain the exceptions, each raised by the delivery of the one before it */
    static String text(Cpu cpu, List<Fault> chain, Trail trail) {
        StringBuilder text = new StringBuilder("triple fault at %08x: %s"
                .formatted(cpu.linearCode(cpu.eip), chain.get(0).getMessage()));
        for (int i = 1; i < chain.size(); i++) {
            text.append("; its delivery raised ").append(chain.get(i).getMessage());
        }
        text.append('\n');
        for (int i = 0; i < 8; i++) text.append("%s=%08x ".formatted(REGISTERS[i], cpu.r[i]));
        text.append("\neip=%08x eflags=%08x cpl=%d".formatted(cpu.eip, cpu.flags.value(), cpu.cpl()));
        text.append(" cr0=%08x cr2=%08x cr3=%08x cr4=%08x\n"
                .formatted(cpu.control.cr0, cpu.control.cr2, cpu.control.cr3, cpu.control.cr4));
        for (int i = 0; i < 6; i++) text.append("%s=%04x ".formatted(SEGMENTS[i], cpu.segments[i].selector));
        text.append("tr=%04x gdt=%08x/%04x idt=%08x/%04x\n"
                .formatted(cpu.tr.selector, cpu.gdtr.base, cpu.gdtr.limit, cpu.idtr.base, cpu.idtr.limit));
        text.append("last instructions:\n").append(String.join("\n", trail.lines()));
        return text.toString();
    }
}
