package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
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
import org.sidestep.kernel.l4.memory.PageBits;
import org.sidestep.layout.Field;
import org.sidestep.x2.MemoryAttribute;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.Utcb;

/**
 * MemoryControl (X.2 reference manual): how pages of the caller's space are cached, as far as page tables can say it. Those that are
 * mapped from them later are cached alike.
 */
public final class MemoryControl extends SystemCallRoutines {

    /** Of the control word: the number of fpages, less one. */
    private static final int FPAGES = 0x3F;
    /** Of an fpage: which attribute it shall have. */
    private static final int ATTRIBUTE = 3;

    private static final List<Field> ATTRIBUTES = List.of(Frame.ECX, Frame.EDX, Frame.EBX, Frame.EBP);

    private final Label attribute = label("memoryControl.attribute");
    private final Label invalidParameter = label("memoryControl.invalidParameter");

    public MemoryControl(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.calls.get(SystemCall.MEMORY_CONTROL), """
                in      EBX current thread; frame: EAX control - ECX, EDX, EBX, EBP attributes - ESI MR0
                holds   ESI fpages left, less one""");
        Label noPrivilege = fresh("noPrivilege");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(Z, noPrivilege, "not the root task");
        mov(EDX, EBX.at(thread.utcbAlias));
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        mov(EDX.at(Utcb.MR0), EAX);
        phase("all attributes are known, or nothing is done");
        eachFpage(() -> call(attribute));
        eachFpage(() -> {
            push(EAX);
            call(attribute);
            pop(EAX);
            and(EAX, ~ATTRIBUTE);
            call(at.pageAttributes);
            exitIf(C, invalidParameter, "a part of a 4 MB page, or too much at once");
            turn();
        });
        jmp(at.syscallSucceed);

        fail(noPrivilege, SystemCallError.NO_PRIVILEGE);
        fail(invalidParameter, SystemCallError.INVALID_PARAMETER);
        attribute();
    }

    /** With EAX each fpage that is not nil. */
    private void eachFpage(Runnable body) {
        Label skip = fresh("skip");
        mov(ESI, Tcb.frame(EBX, Frame.EAX));
        and(ESI, FPAGES);
        Label next = here(fresh("next"));
        mov(EDX, EBX.at(thread.utcbAlias));
        mov(EAX, EDX.at(ESI, 4, Utcb.MR0.offset()));
        test(EAX, ~ATTRIBUTE);
        exitIf(Z, skip, "nil");
        body.run();
        here(skip);
        dec(ESI);
        j(NS, next);
    }

    /** Inline. What is left is another call. */
    private void turn() {
        Label last = fresh("last");
        test(ESI, ESI);
        exitIf(Z, last, "that was all");
        dec(ESI);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        and(EAX, ~FPAGES);
        or(EAX, ESI);
        mov(Tcb.frame(EBX, Frame.EAX), EAX);
        jmp(at.syscallAgain);
        here(last);
    }

    private void attribute() {
        routine(attribute, """
                in      EBX current thread - EAX fpage
                out     ECX its attribute, as bits of an entry; or the call fails. Clobbers EAX""");
        Label found = fresh("found");
        Label known = fresh("known");
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
        xor(ECX, ECX);
        cmp(EAX, MemoryAttribute.WRITE_BACK);
        exitIf(BE, known, "the default");
        mov(ECX, PageBits.WRITE_THROUGH);
        cmp(EAX, MemoryAttribute.WRITE_THROUGH);
        exitIf(E, known, "written through");
        mov(ECX, PageBits.UNCACHED);
        cmp(EAX, MemoryAttribute.UNCACHEABLE);
        exitIf(E, known, "not cached");
        pop(EAX);
        jmp(invalidParameter);
        here(known);
        ret();
    }
}
