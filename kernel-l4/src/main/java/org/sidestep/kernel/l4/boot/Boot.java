package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Cr.CR0;
import static org.sidestep.isa.Cr.CR3;
import static org.sidestep.isa.Cr.CR4;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.GLOBAL;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.USER;
import static org.sidestep.kernel.l4.memory.PageBits.USER_TABLE;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;
import static org.sidestep.kernel.l4.memory.PageBits.directoryOffset;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.memory.PageTableCode;

/** From a boot loader, in protected mode without paging, to kernel code in the window. */
public final class Boot extends PageTableCode {

    private static final int HEADER_MAGIC = 0x1BADB002;
    /** Align modules, tell the memory size. */
    private static final int HEADER_FLAGS = 3;

    private static final int LOADER_MAGIC = 0x2BADB002;
    /** In the loader's information: the memory size is told. */
    private static final int INFO_MEMORY = 1;

    /** Paging; read-only pages are so for the kernel too; no floating-point unit until it is known whether there is one. */
    private static final int CR0_PG_WP_EM = 0x80010004;

    /** Alignment checks, a task-switched and a monitored coprocessor: whatever the loader left, user level sees none of them. */
    private static final int CR0_AM_TS_MP = 0x0004000A;

    private static final int CR4_PSE = 0x10;
    private static final int CR4_PGE = 0x80;
    /** CPUID leaf 1, EDX: 4 MB pages and the cycle counter are needed, global pages used where there are any. */
    private static final int NEEDED = 1 << 3 | 1 << 4;

    /** From the bit of CPUID to that of CR4. */
    private static final int PGE_SHIFT = 13 - 7;

    private static final int WINDOW_PAGE = PRESENT | WRITABLE | ACCESSED | DIRTY | LARGE | GLOBAL;
    private static final int STACK = 2048;

    private final Console console;

    private final Label stack = label("boot.stack");
    private final Label halt = label("boot.halt");
    private final Label lackingText = label("boot.lacking.text");
    private final Label rootText = label("boot.root.text");
    private final Label sizeText = label("boot.lacking.size");

    public Boot(Kernel kernel) {
        super(kernel);
        console = new Console(kernel);
    }

    @Override
    public void emit() {
        asm.zeroSection("kernel.pages", MemoryMap.window(MemoryMap.MASTER_DIRECTORY), MemoryMap.MASTER_DIRECTORY);
        asm.reserve(MemoryMap.KIP_PAGE - MemoryMap.MASTER_DIRECTORY);
        asm.continueSection("boot");
        header();
        entry();
        features();
        buildWindow();
        enablePaging();
        lacking();
        kernel.text();
        high();
        panic();
        console.emit();
        kernel.bss();
        asm.align(16);
        asm.reserve(STACK);
        here(stack);
        kernel.text();
    }

    private void header() {
        asm.word(imm(HEADER_MAGIC));
        asm.word(imm(HEADER_FLAGS));
        asm.word(imm(-(HEADER_MAGIC + HEADER_FLAGS)));
    }

    private void entry() {
        routine("boot.entry", """
                in      EAX Multiboot magic - EBX Multiboot information; or else a loader has filled the kernel interface page.
                        Protected mode, no paging, no stack
                out     boot.high, in the window, with EBP = Multiboot information, or 0, and EBX = CR4.PGE or none""");
        Label multiboot = fresh("multiboot");
        Label known = fresh("known");
        op("cld");
        mov(EBP, EBX);
        cmp(EAX, LOADER_MAGIC);
        exitIf(E, multiboot, "loaded by a Multiboot loader");
        xor(EBP, EBP);
        here(multiboot);
        console.initialise();
        mov(ESI, sizeText);
        test(EBP, EBP);
        exitIf(Z, known, "another loader, which has filled the interface page");
        test(EBP.at(0).byte_(), INFO_MEMORY);
        exitIf(Z, label("boot.lacking"), "the loader does not tell the memory size");
        cmp(EBP, MemoryMap.WINDOW_SIZE);
        exitIf(AE, label("boot.lacking"), "nor anything that the window shows");
        here(known);
    }

    private void features() {
        phase("what the processor has; EBX the bit of CR4 for global pages, or none");
        mov(EAX, 1);
        op("cpuid");
        mov(ESI, lackingText);
        mov(EAX, EDX);
        and(EAX, NEEDED);
        cmp(EAX, NEEDED);
        exitIf(NE, label("boot.lacking"), "no 4 MB pages or no cycle counter");
        mov(EBX, EDX);
        shr(EBX, PGE_SHIFT);
        and(EBX, CR4_PGE);
    }

    private void buildWindow() {
        phase("page directory: the window, this code at its own address, the two special pages");
        mov(EDI, directoryEntry(MemoryMap.WINDOW));
        mov(EAX, WINDOW_PAGE);
        mov(ECX, MemoryMap.WINDOW_SIZE / MemoryMap.LARGE_PAGE);
        Label window = here(fresh("window"));
        enter(EDI.at(0), EAX);
        add(EDI, 4);
        add(EAX, MemoryMap.LARGE_PAGE);
        dec(ECX);
        jnz(window);
        store(directoryEntry(0), PRESENT | WRITABLE | LARGE);
        store(directoryEntry(MemoryMap.CURRENT_UTCB), MemoryMap.CURRENT_UTCB_TABLE | USER_TABLE);
        store(directoryEntry(MemoryMap.NIL_UTCB), MemoryMap.NIL_UTCB_TABLE | USER_TABLE);
        int special = PRESENT | USER | ACCESSED | GLOBAL | KERNEL_OWNED;
        store(
                tableEntry(MemoryMap.CURRENT_UTCB_TABLE, MemoryMap.CURRENT_UTCB),
                MemoryMap.CURRENT_UTCB_PAGE | special | WRITABLE | DIRTY);
        store(tableEntry(MemoryMap.NIL_UTCB_TABLE, MemoryMap.NIL_UTCB), MemoryMap.NIL_UTCB_PAGE | special);
    }

    private static int directoryEntry(int linear) {
        return MemoryMap.MASTER_DIRECTORY + directoryOffset(linear);
    }

    private static int tableEntry(int table, int linear) {
        return table + (linear >>> 12 & 0x3FF) * 4;
    }

    private void store(int physical, int value) {
        enter(Mem.absolute(physical).dword(), imm(value));
    }

    private void enablePaging() {
        phase("paging on");
        asm.comment("neither virtual interrupts nor counters, nor forbids it the cycle counter");
        mov(EAX, CR4_PSE);
        mov(CR4, EAX);
        mov(EAX, MemoryMap.MASTER_DIRECTORY);
        mov(CR3, EAX);
        mov(EAX, CR0);
        and(EAX, ~CR0_AM_TS_MP);
        or(EAX, CR0_PG_WP_EM);
        mov(CR0, EAX);
        mov(EAX, label("boot.high"));
        jmp(EAX);
        here(halt);
        op("cli");
        op("hlt");
        jmp(halt);
    }

    private void lacking() {
        routine("boot.lacking", "in      ESI zero-terminated reason; shows it on the console and halts");
        console.write(halt);
        console.lowText(sizeText, "Sidestep: the boot loader does not tell how much memory there is");
        console.lowText(lackingText, "Sidestep: this kernel needs a processor with 4 MB pages and a cycle counter");
    }

    private void high() {
        routine("boot.high", """
                in      EBP Multiboot information, or 0 - EBX CR4.PGE or none; paging on
                out     exit.start, with everything set up and the first threads ready""");
        mov(ESP, stack);
        enter(Mem.absolute(MemoryMap.window(directoryEntry(0))).dword(), imm(0));
        mov(EAX, CR3);
        mov(CR3, EAX);
        mov(EAX, CR4);
        or(EAX, EBX);
        mov(CR4, EAX);
        console.banner();
        call(at.bootMemory);
        call(at.bootModules);
        mov(ESI, rootText);
        cmp(Kip.kernelWord(Kip.ROOT_SERVER + Kip.IP), 0);
        exitIf(E, at.bootPanic, "no root task");
        call(at.bootDescriptors);
        call(at.bootSysenter);
        call(at.bootFloatingPoint);
        call(at.bootPic);
        call(at.bootClock);
        call(at.bootThreads);
        jmp(at.start);
    }

    private void panic() {
        console.text(rootText, "Sidestep: no root task");
        routine(at.bootPanic);
        call(at.bootPrint);
        Label halted = here(fresh("halted"));
        op("cli");
        op("hlt");
        jmp(halted);
    }
}
