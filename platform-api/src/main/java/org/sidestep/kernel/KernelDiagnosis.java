package org.sidestep.kernel;

import java.util.List;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/**
 * Says why a run ended otherwise than well, from what a kernel left in the machine's memory. The lab attaches it to a machine
 * before it runs and asks it afterwards; watching costs the guest nothing.
 */
public interface KernelDiagnosis {

    /** Begins to watch a machine that has the image loaded. */
    KernelDiagnosis attach(Machine machine);

    /** One line: what ended the run, as far as the kernel's structures tell; empty if they do not. */
    String cause(Stop stop);

    /** One line for each thread: its name, what it does, and for whom it waits. */
    List<String> threads();
}
