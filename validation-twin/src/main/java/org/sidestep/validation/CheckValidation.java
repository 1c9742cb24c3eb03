package org.sidestep.validation;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import java.util.stream.Stream;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.layout.Field;
import org.sidestep.x2.ThreadId;

/**
 * Validates values: what user level says is used only if it makes sense. Beside the twin, which no check of values can replace
 * (every status that a running thread may have, a queued one may have too), this catches a status that names nobody: a thread
 * whose status is no id waits for nobody, and a thread that stopped running without saying for whom it waits is killed.
 */
public final class CheckValidation implements StateValidation {

    @Override
    public String id() {
        return "check";
    }

    @Override
    public String summary() {
        return "the twin, and every value of the status is validated before it is used";
    }

    @Override
    public ValidationHooks hooks(KernelCode kernel) {
        return new Values(kernel);
    }

    private static final class Values extends TwinValidation.Twin {

        Values(KernelCode kernel) {
            super(kernel);
        }

        @Override
        protected void emitLoad(Reg32 tcb, Field status, Reg32 out) {
            Label local = fresh("local");
            Label valid = fresh("valid");
            super.emitLoad(tcb, status, out);
            test(out, ThreadId.GLOBAL);
            exitIf(NZ, valid, "a global id or any: compared, never followed");
            test(out, out);
            exitIf(Z, valid, "nil");
            cmp(out, ThreadId.ANY_LOCAL);
            exitIf(NE, local, "a local id, if it is one");
            here(valid);
            kernel.outOfLine(() -> {
                here(local);
                nilUnlessThread(tcb, out);
                jmp(valid);
            });
        }

        /** Keeps all registers but {@code out}. */
        private void nilUnlessThread(Reg32 tcb, Reg32 out) {
            Label found = fresh("found");
            List<Reg32> saved =
                    Stream.of(EAX, ECX, EDX, EBX).filter(r -> r != out).toList();
            push(out);
            saved.forEach(this::push);
            push(out);
            push(tcb);
            pop(EBX);
            pop(EAX);
            call(kernel.findLocal());
            for (int i = saved.size() - 1; i >= 0; i--) pop(saved.get(i));
            pop(out);
            j(NZ, found);
            mov(out, 0);
            here(found);
        }

        @Override
        protected void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
            super.emitAdmit(from, to, status, scratch);
            super.emitLoad(from, status, scratch);
            test(scratch, scratch);
            exitIf(Z, kernel.killCurrent(), "stopped running, but waits for nobody");
            super.emitLoad(to, status, scratch);
            test(scratch, scratch);
            exitIf(NZ, kernel.killCurrent(), "is said to run, and to wait");
        }
    }
}
