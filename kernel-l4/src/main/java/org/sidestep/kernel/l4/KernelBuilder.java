package org.sidestep.kernel.l4;

import static org.sidestep.kernel.l4.layout.MemoryMap.window;

import java.util.List;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Program;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.boot.Boot;
import org.sidestep.kernel.l4.boot.Descriptors;
import org.sidestep.kernel.l4.boot.Devices;
import org.sidestep.kernel.l4.boot.ElfLoader;
import org.sidestep.kernel.l4.boot.FirstThreads;
import org.sidestep.kernel.l4.boot.Memory;
import org.sidestep.kernel.l4.boot.Modules;
import org.sidestep.kernel.l4.entry.InsideFaults;
import org.sidestep.kernel.l4.entry.IpcEntry;
import org.sidestep.kernel.l4.entry.KernelEntry;
import org.sidestep.kernel.l4.entry.KernelExit;
import org.sidestep.kernel.l4.fault.Faults;
import org.sidestep.kernel.l4.ipc.IpcRoutines;
import org.sidestep.kernel.l4.ipc.Strings;
import org.sidestep.kernel.l4.isolation.FloatingPoint;
import org.sidestep.kernel.l4.isolation.UserState;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.memory.EmptySpace;
import org.sidestep.kernel.l4.memory.Heap;
import org.sidestep.kernel.l4.memory.IoPorts;
import org.sidestep.kernel.l4.memory.MapItems;
import org.sidestep.kernel.l4.memory.MapPage;
import org.sidestep.kernel.l4.memory.MapRange;
import org.sidestep.kernel.l4.memory.MappingDatabase;
import org.sidestep.kernel.l4.memory.PageTables;
import org.sidestep.kernel.l4.memory.Spaces;
import org.sidestep.kernel.l4.memory.ThreadBlocks;
import org.sidestep.kernel.l4.memory.Unmap;
import org.sidestep.kernel.l4.memory.UserPages;
import org.sidestep.kernel.l4.schedule.Interrupts;
import org.sidestep.kernel.l4.schedule.Timer;
import org.sidestep.kernel.l4.sigma0.Sigma0;
import org.sidestep.kernel.l4.syscall.ExchangeRegisters;
import org.sidestep.kernel.l4.syscall.MemoryControl;
import org.sidestep.kernel.l4.syscall.Schedule;
import org.sidestep.kernel.l4.syscall.SpaceControl;
import org.sidestep.kernel.l4.syscall.SystemCalls;
import org.sidestep.kernel.l4.syscall.ThreadControl;
import org.sidestep.kernel.l4.syscall.ThreadTable;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.workload.Observables;
import org.sidestep.x2.Utcb;

/** Emits one kernel, family by family, and links it with the user program into an image. */
final class KernelBuilder {

    private final Kernel kernel;
    private final Kip kip;

    KernelBuilder(KernelProvider.Request request) {
        kernel = new Kernel(request);
        kip = new Kip(kernel);
    }

    KernelImage build() {
        openSections();
        kernel.spentOn(Cause.SCHEDULER, kernel.scheduler::emit);
        families().forEach(family -> kernel.spentOn(family.cause, family.routines::emit));
        kernel.emitOutOfLine();
        kernel.asm.purpose(Cause.WORKLOAD.word());
        WorkloadProgram workload = new WorkloadProgram(kernel);
        Observables observables = workload.build();
        kip.describe(workload.loaded());
        Program program = kernel.asm.link();
        return new KernelImage(
                program,
                ElfImage.of(program, "boot.entry"),
                MemoryMap.CURRENT_UTCB,
                Utcb.GLOBAL_ID.offset(),
                kernel.probes(),
                observables);
    }

    /** Routines, and what their code is spent on in a cycle bill where they do not say it more exactly themselves. */
    private record Family(Cause cause, KernelRoutines routines) {}

    /** The families in the order of their code; the stubs come before the entry paths, which must know their sequences. */
    private List<Family> families() {
        // spotless:off
        return List.of(
                new Family(Cause.USER_STUB,     kip),
                new Family(Cause.TRAP,          new IpcEntry(kernel)),
                new Family(Cause.KERNEL,        new IpcRoutines(kernel)),
                new Family(Cause.TRAP,          new KernelEntry(kernel)),
                new Family(Cause.TRAP,          new InsideFaults(kernel)),
                new Family(Cause.TRAP,          new UserState(kernel)),
                new Family(Cause.REGISTERS,     new FloatingPoint(kernel)),
                new Family(Cause.TRAP,          new KernelExit(kernel)),
                new Family(Cause.SCHEDULER,     new Timer(kernel)),
                new Family(Cause.KERNEL,        new SystemCalls(kernel)),
                new Family(Cause.LOOKUP,        new ThreadTable(kernel)),
                new Family(Cause.KERNEL,        new ThreadControl(kernel)),
                new Family(Cause.KERNEL,        new SpaceControl(kernel)),
                new Family(Cause.KERNEL,        new ExchangeRegisters(kernel)),
                new Family(Cause.KERNEL,        new Schedule(kernel)),
                new Family(Cause.KERNEL,        new Faults(kernel)),
                new Family(Cause.KERNEL,        new Heap(kernel)),
                new Family(Cause.KERNEL,        new PageTables(kernel)),
                new Family(Cause.KERNEL,        new Spaces(kernel)),
                new Family(Cause.KERNEL,        new MapItems(kernel)),
                new Family(Cause.KERNEL,        new MapRange(kernel)),
                new Family(Cause.KERNEL,        new MapPage(kernel)),
                new Family(Cause.KERNEL,        new Interrupts(kernel)),
                new Family(Cause.KERNEL,        new IoPorts(kernel)),
                new Family(Cause.KERNEL,        new MemoryControl(kernel)),
                new Family(Cause.KERNEL,        new MappingDatabase(kernel)),
                new Family(Cause.KERNEL,        new EmptySpace(kernel)),
                new Family(Cause.KERNEL,        new Unmap(kernel)),
                new Family(Cause.KERNEL,        new Boot(kernel)),
                new Family(Cause.KERNEL,        new Memory(kernel)),
                new Family(Cause.KERNEL,        new Modules(kernel)),
                new Family(Cause.KERNEL,        new ElfLoader(kernel)),
                new Family(Cause.KERNEL,        new Tss(kernel)),
                new Family(Cause.KERNEL,        new Descriptors(kernel)),
                new Family(Cause.KERNEL,        new Devices(kernel)),
                new Family(Cause.KERNEL,        new FirstThreads(kernel)),
                new Family(Cause.WORKLOAD,      new Sigma0(kernel)),
                new Family(Cause.MESSAGE,       new Strings(kernel)),
                new Family(Cause.MESSAGE,       new UserPages(kernel)),
                new Family(Cause.KERNEL,        new ThreadBlocks(kernel)));
        // spotless:on
    }

    private void openSections() {
        int data = MemoryMap.KERNEL_DATA + kernel.placement.data();
        int bss = MemoryMap.KERNEL_BSS + kernel.placement.data();
        int text = MemoryMap.KERNEL_TEXT + kernel.placement.text();
        kernel.asm.section("boot", MemoryMap.BOOT_CODE, MemoryMap.BOOT_CODE);
        kernel.asm.section("kernel.data", window(data), data);
        kernel.asm.zeroSection("kernel.bss", window(bss), bss);
        kernel.asm.section("kernel.text", window(text), text);
        if (kernel.placement.order() != null) kernel.asm.shuffle(kernel.placement.order());
    }
}
