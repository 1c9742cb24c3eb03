package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.fault.Fault;

/**
 * The processor at the end of a run, and what it has met lately. All addresses are linear.
 *
 * @param paging CR0.PG
 * @param code32 the D bit of the code segment
 * @param stack the top of the stack
 * @param task the selector in TR
 * @param shutdown the exceptions that shut the processor down, each raised by the delivery of the one before; or empty
 * @param deliveries the first exceptions that handlers raised with the error code on top of their stacks, each behind the one
 *     handled, then those that were delivered last, and since the last external interrupt, oldest first
 * @param interrupt the vector of the last external interrupt, or {@link #NONE}
 * @param previous where the instruction before the current one is, or {@link #NONE}
 * @param previousInstruction that instruction, which may not be mapped any more
 * @param stray where execution has left the program for what is none, if it has
 * @param memory the byte at an address, or {@link #NONE} if nothing is mapped there; it has no effect
 */
public record Evidence(
        boolean protectedMode,
        boolean paging,
        boolean interruptsEnabled,
        boolean halted,
        int cpl,
        int code,
        boolean code32,
        int stack,
        Table gdt,
        Table ldt,
        Table idt,
        int task,
        List<Fault> shutdown,
        List<Delivery> deliveries,
        int interrupt,
        int previous,
        Optional<Instruction> previousInstruction,
        Optional<Stray> stray,
        IntUnaryOperator memory) {
    public static final int NONE = -1;

    /** A descriptor table. */
    public record Table(int base, int limit) {
        boolean contains(int entry) {
            return 8 * entry + 7 <= limit;
        }
    }

    /**
     * An exception that was delivered.
     *
     * @param at the instruction that it left
     * @param stackBefore the top of the stack before
     * @param stackAfter the top of the handler's stack
     */
    public record Delivery(Fault fault, int at, int stackBefore, int stackAfter) {}

    /**
     * @param from the instruction that led there
     * @param handled whether an exception or interrupt has been delivered since
     */
    public record Stray(int from, int to, boolean handled) {}

    /** The instruction at an address, if there is memory. */
    Optional<Instruction> instruction(int linear) {
        if (linear == NONE || octet(linear) == NONE) return Optional.empty();
        int[] at = {linear};
        return Optional.of(new Decoder().decode(() -> octet(at[0]++) & 0xFF, code32));
    }

    boolean isAt(int linear, String mnemonic) {
        return instruction(linear)
                .filter(i -> i.form.mnemonic().equals(mnemonic))
                .isPresent();
    }

    int octet(int linear) {
        return memory.applyAsInt(linear);
    }

    boolean isMapped(int linear) {
        return octet(linear) != NONE;
    }

    int word(int linear) {
        int value = 0;
        for (int i = 0; i < 4; i++) value |= (octet(linear + i) & 0xFF) << 8 * i;
        return value;
    }

    /** The exception that began the shutdown. */
    Optional<Fault> first() {
        return shutdown.stream().findFirst();
    }
}
