package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.ia32.fault.Fault;

/** Finding and loading descriptors (SDM vol. 3, chapter 3 and section 5.6). */
public final class Segmentation {
    private static final int RPL = 3;
    private static final int LDT_INDICATOR = 4;

    private Segmentation() {}

    /** Whether a selector is one of the four null ones. */
    public static boolean isNull(int selector) {
        return (selector & 0xFFFC) == 0;
    }

    /** The requested privilege level of a selector. */
    public static int rpl(int selector) {
        return selector & RPL;
    }

    /** The selector as an error code. */
    public static int code(int selector) {
        return selector & 0xFFFC;
    }

    /** The descriptor that {@code selector} names, or null if it lies outside its table. */
    public static Descriptor find(Cpu cpu, int selector) {
        int address = address(cpu, selector);
        if (address == -1) return null;
        return new Descriptor(cpu.system.load32(address), cpu.system.load32(address + 4));
    }

    /** As {@link #find}, but raises #GP(selector) for null (with code 0) and outside the table. */
    public static Descriptor require(Cpu cpu, int selector, int external) {
        if (isNull(selector)) throw Fault.gp(external);
        Descriptor descriptor = find(cpu, selector);
        if (descriptor == null) throw Fault.gp(code(selector) | external);
        return descriptor;
    }

    /** Linear address of the descriptor, or -1, which no descriptor can have. */
    private static int address(Cpu cpu, int selector) {
        int offset = selector & 0xFFF8;
        if ((selector & LDT_INDICATOR) == 0) {
            return cpu.gdtr.contains(offset) ? cpu.gdtr.base + offset : -1;
        }
        boolean inside = !cpu.ldtr.isNull() && Integer.compareUnsigned(offset + 7, cpu.ldtr.limit) <= 0;
        return inside ? cpu.ldtr.base + offset : -1;
    }

    /** Sets the accessed bit of a code or data descriptor in memory; returns the descriptor as it is then. */
    public static Descriptor touch(Cpu cpu, int selector, Descriptor descriptor) {
        if (descriptor.accessed()) return descriptor;
        return rewrite(cpu, selector, descriptor, descriptor.high() | Descriptor.ACCESSED);
    }

    /** Sets or clears the busy bit of a TSS descriptor in memory; returns the descriptor as it is then. */
    public static Descriptor setBusy(Cpu cpu, int selector, Descriptor descriptor, boolean busy) {
        int high = busy ? descriptor.high() | Descriptor.BUSY : descriptor.high() & ~Descriptor.BUSY;
        return rewrite(cpu, selector, descriptor, high);
    }

    /** Raises whatever {@link #setBusy} would raise. */
    public static void probeRewrite(Cpu cpu, int selector) {
        cpu.system.probeWrite(address(cpu, selector) + 4, 4);
    }

    private static Descriptor rewrite(Cpu cpu, int selector, Descriptor descriptor, int high) {
        cpu.system.store32(address(cpu, selector) + 4, high);
        return new Descriptor(descriptor.low(), high);
    }

    /** MOV, POP and the LDS family: loads any segment register but CS. */
    public static void load(Cpu cpu, int segment, int selector) {
        if (!cpu.protectedMode()) {
            loadParagraph(cpu, segment, selector & 0xFFFF);
        } else if (segment == Cpu.SS) {
            loadStack(cpu, selector);
        } else if (isNull(selector)) {
            cpu.segments[segment].loadNull(selector & 0xFFFF);
        } else {
            loadData(cpu, segment, selector);
        }
    }

    /** Real and virtual-8086 mode: loads any segment register. */
    public static void loadParagraph(Cpu cpu, int segment, int paragraph) {
        if (cpu.virtual8086()) cpu.segments[segment].load(paragraph, Descriptor.virtual8086(paragraph << 4));
        else cpu.segments[segment].loadParagraph(paragraph);
    }

    private static void loadData(Cpu cpu, int segment, int selector) {
        Descriptor descriptor = require(cpu, selector, 0);
        if (!descriptor.readable()) throw Fault.gp(code(selector));
        if (!descriptor.conforming() && Math.max(cpu.cpl(), rpl(selector)) > descriptor.dpl()) {
            throw Fault.gp(code(selector));
        }
        if (!descriptor.present()) throw Fault.np(code(selector));
        cpu.segments[segment].load(selector & 0xFFFF, touch(cpu, selector, descriptor));
    }

    private static void loadStack(Cpu cpu, int selector) {
        Descriptor descriptor = require(cpu, selector, 0);
        boolean fits = rpl(selector) == cpu.cpl() && descriptor.dpl() == cpu.cpl() && descriptor.writable();
        if (!fits) throw Fault.gp(code(selector));
        if (!descriptor.present()) throw Fault.ss(code(selector));
        cpu.segments[Cpu.SS].load(selector & 0xFFFF, touch(cpu, selector, descriptor));
    }

    /** After a return to an outer level: no segment register may keep what that level could not load. */
    public static void dropInnerSegments(Cpu cpu) {
        for (int segment = 0; segment < 6; segment++) {
            if (segment == Cpu.CS || segment == Cpu.SS) continue;
            if (isDropped(cpu.segments[segment], cpu.cpl())) cpu.segments[segment].loadNull(0);
        }
    }

    /** Whether a segment register may not be kept by an outer level. */
    public static boolean isDropped(SegmentRegister segment, int level) {
        Descriptor descriptor = segment.descriptor();
        return descriptor != null && !descriptor.conforming() && descriptor.dpl() < level;
    }
}
