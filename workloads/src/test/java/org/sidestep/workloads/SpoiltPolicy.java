package org.sidestep.workloads;

import java.util.List;
import java.util.function.Consumer;
import org.sidestep.asm.Revision;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A policy in a kernel of which something is changed before it is linked. */
record SpoiltPolicy(IpcPolicy policy, Consumer<Revision> change) implements IpcPolicy {

    @Override
    public String id() {
        return policy.id();
    }

    @Override
    public String summary() {
        return policy.summary();
    }

    @Override
    public List<Parameter> parameters() {
        return policy.parameters();
    }

    @Override
    public void check(Parameters parameters) {
        policy.check(parameters);
    }

    @Override
    public boolean threadsAtUserLevel() {
        return policy.threadsAtUserLevel();
    }

    /** All that is emitted from now on is known as the kernel's, and so open to change. */
    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        kernel.asm().author("kernel");
        kernel.asm().revise(change);
        return policy.hooks(kernel);
    }
}
