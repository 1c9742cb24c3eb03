package org.sidestep.kernel.l4;

import static org.sidestep.kernel.l4.MemoryMap.window;

import java.util.List;
import org.sidestep.asm.Program;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.l4.entry.InsideFaults;
import org.sidestep.kernel.l4.entry.IpcEntry;
import org.sidestep.kernel.l4.entry.KernelEntry;
import org.sidestep.kernel.l4.entry.KernelExit;
import org.sidestep.kernel.l4.ipc.IpcRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.schedule.Timer;

/** Emits one kernel, family by family, and links it with the user program into an image. */
final class KernelBuilder {

    private final Kernel kernel;

    KernelBuilder(KernelProvider.Request request) {
        kernel = new Kernel(request);
    }

    KernelImage build() {
        openSections();
        kernel.text();
        kernel.scheduling(kernel.scheduler.emit(kernel.schedulerCode));
        families().forEach(KernelRoutines::emit);
        kernel.emitOutOfLine();
        Program program = kernel.asm.link();
        return null;
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
                new Timer(kernel));
    }

    private void openSections() {
        kernel.asm.section("boot", MemoryMap.BOOT_CODE, MemoryMap.BOOT_CODE);
        kernel.asm.section("kernel.text", window(MemoryMap.KERNEL_TEXT), MemoryMap.KERNEL_TEXT);
        kernel.asm.section("kernel.data", window(MemoryMap.KERNEL_DATA), MemoryMap.KERNEL_DATA);
        kernel.asm.zeroSection("kernel.bss", window(MemoryMap.KERNEL_BSS), MemoryMap.KERNEL_BSS);
        kernel.asm.section("kip", MemoryMap.KIP, MemoryMap.KIP_PAGE);
    }
}
