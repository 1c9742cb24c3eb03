package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LSTORE;

import java.util.ArrayDeque;
import java.util.Deque;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.sidestep.machine.Sites;
import org.sidestep.machine.ia32.timing.memo.BlockSchedule;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;

/**
 * The words in which a block's report to a clock that remembers steps is written: what the block has met is added up in a local, and
 * what is less usual than the rest stands aside, behind the method's end.
 */
class ReportBody extends Body {
    /** Of two words. */
    static final int USUAL = 1;

    static final int SITE = 3;
    static final int SOURCES = 4;
    static final int LAST = 5;
    static final int STEP = 6;
    static final int ADDRESS = 7;
    static final int LINE = 8;
    static final int ENTRY = 9;
    static final int HOW = 10;

    final BlockSchedule schedule;
    final Sites sites;
    final MemoizedTiming clock;

    /** Where to go if something is not usual. */
    final Label unusual = new Label();

    private final Deque<Runnable> asides = new ArrayDeque<>();

    ReportBody(MethodVisitor code, BlockSchedule schedule, Sites sites, MemoizedTiming clock) {
        super(code);
        this.schedule = schedule;
        this.sites = sites;
        this.clock = clock;
    }

    /** Will be written behind the end. */
    final void aside(Label begin, Runnable text) {
        asides.add(() -> {
            code.visitLabel(begin);
            text.run();
        });
    }

    final void writeAsides() {
        while (!asides.isEmpty()) asides.remove().run();
    }

    final void loadUsual() {
        code.visitVarInsn(LLOAD, USUAL);
    }

    final void setUsual() {
        code.visitVarInsn(LSTORE, USUAL);
    }

    /** Pushes what is usual, with room for so many bits more. */
    final void shiftUsual(int bits) {
        loadUsual();
        push(bits);
        op(LSHL);
    }

    /** Pushes what a site has met. */
    final void met(int site) {
        Constant.MET.push(this);
        push(site);
        op(IALOAD);
    }
}
