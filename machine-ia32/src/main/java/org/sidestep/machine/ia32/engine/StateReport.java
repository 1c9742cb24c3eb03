package org.sidestep.machine.ia32.engine;

import java.util.List;
import java.util.Locale;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;

/** Tells a person where the processor is and how it got there. Looking changes nothing. */
final class StateReport {
    private static final String[] REGISTERS = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
    private static final int AHEAD = 6;

    private final Cpu cpu;
    private final Ram ram;
    private final Trail trail;
    private final StringBuilder text = new StringBuilder();

    private StateReport(Cpu cpu, Ram ram, Trail trail) {
        this.cpu = cpu;
        this.ram = ram;
        this.trail = trail;
    }

    static String of(Cpu cpu, Ram ram, Trail trail) {
        return new StateReport(cpu, ram, trail).write();
    }

    /**
     * Why the processor shut down, in one line.
     *
     * @param chain the exceptions, each raised by the delivery of the one before it
     */
    static String shutdown(Cpu cpu, List<Fault> chain) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "triple fault at %08x: %s",
                cpu.linearCode(cpu.eip),
                chain.get(0).getMessage()));
        for (int i = 1; i < chain.size(); i++) {
            line.append("; its delivery raised ").append(chain.get(i).getMessage());
        }
        return line.toString();
    }

    private String write() {
        registers();
        segments();
        lines("last branches:", trail.branches(cpu.codeAddress()));
        lines("last instructions:", trail.lines());
        text.append("next instructions:\n");
        ahead();
        return text.toString();
    }

    private void registers() {
        for (int i = 0; i < 8; i++) text.append(String.format(Locale.ROOT, "%s=%08x ", REGISTERS[i], cpu.r[i]));
        text.append(String.format(Locale.ROOT, "\neip=%08x eflags=%08x cpl=%d", cpu.eip, cpu.flags.value(), cpu.cpl()));
        text.append(String.format(
                Locale.ROOT,
                " cr0=%08x cr2=%08x cr3=%08x cr4=%08x\n",
                cpu.control.cr0,
                cpu.control.cr2,
                cpu.control.cr3,
                cpu.control.cr4));
        String mode = cpu.realMode() ? "real mode" : cpu.virtual8086() ? "virtual-8086 mode" : "protected mode";
        text.append(mode).append(cpu.segments[Cpu.CS].big ? ", 32-bit code" : ", 16-bit code");
        text.append(cpu.halted ? ", halted\n" : "\n");
    }

    private void segments() {
        for (int i = 0; i < SEGMENTS.length; i++) {
            SegmentRegister segment = cpu.segments[i];
            text.append(String.format(
                    Locale.ROOT,
                    "%s=%04x:%08x/%08x%s",
                    SEGMENTS[i],
                    segment.selector,
                    segment.base,
                    segment.limit,
                    i == 2 ? "\n" : " "));
        }
        text.append(String.format(
                Locale.ROOT,
                "\ntr=%04x ldtr=%04x gdt=%08x/%04x idt=%08x/%04x\n",
                cpu.tr.selector,
                cpu.ldtr.selector,
                cpu.gdtr.base,
                cpu.gdtr.limit,
                cpu.idtr.base,
                cpu.idtr.limit));
    }

    private void lines(String title, List<String> lines) {
        text.append(title).append('\n');
        for (String line : lines) text.append(line).append('\n');
    }

    private void ahead() {
        Decoder decoder = new Decoder();
        boolean default32 = cpu.segments[Cpu.CS].big;
        int[] at = {cpu.codeAddress()};
        for (int i = 0; i < AHEAD; i++) {
            int linear = at[0];
            if (cpu.peek(linear) < 0) {
                text.append(String.format(Locale.ROOT, "  %08x  (not mapped)\n", linear));
                return;
            }
            Instruction instruction = decoder.decode(() -> octet(at[0]++), default32);
            text.append(String.format(Locale.ROOT, "  %08x  %s\n", linear, Disassembler.text(instruction, linear)));
            at[0] = linear + instruction.length;
        }
    }

    private int octet(int linear) {
        long physical = cpu.peek(linear);
        return physical < 0 ? 0xFF : ram.read8((int) physical);
    }
}
