package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.ia32.timing.memo.StateVector;

/** The instruction in the U pipe as a part of the pipeline's state: all that one beside it has to do with. */
final class UPipe {
    private static final int THERE = 1;
    private static final int MEMORY = 1 << 1;
    private static final int PIPE_SHIFT = 2;
    private static final int UNIT_SHIFT = 5;
    private static final int STACK_SHIFT = 7;
    private static final int WRITES_SHIFT = 16;

    private static final Pipe[] PIPES = Pipe.values();
    private static final Operation.Unit[] UNITS = Operation.Unit.values();
    private static final Operation.Stack[] STACKS = Operation.Stack.values();

    private UPipe() {}

    /** Enters what is there, or null, into a state, or takes it from there; as one that is alike. */
    static Operation exchange(Operation first, StateVector state) {
        int word = state.value(first == null ? 0 : word(first));
        if (word == 0) return null;
        int cycles = state.value(first == null ? 0 : first.cycles);
        return alike(first, word, cycles) ? first : operation(word, cycles);
    }

    private static boolean alike(Operation first, int word, int cycles) {
        return first != null && first.cycles == cycles && word(first) == word;
    }

    private static int word(Operation operation) {
        int unit = operation.unit == null ? 0 : operation.unit.ordinal() + 1;
        return THERE
                | (operation.memory ? MEMORY : 0)
                | operation.pipe.ordinal() << PIPE_SHIFT
                | unit << UNIT_SHIFT
                | operation.stack.ordinal() << STACK_SHIFT
                | operation.writes << WRITES_SHIFT;
    }

    private static Operation operation(int word, int cycles) {
        Operation operation = new Operation();
        int unit = word >> UNIT_SHIFT & 3;
        operation.unit = unit == 0 ? null : UNITS[unit - 1];
        operation.memory = (word & MEMORY) != 0;
        operation.pipe = PIPES[word >> PIPE_SHIFT & 7];
        operation.stack = STACKS[word >> STACK_SHIFT & 3];
        operation.writes = word >>> WRITES_SHIFT;
        operation.cycles = cycles;
        operation.preparePairing();
        return operation;
    }
}
