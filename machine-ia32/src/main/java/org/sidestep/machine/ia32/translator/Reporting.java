package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.DUP_X1;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IFNULL;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.machine.Sites;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.BlockSchedule;
import org.sidestep.machine.ia32.timing.memo.Course;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Transition;
import org.sidestep.machine.ia32.timing.memo.Walks;

/**
 * Writes what a block reports to a clock that remembers steps, site by site, and how it goes along the clock's {@link Course}:
 * a method for each block, so that the host compiles anew but little when something happens that never did.
 */
final class Reporting extends ReportBody {
    /** Of such a method. */
    static final String TYPE = "()V";

    private static final String COURSE_NAME = Type.getInternalName(Course.class);
    private static final String STEP_TYPE = Type.getDescriptor(Transition.class);
    private static final String STEP_NAME = Type.getInternalName(Transition.class);

    private final CacheReport caches;
    private final BranchReport branches;

    private Reporting(MethodVisitor code, BlockSchedule schedule, Sites sites, MemoizedTiming clock) {
        super(code, schedule, sites, clock);
        caches = CacheReport.of(this);
        branches = new BranchReport(this);
    }

    /**
     * Writes, into a region's method, that a block may begin if it will surely be over before the deadline; else execution goes
     * to {@code refusal}.
     */
    static void admit(Body body, BlockSchedule schedule, Sites sites, MemoizedTiming clock, Label refusal) {
        int bound = (int) schedule.bound;
        int reach = (int) clock.longestDelay(sites);
        Label fits = new Label();
        body.object(Body.COURSE);
        body.object(Body.COURSE);
        body.field(COURSE_NAME, "room", "I");
        body.push(-bound);
        body.ops(IADD, DUP_X1);
        body.code.visitFieldInsn(PUTFIELD, COURSE_NAME, "room", "I");
        body.push(reach);
        body.branch(IF_ICMPGT, fits);
        body.object(Body.COURSE);
        body.push(bound);
        body.push(reach);
        body.call(Course.class, "admits", "(II)Z");
        body.branch(IFEQ, refusal);
        body.code.visitLabel(fits);
    }

    /** Writes the method that reports all of a block. */
    static void write(
            MethodVisitor code,
            int block,
            BlockSchedule schedule,
            Sites sites,
            MemoizedTiming clock,
            int instructions) {
        code.visitCode();
        new Reporting(code, schedule, sites, clock).write(block, instructions);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private void write(int block, int instructions) {
        op(LCONST_0);
        setUsual();
        at(-1);
        if (clock.fits(schedule, sites)) {
            Label otherwise = new Label();
            Constant.WALKS.push(this);
            field(Type.getInternalName(Walks.class), "count", "I");
            branch(IFNE, otherwise);
            begin(otherwise);
            firstLines(sites.firstLine(0), sites.lineBehind(0));
            for (int site = 0; site < sites.count(); site++) {
                at(site);
                report(block, site);
            }
            at(sites.count());
            follow(schedule.number);
            if (schedule.isSerialAtLast()) charge(block);
            if (schedule.carries) caches.carry();
            Constant.COURSE.push(this);
            push(sites.lineBehind(instructions - 1));
            code.visitFieldInsn(PUTFIELD, COURSE_NAME, "line", "I");
            op(RETURN);
            writeAsides();
            code.visitLabel(otherwise);
            translation("otherwise", block);
            op(RETURN);
        }
        code.visitLabel(unusual);
        object(THIS);
        Constant.FRAME.push(this);
        push(block);
        load(SITE);
        loadUsual();
        call(Translation.class, "complete", "(" + FRAME_TYPE + "IIJ)V");
        op(RETURN);
    }

    private void translation(String method, int block) {
        object(THIS);
        Constant.FRAME.push(this);
        push(block);
        call(Translation.class, method, "(" + FRAME_TYPE + "I)V");
    }

    /** Everything before a site has been usual. */
    private void at(int site) {
        push(site);
        store(SITE);
    }

    /** Lines in flight are looked for in a way that is the same for all blocks, as walks are reported. */
    private void begin(Label otherwise) {
        Constant.COURSE.push(this);
        field(COURSE_NAME, "last", STEP_TYPE);
        setObject(LAST);
        if (!sites.accesses()) return;
        last("pendingLines");
        branch(IFNE, otherwise);
        if (sites.loads() == 0 || clock.firstLevel().forwarding() == null) return;
        Constant.FORWARDING.push(this);
        last("pendingStores");
        call(Forwarding.class, "limit", "(I)V");
    }

    private void last(String field) {
        object(LAST);
        field(STEP_NAME, field, "I");
    }

    private void firstLines(int firstLine, int lastLine) {
        Label fetched = new Label();
        line();
        push(lastLine);
        branch(IF_ICMPEQ, fetched);
        if (firstLine != lastLine) {
            Label second = new Label();
            line();
            push(firstLine);
            branch(IF_ICMPEQ, second);
            caches.fetch(firstLine);
            code.visitLabel(second);
        }
        caches.fetch(lastLine);
        code.visitLabel(fetched);
    }

    /** Pushes the line that the last instruction byte came from. */
    private void line() {
        Constant.COURSE.push(this);
        field(COURSE_NAME, "line", "I");
    }

    private void charge(int block) {
        Constant.CLOCK.push(this);
        object(THIS);
        field(TRANSLATION_NAME, "schedules", "[Ljava/lang/Object;");
        push(block);
        op(AALOAD);
        call(MemoizedTiming.class, "charged", "(Ljava/lang/Object;)V");
    }

    private void report(int block, int site) {
        switch (sites.kind(site)) {
            case Sites.LINE -> caches.fetch(sites.detail(site));
            case Sites.LOAD -> caches.load(site);
            case Sites.STORE -> caches.store(site);
            case Sites.EVENT -> {
                Constant.CLOCK.push(this);
                push(sites.detail(site));
                call(MemoizedTiming.class, "happened", "(I)V");
            }
            default -> branches.branched(block, site);
        }
    }

    /** The step that followed last time, if it is of this block, which met the same then; or another one that has followed. */
    private void follow(int number) {
        Label other = new Label();
        Label done = new Label();
        object(LAST);
        field(STEP_NAME, "successor", STEP_TYPE);
        op(DUP);
        code.visitVarInsn(ASTORE, STEP);
        branch(IFNULL, unusual);
        step("usual", "J");
        loadUsual();
        op(LCMP);
        branch(IFNE, other);
        step("block", "I");
        push(number);
        branch(IF_ICMPNE, other);
        Constant.COURSE.push(this);
        Constant.COURSE.push(this);
        field(COURSE_NAME, "floor", "J");
        step("time", "J");
        op(LADD);
        code.visitFieldInsn(PUTFIELD, COURSE_NAME, "floor", "J");
        Constant.COURSE.push(this);
        object(STEP);
        code.visitFieldInsn(PUTFIELD, COURSE_NAME, "last", STEP_TYPE);
        code.visitLabel(done);
        aside(other, () -> {
            Constant.COURSE.push(this);
            push(number);
            loadUsual();
            call(Course.class, "turns", "(IJ)Z");
            branch(IFNE, done);
            branch(GOTO, unusual);
        });
    }

    private void step(String name, String type) {
        object(STEP);
        field(STEP_NAME, name, type);
    }
}
