package org.sidestep.testkit.contract;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.S;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.UserStubs;
import org.sidestep.plugin.Parameter;
import org.sidestep.x2.MessageTag;

/**
 * Strict switching that changes one word of each message of untyped words on its way to user level: what a workload must
 * notice. Messages with a label are left alone: they are those of the root task and of the kernel's protocols.
 */
final class WrongMessages implements IpcPolicy {

    /** What is wrong: the sender's id, the tag, or else a message word by its number. */
    static final String WRONG = "wrong";

    static final String SENDER = "sender";
    static final String TAG = "tag";

    private static final int LABEL_AND_ITEMS = ~MessageTag.UNTYPED;
    private static final int WORDS = MessageTag.UNTYPED;

    @Override
    public String id() {
        return "wrong-messages";
    }

    @Override
    public String summary() {
        return "a policy with a fault for tests: each message arrives with one word changed";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.choice(WRONG, "what is changed", SENDER, TAG, "word"),
                Parameter.integer("word", 1, 1, 63, "which word"));
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new Hooks(kernel);
    }

    private static final class Hooks extends PolicyHooks {

        Hooks(KernelCode kernel) {
            super(kernel);
        }

        @Override
        public void userStubs(UserStubs stubs) {
            Label enter = fresh("enter");
            Label right = fresh("right");
            routine("wrong.ipc", "in  as Ipc, the return address on the stack");
            stubs.ipc();
            stubs.lipc();
            call(enter);
            test(ESI, LABEL_AND_ITEMS);
            exitIf(NZ, right, "an error, a protocol of the kernel or the root task");
            change(right);
            here(right);
            ret();
            here(enter);
            pop(EBX);
            stubs.enterKernel();
        }

        private void change(Label right) {
            switch (kernel.parameters().choice(WRONG)) {
                case SENDER -> op("xor", EAX, new Imm(0x40_0000));
                case TAG -> inc(ESI);
                default -> change(kernel.parameters().integer("word"), right);
            }
        }

        private void change(int word, Label right) {
            mov(ECX, ESI);
            and(ECX, WORDS);
            sub(ECX, word);
            exitIf(S, right, "no such word");
            switch (word) {
                case 1 -> inc(EBX);
                case 2 -> inc(EBP);
                default -> inc(EDI.at(4 * word).dword());
            }
        }
    }
}
