package org.sidestep.kernel.l4;

import static org.sidestep.kernel.l4.layout.MemoryMap.window;

import java.util.List;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Program;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.boot.Boot;
import org.sidestep.kernel.l4.boot.Descriptors;
import org.sidestep.kernel.l4.boot.Devices;
import org.sidestep.kernel.l4.boot.FirstThreads;
import org.sidestep.kernel.l4.boot.Tss;
import org.sidestep.kernel.l4.entry.InsideFaults;
import org.sidestep.kernel.l4.entry.IpcEntry;
import org.sidestep.kernel.l4.entry.KernelEntry;
import org.sidestep.kernel.l4.entry.KernelExit;
import org.sidestep.kernel.l4.fault.Faults;
import org.sidestep.kernel.l4.ipc.IpcRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Utcb;
import org.sidestep.kernel.l4.memory.Heap;
import org.sidestep.kernel.l4.memory.MapItems;
import org.sidestep.kernel.l4.memory.MapRange;
import org.sidestep.kernel.l4.memory.PageTables;
import org.sidestep.kernel.l4.memory.Spaces;
import org.sidestep.kernel.l4.schedule.Timer;
import org.sidestep.kernel.l4.sigma0.Sigma0;
import org.sidestep.kernel.l4.syscall.ExchangeRegisters;
import org.sidestep.kernel.l4.syscall.Schedule;
import org.sidestep.kernel.l4.syscall.SpaceControl;
import org.sidestep.kernel.l4.syscall.SystemCalls;
import org.sidestep.kernel.l4.syscall.ThreadControl;
import org.sidestep.kernel.l4.syscall.ThreadTable;
import org.sidestep.workload.Observables;

/** Emits one kernel, family by family, and links it with the user program into an image. */
final class KernelBuilder {

    private final Kernel kernel;

    KernelBuilder(KernelProvider.Request request) {
        kernel = new Kernel(request);
    }

    KernelImage build() {
        openSections();
        kernel.scheduling(kernel.scheduler.emit(kernel.schedulerCode));
        families().forEach(KernelRoutines::emit);
        kernel.emitOutOfLine();
        Observables observables = new WorkloadProgram(kernel).build();
        Program program = kernel.asm.link();
        return new KernelImage(
                program,
                ElfImage.of(program, "boot.entry"),
                MemoryMap.CURRENT_UTCB,
                Utcb.GLOBAL_ID.offset(),
                kernel.probes(),
                observables);
    }

    /** The families in the order of their code; the stubs come before the entry paths, which must know their sequences. */
    private List<KernelRoutines> families() {
        return List.of(
                new Kip(kernel),
                new IpcEntry(kernel),
                new IpcRoutines(kernel),
                new KernelEntry(kernel),
                new InsideFaults(kernel),
                new KernelExit(kernel),
                new Timer(kernel),
                new SystemCalls(kernel),
                new ThreadTable(kernel),
                new ThreadControl(kernel),
                new SpaceControl(kernel),
                new ExchangeRegisters(kernel),
                new Schedule(kernel),
                new Faults(kernel),
                new Heap(kernel),
                new PageTables(kernel),
                new Spaces(kernel),
                new MapItems(kernel),
                new MapRange(kernel),
                new Boot(kernel),
                new Tss(kernel),
                new Descriptors(kernel),
                new Devices(kernel),
                new FirstThreads(kernel),
                new Sigma0(kernel));
    }

    private void openSections() {
        kernel.asm.section("boot", MemoryMap.BOOT_CODE, MemoryMap.BOOT_CODE);
        kernel.asm.section("kernel.data", window(MemoryMap.KERNEL_DATA), MemoryMap.KERNEL_DATA);
        kernel.asm.zeroSection("kernel.bss", window(MemoryMap.KERNEL_BSS), MemoryMap.KERNEL_BSS);
        kernel.asm.section("kernel.text", window(MemoryMap.KERNEL_TEXT), MemoryMap.KERNEL_TEXT);
    }
}
