package org.sidestep.machine.ia32.emulator;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.StringJoiner;

/** What the image writes down at the end of a case: words in the order of {@link #NAMES}. */
final class CaseOutcome {
    /** The words that come from the handler's stack. */
    static final int STACKED = 23;

    static final int EDI = 4;
    static final int ECX = 10;
    static final int VECTOR = 12;
    static final int ERROR_CODE = 13;
    static final int EIP = 14;
    static final int CS = 15;
    static final int EFLAGS = 16;
    static final int ESP = 17;

    // spotless:off
    static final List<String> NAMES = List.of(
            "gs", "fs", "es", "ds",
            "edi", "esi", "ebp", "handler esp", "ebx", "edx", "ecx", "eax",
            "vector", "error code", "eip", "cs", "eflags", "esp", "ss", "es (v86)", "ds (v86)", "fs (v86)", "gs (v86)",
            "cr0", "cr2", "tr", "ldtr", "dr6",
            "watch 0", "watch 1", "watch 2", "watch 3", "watch 4", "watch 5", "watch 6", "watch 7");
    // spotless:on

    static final int WORDS = NAMES.size();

    static final int TR = STACKED + 2;
    static final int WATCH = STACKED + 5;

    private CaseOutcome() {}

    /** In which words two outcomes differ without a known reason; empty if they do not. */
    static String difference(Case owner, ByteBuffer ours, ByteBuffer theirs, int at) {
        StringJoiner text = new StringJoiner(", ");
        for (int i = 0; i < WORDS; i++) {
            int here = ours.getInt(at + 4 * i);
            int there = theirs.getInt(at + 4 * i);
            int vector = ours.getInt(at + 4 * VECTOR);
            boolean alike =
                    here == there || QemuDifferences.explain(new QemuDifferences.Word(owner, i, vector, here, there));
            if (!alike) text.add("%s %x, there %x".formatted(NAMES.get(i), here, there));
        }
        return text.toString();
    }
}
