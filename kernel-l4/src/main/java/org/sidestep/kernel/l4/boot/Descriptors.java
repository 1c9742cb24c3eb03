package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.x2.UserSegment;

/** GDT, IDT and task register (SDM vol. 3, "Protected-Mode Memory Management", "Interrupt and Exception Handling"). */
public final class Descriptors extends KernelRoutines {

    // access byte and flags of a descriptor, as they stand in its second word
    private static final int CODE = 0x9A00;
    private static final int DATA = 0x9200;
    private static final int AVAILABLE_TSS = 0x8900;
    private static final int DPL3 = 0x6000;
    private static final int FLAT_32 = 0xCF0000;
    private static final int BYTES_32 = 0x400000;
    /** Second word of an interrupt gate: present, 32 bits. */
    private static final int INTERRUPT_GATE = 0x8E00;

    private final Label gdt = label("gdt");

    private final Label gdtPointer = label("gdt.pointer");
    private final Label idtPointer = label("idt.pointer");
    private final Label handlers = label("idt.handlers");

    public Descriptors(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        tables();
        loadSegments();
        buildIdt();
        gate();
    }

    private void tables() {
        kernel.data();
        asm.align(8);
        here(gdt);
        descriptor(0, 0, 0);
        descriptor(0, 0xFFFF, FLAT_32 | CODE);
        descriptor(0, 0xFFFF, FLAT_32 | DATA);
        descriptor(0, 0xFFFF, FLAT_32 | CODE | DPL3);
        descriptor(0, 0xFFFF, FLAT_32 | DATA | DPL3);
        descriptor(MemoryMap.CURRENT_UTCB, 3, BYTES_32 | DATA | DPL3);
        descriptor(Tss.ADDRESS, Tss.LIMIT, AVAILABLE_TSS);
        pointer(gdtPointer, gdt, Selectors.TSS + 8);
        pointer(idtPointer, at.idt, 8 * Vectors.COUNT);
        here(handlers);
        kernel.labels.vectors.forEach(asm::word);
        kernel.bss();
        asm.align(8);
        here(at.idt);
        asm.reserve(8 * Vectors.COUNT);
        kernel.text();
    }

    private void descriptor(int base, int limit, int access) {
        asm.word(imm(base << 16 | limit));
        asm.word(imm(base & 0xFF000000 | base >>> 16 & 0xFF | access));
    }

    /** Limit and linear address, as LGDT and LIDT want them; the address is aligned. */
    private void pointer(Label place, Label table, int bytes) {
        asm.align(4);
        asm.bytes((byte) 0, (byte) 0);
        here(place);
        asm.bytes((byte) (bytes - 1), (byte) (bytes - 1 >> 8));
        asm.word(table);
    }

    private void loadSegments() {
        routine(at.bootDescriptors);
        Label reloaded = fresh("reloaded");
        op("lgdt", Mem.at(gdtPointer));
        jmp(new Far(Selectors.KERNEL_CODE, reloaded));
        here(reloaded);
        mov(EAX, Selectors.KERNEL_DATA);
        mov(Seg.SS, Reg16.AX);
        mov(EAX, UserSegment.DATA);
        mov(Seg.DS, Reg16.AX);
        mov(Seg.ES, Reg16.AX);
        mov(Seg.FS, Reg16.AX);
        mov(EAX, UserSegment.UTCB);
        mov(Seg.GS, Reg16.AX);
        mov(EAX, Selectors.TSS);
        op("ltr", Reg16.AX);
        phase("no local descriptors, no breakpoints: not even a loader's");
        xor(EAX, EAX);
        op("lldt", Reg16.AX);
        mov(Dr.DR7, EAX);
    }

    private void buildIdt() {
        phase("one interrupt gate per vector");
        mov(ESI, handlers);
        mov(EDI, at.idt);
        mov(ECX, Vectors.COUNT);
        Label next = here(fresh("next"));
        op("lodsd");
        call(at.bootGate);
        dec(ECX);
        jnz(next);
        phase("user level may raise system calls only");
        openGate(Vectors.SYSTEM_CALL);
        if (!kernel.entersBySysenter()) openGate(Vectors.IPC);
        op("lidt", Mem.at(idtPointer));
        ret();
    }

    private void gate() {
        routine(at.bootGate);
        mov(EDX, EAX);
        and(EAX, 0xFFFF);
        or(EAX, Selectors.KERNEL_CODE << 16);
        op("stosd");
        mov(EAX, EDX);
        and(EAX, 0xFFFF0000);
        or(EAX, INTERRUPT_GATE);
        op("stosd");
        ret();
    }

    private void openGate(int vector) {
        or(Mem.at(at.idt).plus(8 * vector + 4).dword(), DPL3);
    }
}
