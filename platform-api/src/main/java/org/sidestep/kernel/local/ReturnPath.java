package org.sidestep.kernel.local;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * The last step of a switch at user level: from the shared stub to where the partner goes on.
 *
 * <p>The P6 predicts an indirect jump to go where it last went, so one jump shared by all threads is mispredicted at every
 * switch between two of them, and a return after a change of stacks always is. Of several copies of the jump, one of which is
 * chosen by conditional branches, each goes where it last went, and the branches' patterns are learnt.
 */
public final class ReturnPath extends Code {

    private static final String RETURN = "return";
    private static final String COPIES = "copies";

    private static final String DISPATCH_PARTNER = "dispatch-partner";
    private static final String DISPATCH_ADDRESS = "dispatch-address";
    private static final String JUMP = "jump";
    private static final String RET = "ret";

    /** The lowest bit in which the local ids of neighbouring threads differ. */
    private static final int PARTNER_BIT = 9;
    /** The lowest bit in which the resume addresses of two calls are likely to differ. */
    private static final int ADDRESS_BIT = 4;
    /** The branch target buffer has room for four branches of a fetch block. */
    private static final int FETCH_BLOCK = 16;

    private final Parameters parameters;

    public ReturnPath(Assembler asm, Parameters parameters) {
        super(asm);
        this.parameters = parameters;
    }

    /** The parameters of a policy that ends its stub in this way. */
    public static List<Parameter> parameters() {
        return List.of(
                Parameter.choice(
                        RETURN,
                        "how Lipc goes on in the partner: by one of several jumps, one jump, or a return",
                        DISPATCH_PARTNER,
                        DISPATCH_ADDRESS,
                        JUMP,
                        RET),
                Parameter.choice(COPIES, "jumps from which return: dispatch-... chooses", "4", "2", "8", "16"));
    }

    /** In: EAX the partner, ECX where it goes on, EDI the caller, ESP the partner's. Out: the ids exchanged. Clobbers EDX. */
    public void emit() {
        int copies = Integer.parseInt(parameters.choice(COPIES));
        switch (parameters.choice(RETURN)) {
            case RET -> {
                exchangeIds();
                push(ECX);
                ret();
            }
            case DISPATCH_PARTNER -> {
                test(EAX, 1 << PARTNER_BIT);
                exchangeIds();
                dispatch(EDI, PARTNER_BIT, copies);
            }
            case DISPATCH_ADDRESS -> {
                test(ECX, 1 << ADDRESS_BIT);
                exchangeIds();
                dispatch(ECX, ADDRESS_BIT, copies);
            }
            default -> {
                exchangeIds();
                jmp(ECX);
            }
        }
    }

    /** Keeps the flags. */
    private void exchangeIds() {
        mov(EDX, EAX);
        mov(EAX, EDI);
        mov(EDI, EDX);
    }

    /** A tree of conditional branches over the bits of {@code key} from {@code bit} up, with a jump at each leaf. In: ZF of the bit. */
    private void dispatch(Reg32 key, int bit, int copies) {
        Label set = fresh("set");
        j(NZ, set);
        half(key, bit + 1, copies / 2);
        asm.align(FETCH_BLOCK);
        here(set);
        half(key, bit + 1, copies / 2);
    }

    private void half(Reg32 key, int bit, int copies) {
        if (copies == 1) {
            jmp(ECX);
            return;
        }
        test(key, 1 << bit);
        dispatch(key, bit, copies);
    }
}
