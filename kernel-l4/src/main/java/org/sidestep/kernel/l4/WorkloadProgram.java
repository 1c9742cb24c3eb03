package org.sidestep.kernel.l4;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.boot.Programs;
import org.sidestep.kernel.l4.kip.Loaded;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.BootPrograms;
import org.sidestep.workload.Observables;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Utcb;

/** The workload's user program, assembled into the same image. */
final class WorkloadProgram implements UserProgram {

    private static final String CODE = "user.code";
    private static final String DATA = "user.data";
    private static final String BSS = "user.bss";

    private final Kernel kernel;
    private final Observables.Builder observables = new Observables.Builder();
    private Loaded loaded;

    WorkloadProgram(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Emits the workload into its sections. */
    Observables build() {
        int data = MemoryMap.USER_DATA + kernel.placement.userData();
        int bss = MemoryMap.USER_BSS + kernel.placement.userBss();
        int code = MemoryMap.USER_CODE + kernel.placement.user();
        kernel.asm.section(DATA, data, data);
        kernel.asm.zeroSection(BSS, bss, bss);
        kernel.asm.section(CODE, code, code);
        kernel.request.workload().plugin().build(this);
        if (loaded == null) finish();
        kernel.text();
        return observables.build();
    }

    private void finish() {
        bss();
        kernel.asm.align(MemoryMap.PAGE);
        kernel.asm.bind(kernel.labels.userEnd);
        loaded = Loaded.withOwnProgram(kernel.labels);
    }

    @Override
    public void start(BootPrograms programs) {
        if (loaded != null) throw new IllegalStateException("programs are started twice");
        loaded = new Programs(kernel).place(programs);
    }

    /** What is in the image beside the kernel, once it has been built. */
    Loaded loaded() {
        return loaded;
    }

    @Override
    public Assembler asm() {
        return kernel.asm;
    }

    @Override
    public Parameters parameters() {
        return kernel.request.workload().parameters();
    }

    @Override
    public long seed() {
        return kernel.request.seed();
    }

    @Override
    public void code() {
        kernel.asm.continueSection(CODE);
    }

    @Override
    public void data() {
        kernel.asm.continueSection(DATA);
    }

    @Override
    public void bss() {
        kernel.asm.continueSection(BSS);
    }

    @Override
    public Label rootEntry() {
        return kernel.labels.userRoot;
    }

    @Override
    public boolean threadsAtUserLevel() {
        return kernel.request.ipc().plugin().threadsAtUserLevel();
    }

    @Override
    public Abi abi() {
        return new Abi(
                MemoryMap.KIP,
                MemoryMap.UTCB_AREA + kernel.placement.utcb(0) + Utcb.ORIGIN,
                MemoryMap.UTCB_AREA,
                MemoryMap.UTCB_AREA_SIZE,
                MemoryMap.UTCB_SIZE,
                kernel.placement.utcbOrder(),
                Threads.ROOT,
                Threads.SIGMA0,
                Threads.FIRST_FREE + kernel.placement.tcbs());
    }

    @Override
    public Observables.Builder observe() {
        return observables;
    }
}
