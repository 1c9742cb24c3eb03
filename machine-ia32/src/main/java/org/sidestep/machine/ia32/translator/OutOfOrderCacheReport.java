package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.LOR;

import org.objectweb.asm.Label;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.Usual;

/** Of a core that executes out of order: a load of a word that no store is known to depends on none; stores are noted. */
final class OutOfOrderCacheReport extends CacheReport {
    /** Bits that the sources of a load have in what is usual. */
    private final int sourceBits;

    OutOfOrderCacheReport(ReportBody body) {
        super(body);
        sourceBits = Usual.sourceBits(body.sites);
    }

    @Override
    void load(int site) {
        Label asks = new Label();
        Label stored = new Label();
        Label sources = new Label();
        Label done = new Label();
        int bytes = b.sites.detail(site);
        access(site);
        isMostRecent(Constant.DATA_TAGS, first.data());
        b.branch(IFEQ, asks);
        boolean straddles = first.forwarding().straddles() && bytes > 1;
        if (straddles && bytes > WORD) {
            b.branch(GOTO, stored);
        } else {
            if (straddles) {
                b.load(ReportBody.ADDRESS);
                b.push(WORD - 1);
                b.op(IAND);
                b.push(WORD - bytes);
                b.branch(IF_ICMPGT, stored);
            }
            Constant.STORED_WORDS.push(b);
            b.push(first.forwarding().words().length - 1);
            b.load(ReportBody.ADDRESS);
            b.callStatic(Forwarding.class, "isUnknown", "([III)Z");
            b.branch(IFEQ, stored);
            b.shiftUsual(sourceBits);
            b.setUsual();
        }
        b.code.visitLabel(done);
        b.aside(asks, () -> {
            Constant.FIRST_LEVEL.push(b);
            b.load(ReportBody.ADDRESS);
            b.push(bytes);
            ask("loadAtOnce", "(II)I");
            b.branch(GOTO, sources);
            b.code.visitLabel(stored);
            Constant.FORWARDING.push(b);
            b.load(ReportBody.ADDRESS);
            b.push(bytes);
            b.call(Forwarding.class, "sources", "(II)I");
            b.code.visitLabel(sources);
            dependsOn();
            b.branch(GOTO, done);
        });
    }

    /** The load depends on what is on the stack. */
    private void dependsOn() {
        b.op(DUP);
        b.store(ReportBody.SOURCES);
        b.push(-1 << sourceBits);
        b.op(IAND);
        b.branch(IFNE, b.unusual);
        b.shiftUsual(sourceBits);
        b.load(ReportBody.SOURCES);
        b.ops(I2L, LOR);
        b.setUsual();
    }

    @Override
    void store(int site) {
        Label asks = new Label();
        Label done = new Label();
        int bytes = b.sites.detail(site);
        boolean sends = first.sendsEventful() || !b.sites.isEventful(site);
        access(site);
        isMostRecent(Constant.DATA_TAGS, first.data());
        b.branch(IFEQ, asks);
        Constant.DATA_TAGS.push(b);
        b.push(first.data().setMask());
        b.load(ReportBody.LINE);
        b.callStatic(Cache.class, "dirty", "([III)V");
        if (sends) {
            Constant.FORWARDING.push(b);
            b.load(ReportBody.ADDRESS);
            b.push(bytes);
            b.call(Forwarding.class, "store", "(II)V");
        }
        b.code.visitLabel(done);
        b.aside(asks, () -> {
            Constant.FIRST_LEVEL.push(b);
            b.load(ReportBody.ADDRESS);
            b.push(bytes);
            b.push(sends ? 1 : 0);
            ask("storeAtOnce", "(IIZ)Z");
            b.branch(IFNE, done);
            b.branch(GOTO, b.unusual);
        });
    }
}
