package org.sidestep.ipc.lazy;

import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.LocalSwitching;

/** The code of {@link LazyPolicy}: what all local switching needs, and its own stubs. A variant overrides a hook. */
public class LazyHooks extends LocalSwitching {

    public LazyHooks(KernelCode kernel) {
        super(kernel);
    }

    @Override
    public void userStubs(UserStubs stubs) {
        new LocalIpc(kernel, stubs, words).emit();
    }
}
