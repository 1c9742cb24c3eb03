package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.IUSHR;

import org.objectweb.asm.Label;
import org.objectweb.asm.Type;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;

/**
 * Writes how a block asks the first-level caches: a line that is the most recent of its set is there. Everything else asks the
 * clock.
 */
abstract class CacheReport {
    /** Bytes of a word, in which stores are looked for, and which an access that is not aligned leaves. */
    static final int WORD = 4;

    final ReportBody b;
    final FirstLevel first;

    CacheReport(ReportBody body) {
        b = body;
        first = body.clock.firstLevel();
    }

    static CacheReport of(ReportBody body) {
        boolean forwards = body.clock.firstLevel().forwarding() != null;
        return forwards ? new OutOfOrderCacheReport(body) : new InOrderCacheReport(body);
    }

    /** A site loads. */
    abstract void load(int site);

    /** A site stores. */
    abstract void store(int site);

    /** The access of the block's last instruction may have to do with that of the next one. */
    void carry() {}

    /** A line of code is fetched. */
    void fetch(int line) {
        Label asks = new Label();
        Label done = new Label();
        int shift = first.code().lineShift;
        for (int part = line >>> shift; part <= line + Cache.LINE - 1 >>> shift; part++) {
            b.push(part);
            b.store(ReportBody.LINE);
            isMostRecent(Constant.CODE_TAGS, first.code());
            b.branch(IFEQ, asks);
        }
        Constant.FIRST_LEVEL.push(b);
        b.push(line);
        ask("fetched", "(I)V");
        b.code.visitLabel(done);
        b.aside(asks, () -> {
            Constant.FIRST_LEVEL.push(b);
            b.push(line);
            ask("fetchAtOnce", "(I)Z");
            b.branch(IFNE, done);
            b.branch(GOTO, b.unusual);
        });
    }

    final void isMostRecent(Constant tags, Cache cache) {
        tags.push(b);
        b.push(cache.setMask());
        b.load(ReportBody.LINE);
        b.callStatic(Cache.class, "isMostRecent", "([III)Z");
    }

    /** Where a site accesses memory. */
    final void access(int site) {
        b.met(site);
        b.op(DUP);
        b.store(ReportBody.ADDRESS);
        b.push(first.data().lineShift);
        b.op(IUSHR);
        b.store(ReportBody.LINE);
    }

    final void ask(String name, String type) {
        b.code.visitMethodInsn(INVOKEINTERFACE, Type.getInternalName(FirstLevel.class), name, type, true);
    }
}
