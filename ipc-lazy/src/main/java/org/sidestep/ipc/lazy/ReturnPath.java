package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.plugin.Parameters;

/**
 * The last step of a switch: from the shared stub to where the partner goes on.
 *
 * <p>The P6 predicts an indirect jump to go where it last went, so one jump shared by all threads is mispredicted at every
 * switch between two of them, and a return after a change of stacks always is. Several copies of the jump, one of which is
 * chosen by conditional branches, are predicted well: each goes where it last went, and the branches' patterns are learnt.
 */
final class ReturnPath extends Code {

    /** The lowest bit in which the local ids of neighbouring threads differ. */
    private static final int PARTNER_BIT = 9;
    /** The lowest bit in which the resume addresses of two calls are likely to differ. */
    private static final int ADDRESS_BIT = 4;

    /** The branch target buffer has room for four branches of a fetch block. */
    private static final int FETCH_BLOCK = 16;

    private static final String DISPATCH_PARTNER = "dispatch-partner";
    private static final String DISPATCH_ADDRESS = "dispatch-address";
    private static final String JUMP = "jump";
    private static final String RET = "ret";

    static final String[] CHOICES = {DISPATCH_PARTNER, DISPATCH_ADDRESS, JUMP, RET};

    private final Parameters parameters;
    ReturnPath(Assembler asm, Parameters parameters) {
        super(asm);
        this.parameters = parameters;
    }

    /** In: EAX the partner, ECX where it goes on, EDI the caller, ESP the partner's. Out: the ids exchanged. Clobbers EDX. */
    void emit() {
        mov(EDX, EAX);
        mov(EAX, EDI);
        mov(EDI, EDX);
        int copies = Integer.parseInt(parameters.choice(LazyPolicy.COPIES));
        switch (parameters.choice(LazyPolicy.RETURN)) {
            case RET -> {
                push(ECX);
                ret();
            }
            case DISPATCH_PARTNER -> dispatch(EDI, PARTNER_BIT, copies);
            case DISPATCH_ADDRESS -> dispatch(ECX, ADDRESS_BIT, copies);
            default -> jmp(ECX);
        }
    }

    /** A tree of conditional branches over the bits of {@code key} from {@code bit} up, with a jump at each leaf. */
    private void dispatch(Reg32 key, int bit, int copies) {
        if (copies == 1) {
            jmp(ECX);
            return;
        }
        Label set = fresh("set");
        test(key, 1 << bit);
        j(NZ, set);
        dispatch(key, bit + 1, copies / 2);
        asm.align(FETCH_BLOCK);
        here(set);
        dispatch(key, bit + 1, copies / 2);
    }
}
