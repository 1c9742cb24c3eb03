package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.LOR;

import org.objectweb.asm.Label;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;

/** Of a core that executes in program order: an access that is aligned waits for nothing, but for that of the instruction beside it. */
final class InOrderCacheReport extends CacheReport {

    InOrderCacheReport(ReportBody body) {
        super(body);
    }

    @Override
    void load(int site) {
        access(site, () -> {
            ask("loadAtOnce", "(II)I");
            b.branch(IFLT, b.unusual);
        });
    }

    @Override
    void store(int site) {
        access(site, () -> {
            b.push(1);
            ask("storeAtOnce", "(IIZ)Z");
            b.branch(IFEQ, b.unusual);
        });
    }

    private void access(int site, Runnable asking) {
        Label asks = new Label();
        Label done = new Label();
        int bytes = b.sites.detail(site);
        access(site);
        isMostRecent(Constant.DATA_TAGS, first.data());
        b.branch(IFEQ, asks);
        if (bytes > 1) align(bytes, asks);
        b.code.visitLabel(done);
        if (b.clock.bits(b.schedule, b.sites, site) != 0) meet(site);
        b.aside(asks, () -> {
            Constant.FIRST_LEVEL.push(b);
            b.load(ReportBody.ADDRESS);
            b.push(bytes);
            asking.run();
            b.branch(GOTO, done);
        });
    }

    /** What is not aligned is asked for. */
    private void align(int bytes, Label asks) {
        b.load(ReportBody.ADDRESS);
        b.push(Math.max(WORD, bytes) - 1);
        b.op(IAND);
        b.push(Math.max(WORD, bytes) - bytes);
        b.branch(IF_ICMPGT, asks);
    }

    /** What the access has to do with the one before. */
    private void meet(int site) {
        int before = b.sites.accessBefore(site);
        b.shiftUsual(1);
        Constant.CLOCK.push(b);
        if (before >= 0) {
            b.met(before);
        } else {
            Constant.FIRST_LEVEL.push(b);
            ask("before", "()I");
        }
        b.met(site);
        b.call(MemoizedTiming.class, "met", "(II)I");
        b.ops(I2L, LOR);
        b.setUsual();
    }

    @Override
    void carry() {
        Constant.FIRST_LEVEL.push(b);
        b.met(b.sites.lastAccess());
        ask("carry", "(I)V");
    }
}
