package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IASTORE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INEG;
import static org.objectweb.asm.Opcodes.LOR;

import org.objectweb.asm.Label;
import org.objectweb.asm.Type;
import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.ia32.timing.OutOfOrderTiming;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Usual;

/**
 * Writes how a block's branch is predicted: the entry of the target buffer where it was last time has it still, and fetch went on
 * where it leads. Everything else asks the clock, and all of one whose core executes in order.
 */
final class BranchReport {
    private static final String NAME = Type.getInternalName(Branch.class);
    private static final String TYPE = Type.getDescriptor(Branch.class);

    private final ReportBody b;
    private final Sites sites;
    /** The clock, if its core executes out of order; else null. */
    private final OutOfOrderTiming clock;

    BranchReport(ReportBody body) {
        b = body;
        sites = body.sites;
        clock = body.clock instanceof OutOfOrderTiming outOfOrder ? outOfOrder : null;
    }

    /** The site at the end of a block. */
    void branched(int block, int site) {
        Branch kind = sites.branch();
        if (clock == null) lookedUp(site);
        else if (kind == Branch.CONDITIONAL) conditional(block, site);
        else if (kind == Branch.DIRECT || kind == Branch.CALL) direct(block, site);
        else if (kind == Branch.RETURN && clock.predictor().hasReturns()) returned(site);
        else indirect(block, site);
    }

    /** The predictor looks the branch up. */
    private void lookedUp(int site) {
        Constant.CLOCK.push(b);
        b.loadUsual();
        kind();
        b.push(sites.address());
        behind(site);
        b.call(MemoizedTiming.class, "branch", "(J" + TYPE + "IIIZ)J");
        b.setUsual();
    }

    private void kind() {
        b.code.visitFieldInsn(GETSTATIC, NAME, sites.branch().name(), TYPE);
    }

    /** Pushes what is behind the branch, where it leads, and whether it is taken. */
    private void behind(int site) {
        b.push(sites.next());
        if (sites.isDirect()) b.push(sites.target());
        else b.met(site);
        if (sites.branch() == Branch.CONDITIONAL) b.met(site);
        else b.push(1);
    }

    /** The entry of the target buffer where the branch was last time has it still; if not, it is looked up. */
    private void inEntry(int block, int site, Label done) {
        Label lookUp = new Label();
        inEntry(block, lookUp);
        b.aside(lookUp, () -> {
            lookedUp(site);
            Constant.BRANCH_ENTRIES.push(b);
            b.push(block);
            Constant.PREDICTOR.push(b);
            b.push(sites.address());
            b.call(BranchPredictor.class, "entryOf", "(I)I");
            b.op(IASTORE);
            b.branch(GOTO, done);
        });
    }

    private void inEntry(int block, Label otherwise) {
        Constant.BRANCH_ENTRIES.push(b);
        b.push(block);
        b.op(IALOAD);
        b.store(ReportBody.ENTRY);
        entry(Constant.BRANCHES);
        b.push(sites.address());
        b.branch(IF_ICMPNE, otherwise);
    }

    private void entry(Constant array) {
        array.push(b);
        b.load(ReportBody.ENTRY);
        b.op(IALOAD);
    }

    /** One that has not been taken has no entry: it is looked for each time, with nothing else to do. */
    private void conditional(int block, int site) {
        Label done = new Label();
        Label elsewhere = new Label();
        Label predicted = new Label();
        inEntry(block, elsewhere);
        Constant.PREDICTOR.push(b);
        b.load(ReportBody.ENTRY);
        b.met(site);
        b.call(BranchPredictor.class, "conditional", "(IZ)I");
        b.code.visitLabel(predicted);
        b.op(DUP);
        b.store(ReportBody.HOW);
        b.push(BranchPredictor.TAKEN);
        Label surprised = surprised(site, done);
        b.branch(IF_ICMPGT, surprised);
        b.shiftUsual(Usual.BRANCH_BITS);
        int taken = (int) Usual.branch(0, clock.foreseen(sites.target()));
        if (taken != 0) {
            // Fetch went on in sequence, or at the target.
            b.load(ReportBody.HOW);
            b.op(INEG);
            b.push(taken);
            b.ops(IAND, I2L, LOR);
        }
        b.setUsual();
        b.code.visitLabel(done);
        b.aside(elsewhere, () -> {
            Constant.PREDICTOR.push(b);
            Constant.BRANCH_ENTRIES.push(b);
            b.push(block);
            b.push(sites.address());
            b.push(sites.target());
            b.met(site);
            b.call(BranchPredictor.class, "conditional", "([IIIIZ)I");
            b.branch(GOTO, predicted);
        });
    }

    private void direct(int block, int site) {
        Label done = new Label();
        inEntry(block, site, done);
        entry(Constant.BRANCH_TARGETS);
        b.push(sites.target());
        ledThere(site, done);
        b.shiftUsual(Usual.BRANCH_BITS);
        b.code.visitLdcInsn(Usual.branch(0, clock.foreseen(sites.target())));
        b.op(LOR);
        b.setUsual();
        b.code.visitLabel(done);
    }

    private void indirect(int block, int site) {
        Label done = new Label();
        inEntry(block, site, done);
        entry(Constant.BRANCH_TARGETS);
        b.met(site);
        ledThere(site, done);
        foreseen(site);
        b.code.visitLabel(done);
    }

    /** The branch leads where its entry says, as on the stack; if not, it is looked up. A call is noted. */
    private void ledThere(int site, Label done) {
        Label elsewhere = new Label();
        b.branch(IF_ICMPNE, elsewhere);
        b.aside(elsewhere, () -> {
            lookedUp(site);
            b.branch(GOTO, done);
        });
        Branch kind = sites.branch();
        if (kind != Branch.CALL && kind != Branch.INDIRECT_CALL) return;
        Constant.PREDICTOR.push(b);
        b.push(sites.next());
        b.call(BranchPredictor.class, "called", "(I)V");
    }

    private void returned(int site) {
        Label done = new Label();
        Constant.PREDICTOR.push(b);
        b.met(site);
        b.call(BranchPredictor.class, "returned", "(I)I");
        b.op(DUP);
        b.store(ReportBody.HOW);
        b.push(BranchPredictor.TAKEN);
        b.branch(IF_ICMPNE, surprised(site, done));
        foreseen(site);
        b.code.visitLabel(done);
    }

    /** Fetch went on where the site has led. */
    private void foreseen(int site) {
        b.loadUsual();
        Constant.OUT_OF_ORDER.push(b);
        b.met(site);
        b.call(OutOfOrderTiming.class, "foreseen", "(I)I");
        b.callStatic(Usual.class, "branch", "(JI)J");
        b.setUsual();
    }

    /** Where to go if fetch did not go on where the branch leads. */
    private Label surprised(int site, Label done) {
        Label surprised = new Label();
        b.aside(surprised, () -> {
            Constant.OUT_OF_ORDER.push(b);
            b.loadUsual();
            b.load(ReportBody.HOW);
            kind();
            behind(site);
            b.call(OutOfOrderTiming.class, "branched", "(JI" + TYPE + "IIZ)J");
            b.setUsual();
            b.branch(GOTO, done);
        });
        return surprised;
    }
}
