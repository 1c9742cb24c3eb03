package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.layout.MemoryMap.KERNEL_MEMORY_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.window;

import java.util.Locale;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.kip.Loaded;
import org.sidestep.kernel.l4.kip.MemoryDescriptors;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.memory.PageTableCode;

/** What memory there is, and which part of it the kernel keeps for itself. */
public final class Memory extends PageTableCode {

    /** Offset in the Multiboot information of the kilobytes above 1 MB. */
    private static final int MEM_UPPER = 8;

    private final Console console;
    private final Mem info = Kip.kernelWord(Kip.MEMORY_INFO);

    public Memory(Kernel kernel) {
        super(kernel);
        console = new Console(kernel);
    }

    @Override
    public void emit() {
        routine(at.bootMemory);
        Label loaded = fresh("loaded");
        Label own = fresh("own");
        test(EBP, EBP);
        exitIf(Z, loaded, "a boot loader has filled the interface page");
        multiboot(own);
        loader(loaded);
        here(own);
        find();
        take();
        describe();
        routine(at.bootMemoryIs);
        new MemoryDescriptors(asm).emitAre(window(MemoryMap.KIP_PAGE));
        words();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(at.kernelMemory);
        asm.reserve(4);
        here(at.kernelExtension);
        asm.reserve(8);
        kernel.text();
    }

    private void multiboot(Label own) {
        Label size = fresh("size");
        Label text = fresh("text");
        phase("as much as Multiboot says");
        mov(EAX, EBP.at(WINDOW + MEM_UPPER).dword());
        int most = (WINDOW_SIZE >>> 10) - 1024;
        cmp(EAX, most);
        exitIf(BE, size, "the window shows all of it");
        mov(EAX, most);
        here(size);
        add(EAX, 1024);
        mov(ESI, text);
        cmp(EAX, MemoryMap.LEAST_MEMORY >>> 10);
        exitIf(B, at.bootPanic, "too little memory");
        shl(EAX, 10);
        sub(EAX, MemoryDescriptors.GRAIN);
        mov(Kip.kernelWord(Kip.CONVENTIONAL_HIGH), EAX);
        test(info, MemoryDescriptors.COUNT);
        exitIf(NZ, own, "programs came with the image");
        or(info, Loaded.alone(at).memory().size());
        jmp(own);
        console.text(
                text, String.format(Locale.ROOT, "Sidestep: less than %d MB of memory", MemoryMap.LEAST_MEMORY >>> 20));
    }

    private void loader(Label loaded) {
        Label text = fresh("text");
        phase("what a boot loader says, with the kernel's image, of which it says nothing");
        here(loaded);
        mov(ESI, text);
        test(info, MemoryDescriptors.COUNT);
        exitIf(Z, at.bootPanic, "nobody has filled the page");
        mov(EAX, MemoryMap.BOOT_CODE | MemoryDescriptors.RESERVED);
        mov(EDX, MemoryMap.IMAGE_END - MemoryDescriptors.GRAIN);
        call(at.bootDescribe);
        console.text(
                text, "Sidestep: started neither by Multiboot nor by a loader that fills the kernel interface page");
    }

    private void find() {
        phase("the kernel's memory: EDI the highest block that is reserved, or 0");
        Label next = fresh("next");
        Label skip = fresh("skip");
        Label bounded = fresh("bounded");
        xor(EDI, EDI);
        mov(ESI, window(MemoryMap.KIP_PAGE) + Kip.MEMORY);
        mov(ECX, info);
        and(ECX, MemoryDescriptors.COUNT);
        here(next);
        mov(EDX, ESI.at(4).dword());
        or(EDX, MemoryDescriptors.GRAIN - 1);
        cmp(EDX, WINDOW_SIZE - 1);
        exitIf(BE, bounded, "the window shows all of it");
        mov(EDX, WINDOW_SIZE - 1);
        here(bounded);
        inc(EDX);
        and(EDX, -MemoryMap.LARGE_PAGE);
        sub(EDX, KERNEL_MEMORY_SIZE);
        exitIf(B, skip, "it ends before the first block does");
        mov(EAX, ESI.at(0).dword());
        and(EAX, -MemoryDescriptors.GRAIN);
        cmp(EAX, EDX);
        exitIf(A, skip, "it begins inside the block");
        mov(EAX, ESI.at(0).dword());
        and(EAX, MemoryDescriptors.TYPE | MemoryDescriptors.VIRTUAL);
        cmp(EAX, MemoryDescriptors.RESERVED);
        exitIf(NE, skip, "not reserved");
        cmp(EDX, EDI);
        exitIf(BE, skip, "not higher");
        mov(EDI, EDX);
        here(skip);
        add(ESI, MemoryDescriptors.SIZE);
        dec(ECX);
        jnz(next);
        choose();
    }

    private void choose() {
        Label found = fresh("found");
        Label text = fresh("text");
        test(EDI, EDI);
        exitIf(NZ, found, "somebody has set it aside");
        phase("or the highest block that is conventional");
        mov(EBX, WINDOW_SIZE - KERNEL_MEMORY_SIZE + MemoryMap.LARGE_PAGE);
        Label lower = here(fresh("lower"));
        mov(ESI, text);
        sub(EBX, MemoryMap.LARGE_PAGE);
        exitIf(Z, at.bootPanic, "no such block");
        mov(ESI, KERNEL_MEMORY_SIZE);
        mov(EDX, 1 << MemoryDescriptors.CONVENTIONAL);
        call(at.bootMemoryIs);
        j(C, lower);
        mov(EDI, EBX);
        lea(EAX, EDI.at(MemoryDescriptors.RESERVED));
        lea(EDX, EDI.at(KERNEL_MEMORY_SIZE - MemoryDescriptors.GRAIN));
        call(at.bootDescribe);
        here(found);
        console.text(
                text,
                String.format(
                        Locale.ROOT,
                        "Sidestep: no %d MB of free memory at a multiple of 4 MB",
                        KERNEL_MEMORY_SIZE >>> 20));
    }

    private void take() {
        phase("its parts; the thread control blocks are no threads");
        mov(Mem.at(at.kernelMemory).dword(), EDI);
        int unusedTables = kernel.placement.heapTables() * MemoryMap.TABLE;
        int unusedPages = kernel.placement.heapPages() * MemoryMap.PAGE;
        lea(EAX, EDI.at(WINDOW + MemoryMap.FIRST_TCBS_SIZE + unusedTables));
        mov(Mem.at(at.heapNextTable).dword(), EAX);
        add(EAX, MemoryMap.HEAP_TABLES_SIZE - unusedTables);
        mov(Mem.at(at.heapEndOfTables).dword(), EAX);
        add(EAX, unusedPages);
        mov(Mem.at(at.heapNextPage).dword(), EAX);
        extend();
        mov(EAX, MemoryDescriptors.CONVENTIONAL | MemoryDescriptors.VIRTUAL);
        mov(EDX, MemoryMap.USER_END - MemoryDescriptors.GRAIN);
        call(at.bootDescribe);
        call(at.bootThreadBlocks);
        mov(EDX, MemoryMap.TCBS);
        Label next = here(fresh("tcb"));
        clear(EDX);
        add(EDX, MemoryMap.TCB_SIZE);
        cmp(EDX, MemoryMap.TCBS + MemoryMap.FIRST_TCBS_SIZE);
        jne(next);
        ret();
    }

    /** Who has more memory has room for more spaces. Less is no reason not to boot. */
    private void extend() {
        Label none = fresh("none");
        Label smaller = fresh("smaller");
        Label found = fresh("found");
        phase("further tables: three sixteenths of the memory up to their end, in steps of 4 MB");
        mov(ESI, MemoryMap.LARGEST_EXTENSION);
        Label size = here(fresh("size"));
        mov(EBX, WINDOW_SIZE + MemoryMap.LARGE_PAGE);
        sub(EBX, ESI);
        Label lower = here(fresh("lower"));
        sub(EBX, MemoryMap.LARGE_PAGE);
        lea(EAX, EBX.at(EBX, 2, 0));
        op("imul", ECX, ESI, imm(16 - 3));
        cmp(EAX, ECX);
        exitIf(B, smaller, "less than 13 times a third of it lies below");
        mov(EDX, 1 << MemoryDescriptors.CONVENTIONAL);
        call(at.bootMemoryIs);
        exitIf(NC, found, "free");
        jmp(lower);
        here(smaller);
        sub(ESI, MemoryMap.LARGE_PAGE);
        jnz(size);
        jmp(none);
        here(found);
        mov(Mem.at(at.kernelExtension).dword(), EBX);
        mov(Mem.at(at.kernelExtension).plus(4).dword(), ESI);
        lea(EAX, EBX.at(WINDOW));
        mov(Mem.at(at.heapMoreTables).dword(), EAX);
        mov(EAX, ESI);
        shr(EAX, Integer.numberOfTrailingZeros(MemoryMap.TABLE));
        add(Mem.at(at.heapUnpromised).dword(), EAX);
        lea(EAX, EBX.at(MemoryDescriptors.RESERVED));
        lea(EDX, EBX.at(ESI, 1, -MemoryDescriptors.GRAIN));
        call(at.bootDescribe);
        here(none);
    }

    /** Of a thread control block, the words that may be asked for without knowing that there is a thread. */
    private void clear(Reg32 block) {
        lea(EDI, block.at(thread.tcb.origin()));
        mov(ECX, (tcb.message.offset() - thread.tcb.origin()) / 4);
        xor(EAX, EAX);
        op("rep stosd");
    }

    private void describe() {
        routine(at.bootDescribe);
        Label room = fresh("room");
        Label text = fresh("text");
        mov(ECX, info);
        and(ECX, MemoryDescriptors.COUNT);
        cmp(ECX, MemoryDescriptors.MOST);
        exitIf(B, room, "there is room");
        mov(ESI, text);
        jmp(at.bootPanic);
        here(room);
        inc(info);
        int first = window(MemoryMap.KIP_PAGE) + Kip.MEMORY;
        mov(Mem.index(ECX, MemoryDescriptors.SIZE, first).dword(), EAX);
        mov(Mem.index(ECX, MemoryDescriptors.SIZE, first + 4).dword(), EDX);
        ret();
        console.text(
                text,
                String.format(Locale.ROOT, "Sidestep: more than %d descriptors of memory", MemoryDescriptors.MOST));
    }
}
