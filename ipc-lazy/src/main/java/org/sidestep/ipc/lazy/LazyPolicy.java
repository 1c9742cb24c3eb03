package org.sidestep.ipc.lazy;

import java.util.List;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.plugin.Parameter;

/**
 * Lazy switching: Lipc to a waiting thread of the same space switches at user level; the kernel follows at its next entry.
 * When it may is the policy's own ({@link LocalIpc}); how it is done, and what the kernel does about it, is
 * {@link org.sidestep.kernel.local}.
 */
public final class LazyPolicy implements IpcPolicy {

    @Override
    public String id() {
        return "lazy";
    }

    @Override
    public String summary() {
        return "local IPC switches at user level; the kernel follows at its next entry";
    }

    @Override
    public List<Parameter> parameters() {
        return ReturnPath.parameters();
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new LazyHooks(kernel);
    }
}
