package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.DUP_X1;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IFNULL;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LOR;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.ia32.timing.memo.Course;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Transition;
import org.sidestep.machine.ia32.timing.memo.Usual;
import org.sidestep.machine.ia32.timing.memo.Walks;

/**
 * Writes what a block reports to a clock that remembers steps, site by site, and how it goes along the clock's {@link Course}:
 * a method for each block, so that the host compiles anew but little when something happens that never did.
 */
final class Reporting extends Body {
    /** Of such a method. */
    static final String TYPE = "(" + FRAME_TYPE + Type.getDescriptor(Course.class) + "[I)V";

    private static final int COURSE = 2;
    private static final int MET = 3;
    private static final int FIRST_LEVEL = 4;
    private static final int LAST = 5;
    private static final int STEP = 6;
    private static final int USUAL = 7;
    private static final int SITE = 9;
    private static final int SOURCES = 10;

    private static final String COURSE_NAME = Type.getInternalName(Course.class);
    private static final String STEP_TYPE = Type.getDescriptor(Transition.class);
    private static final String STEP_NAME = Type.getInternalName(Transition.class);
    private static final String BRANCH_NAME = Type.getInternalName(Branch.class);
    private static final String BRANCH_TYPE = Type.getDescriptor(Branch.class);

    private final Sites sites;
    /** Bits that the sources of a load have in what is usual. */
    private final int sourceBits;

    private final boolean sendsEventful;
    private final Label unusual = new Label();

    private Reporting(MethodVisitor code, Sites sites, MemoizedTiming clock) {
        super(code);
        this.sites = sites;
        sourceBits = Usual.sourceBits(sites);
        sendsEventful = clock.firstLevel().sendsEventful();
    }

    /**
     * Writes, into a region's method, that a block may begin if it will surely be over before the deadline; else execution goes
     * to {@code refusal}.
     */
    static void admit(Body body, Object schedule, Sites sites, MemoizedTiming clock, Label refusal) {
        int bound = (int) MemoizedTiming.boundOf(schedule);
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
            MethodVisitor code, int block, Object schedule, Sites sites, MemoizedTiming clock, int instructions) {
        code.visitCode();
        new Reporting(code, sites, clock).write(block, schedule, instructions);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private void write(int block, Object schedule, int instructions) {
        op(LCONST_0);
        code.visitVarInsn(LSTORE, USUAL);
        at(-1);
        if (Usual.fits(sites)) {
            walks(block);
            usual(MemoizedTiming.number(schedule));
            if (MemoizedTiming.isSerialAtLast(schedule)) charge(block);
            object(COURSE);
            push(sites.lineBehind(instructions - 1));
            code.visitFieldInsn(PUTFIELD, COURSE_NAME, "line", "I");
            op(RETURN);
        }
        code.visitLabel(unusual);
        object(THIS);
        object(FRAME);
        push(block);
        load(SITE);
        code.visitVarInsn(LLOAD, USUAL);
        call(Translation.class, "complete", "(" + FRAME_TYPE + "IIJ)V");
        op(RETURN);
    }

    /** Everything before a site has been usual. */
    private void at(int site) {
        push(site);
        store(SITE);
    }

    private void usual(int number) {
        course("first", FirstLevel.class);
        setObject(FIRST_LEVEL);
        course("last", Transition.class);
        setObject(LAST);
        firstLines(sites.firstLine(0), sites.lineBehind(0));
        if (sites.accesses()) limit();
        for (int site = 0; site < sites.count(); site++) {
            at(site);
            report(site);
        }
        at(sites.count());
        follow(number);
    }

    private void course(String name, Class<?> type) {
        object(COURSE);
        field(COURSE_NAME, name, Type.getDescriptor(type));
    }

    private void firstLines(int first, int last) {
        Label fetched = new Label();
        course("line", int.class);
        push(last);
        branch(IF_ICMPEQ, fetched);
        if (first != last) {
            Label second = new Label();
            course("line", int.class);
            push(first);
            branch(IF_ICMPEQ, second);
            fetch(first);
            code.visitLabel(second);
        }
        fetch(last);
        code.visitLabel(fetched);
    }

    /** Blocks with walks are reported in a way of their own, which is the same for all. */
    private void walks(int block) {
        Label none = new Label();
        course("walks", Walks.class);
        field(Type.getInternalName(Walks.class), "count", "I");
        branch(IFEQ, none);
        object(THIS);
        object(FRAME);
        push(block);
        call(Translation.class, "walked", "(" + FRAME_TYPE + "I)V");
        op(RETURN);
        code.visitLabel(none);
    }

    private void charge(int block) {
        course("clock", MemoizedTiming.class);
        object(THIS);
        field(TRANSLATION_NAME, "schedules", "[Ljava/lang/Object;");
        push(block);
        op(AALOAD);
        call(MemoizedTiming.class, "charged", "(Ljava/lang/Object;)V");
    }

    private void limit() {
        object(FIRST_LEVEL);
        object(LAST);
        field(STEP_NAME, "pendingStores", "I");
        object(LAST);
        field(STEP_NAME, "pendingLines", "I");
        first("limit", "(II)V");
    }

    private void report(int site) {
        switch (sites.kind(site)) {
            case Sites.LINE -> fetch(sites.detail(site));
            case Sites.LOAD -> loaded(site);
            case Sites.STORE -> stored(site);
            case Sites.EVENT -> {
                course("clock", MemoizedTiming.class);
                push(sites.detail(site));
                call(MemoizedTiming.class, "happened", "(I)V");
            }
            default -> branched(site);
        }
    }

    private void fetch(int line) {
        object(FIRST_LEVEL);
        push(line);
        first("fetchAtOnce", "(I)Z");
        branch(IFEQ, unusual);
    }

    private void loaded(int site) {
        access(site);
        first("loadAtOnce", "(II)I");
        op(DUP);
        store(SOURCES);
        push(-1 << sourceBits);
        op(IAND);
        branch(IFNE, unusual);
        code.visitVarInsn(LLOAD, USUAL);
        push(sourceBits);
        op(LSHL);
        load(SOURCES);
        ops(I2L, LOR);
        code.visitVarInsn(LSTORE, USUAL);
    }

    private void stored(int site) {
        access(site);
        push(sendsEventful || !sites.isEventful(site) ? 1 : 0);
        first("storeAtOnce", "(IIZ)Z");
        branch(IFEQ, unusual);
    }

    private void access(int site) {
        object(FIRST_LEVEL);
        met(site);
        push(sites.detail(site));
    }

    private void met(int site) {
        object(MET);
        push(site);
        op(IALOAD);
    }

    private void first(String name, String type) {
        code.visitMethodInsn(INVOKEINTERFACE, Type.getInternalName(FirstLevel.class), name, type, true);
    }

    private void branched(int site) {
        Branch kind = sites.branch();
        course("clock", MemoizedTiming.class);
        code.visitVarInsn(LLOAD, USUAL);
        code.visitFieldInsn(GETSTATIC, BRANCH_NAME, kind.name(), BRANCH_TYPE);
        push(sites.address());
        push(sites.next());
        if (sites.isDirect()) push(sites.target());
        else met(site);
        if (kind == Branch.CONDITIONAL) met(site);
        else push(1);
        call(MemoizedTiming.class, "branch", "(J" + BRANCH_TYPE + "IIIZ)J");
        code.visitVarInsn(LSTORE, USUAL);
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
        code.visitVarInsn(LLOAD, USUAL);
        op(LCMP);
        branch(IFNE, other);
        step("block", "I");
        push(number);
        branch(IF_ICMPNE, other);
        object(COURSE);
        object(COURSE);
        field(COURSE_NAME, "floor", "J");
        step("time", "J");
        op(LADD);
        code.visitFieldInsn(PUTFIELD, COURSE_NAME, "floor", "J");
        object(COURSE);
        object(STEP);
        code.visitFieldInsn(PUTFIELD, COURSE_NAME, "last", STEP_TYPE);
        branch(GOTO, done);
        code.visitLabel(other);
        object(COURSE);
        push(number);
        code.visitVarInsn(LLOAD, USUAL);
        call(Course.class, "turns", "(IJ)Z");
        branch(IFEQ, unusual);
        code.visitLabel(done);
    }

    private void step(String name, String type) {
        object(STEP);
        field(STEP_NAME, name, type);
    }
}
