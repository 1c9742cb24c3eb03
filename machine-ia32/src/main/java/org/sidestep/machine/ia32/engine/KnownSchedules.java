package org.sidestep.machine.ia32.engine;

import java.util.function.Function;

/**
 * The clock handles of blocks, by the handles of their instructions. Blocks that consist of the same instructions are one to the
 * clock, wherever they stand, so that it need not learn again what it knows of one. Only the host's time depends on it.
 */
final class KnownSchedules {
    private static final int SIZE_SHIFT = 10;

    private final Object[][] known = new Object[1 << SIZE_SHIFT][];
    private final Object[] schedules = new Object[1 << SIZE_SHIFT];

    /** The handle of a block, made by {@code maker} if it is not known. */
    Object of(Object[] instructions, Function<Object[], Object> maker) {
        int slot = slot(instructions);
        if (!areSame(instructions, known[slot])) {
            known[slot] = instructions;
            schedules[slot] = maker.apply(instructions);
        }
        return schedules[slot];
    }

    private static boolean areSame(Object[] instructions, Object[] others) {
        if (others == null || others.length != instructions.length) return false;
        for (int i = 0; i < others.length; i++) if (others[i] != instructions[i]) return false;
        return true;
    }

    private static int slot(Object[] instructions) {
        int hash = instructions.length;
        for (Object each : instructions) hash = hash * 31 + System.identityHashCode(each);
        return hash * 0x9E3779B1 >>> 32 - SIZE_SHIFT;
    }
}
