package org.sidestep.workload;

import org.sidestep.plugin.Extension;

/**
 * A user program: a root task that creates address spaces and threads through system calls, and their code.
 *
 * <p>It runs in the root task's space at ring 3, at the address it is linked to, and ends the run by writing to the exit
 * port: 0 if all went as it should.
 */
public interface Workload extends Extension {

    /**
     * Emits the program. Called once per cell; the result depends on nothing but what {@code program} offers.
     *
     * @throws NotApplicable if the workload makes no sense under the policy of the cell
     */
    void build(UserProgram program);
}
