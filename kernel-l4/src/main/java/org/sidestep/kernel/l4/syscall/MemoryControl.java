package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NS;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.layout.Field;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.Utcb;

/** MemoryControl (X.2 reference manual): pages may be what all pages are, written back. Other attributes are refused. */
public final class MemoryControl extends SystemCallRoutines {

    /** Of the control word: the number of fpages, less one. */
    private static final int FPAGES = 0x3F;
    /** Of an fpage: which attribute it shall have. */
    private static final int ATTRIBUTE = 3;
    /** The attributes that all memory has: the default, and written back, which is that. */
    private static final int WRITE_BACK = 1;

    private static final List<Field> ATTRIBUTES = List.of(Frame.ECX, Frame.EDX, Frame.EBX, Frame.EBP);

    public MemoryControl(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.calls.get(SystemCall.MEMORY_CONTROL), """
                in      EBX current thread; frame: EAX control - ECX, EDX, EBX, EBP attributes - ESI MR0
                holds   EDX UTCB - ESI fpages left, less one""");
        Label noPrivilege = fresh("noPrivilege");
        Label invalidParameter = fresh("invalidParameter");
        Label skip = fresh("skip");
        Label found = fresh("found");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(Z, noPrivilege, "not the root task");
        mov(EDX, EBX.at(thread.utcbAlias));
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        mov(EDX.at(Utcb.MR0), EAX);
        mov(ESI, Tcb.frame(EBX, Frame.EAX));
        and(ESI, FPAGES);
        Label next = here(fresh("next"));
        mov(EAX, EDX.at(ESI, 4, Utcb.MR0.offset()));
        test(EAX, ~ATTRIBUTE);
        exitIf(Z, skip, "nil");
        and(EAX, ATTRIBUTE);
        for (int i = 0; i < ATTRIBUTES.size(); i++) {
            Label another = fresh("another");
            cmp(EAX, i);
            exitIf(NE, another, "another attribute");
            mov(EAX, Tcb.frame(EBX, ATTRIBUTES.get(i)));
            jmp(found);
            here(another);
        }
        here(found);
        cmp(EAX, WRITE_BACK);
        exitIf(A, invalidParameter, "no memory has it");
        here(skip);
        dec(ESI);
        j(NS, next);
        jmp(at.syscallSucceed);

        fail(noPrivilege, SystemCallError.NO_PRIVILEGE);
        fail(invalidParameter, SystemCallError.INVALID_PARAMETER);
    }
}
