package org.sidestep.kernel.l4.check;

import java.util.List;
import org.sidestep.asm.Program;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.x2.ThreadId;

/** What must hold of this kernel's structures whenever it returns to user level. Reads them from the machine's memory. */
public final class Invariants implements KernelInvariants {

    private final Kernel kernel;
    private final Program program;
    /** Of the machine that was asked about last. */
    private Structures structures;

    /** The invariants of the kernel that {@code request} assembles to {@code image}. */
    public Invariants(KernelProvider.Request request, KernelImage image) {
        kernel = new Kernel(request);
        program = image.program();
    }

    @Override
    public List<String> check(Machine machine) {
        return new Check(kernel, of(machine)).violations();
    }

    @Override
    public int running(Machine machine) {
        Structures asked = of(machine);
        return asked.word(asked.current(), kernel.thread.localId);
    }

    @Override
    public List<Integer> ready(Machine machine) {
        Structures asked = of(machine);
        try {
            return kernel.scheduler.queued(asked, broken -> {}).stream()
                    .map(tcb -> ThreadId.number(asked.word(tcb, kernel.thread.globalId)))
                    .toList();
        } catch (NotMapped e) {
            return List.of(); // and an invariant is broken
        }
    }

    private Structures of(Machine machine) {
        if (structures == null || structures.machine() != machine)
            structures = new Structures(machine, program, kernel);
        return structures;
    }
}
