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
import static org.objectweb.asm.Opcodes.IASTORE;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IFNULL;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INEG;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LOR;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;

import java.util.ArrayDeque;
import java.util.Deque;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.ia32.timing.BranchPredictor;
import org.sidestep.machine.ia32.timing.Cache;
import org.sidestep.machine.ia32.timing.Forwarding;
import org.sidestep.machine.ia32.timing.memo.Course;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Transition;
import org.sidestep.machine.ia32.timing.memo.Usual;
import org.sidestep.machine.ia32.timing.memo.Walks;

/**
 * Writes what a block reports to a clock that remembers steps, site by site, and how it goes along the clock's {@link Course}:
 * a method for each block, so that the host compiles anew but little when something happens that never did. What is nearly always
 * so is written out: the line is the most recent of its set, no store is known to the word, the branch is in the entry where it
 * was. What is less so stands behind the method's end, and asks.
 */
final class Reporting extends Body {
    /** Of such a method. */
    static final String TYPE = "()V";

    /** Of two words. */
    private static final int USUAL = 1;

    private static final int SITE = 3;
    private static final int SOURCES = 4;
    private static final int LAST = 5;
    private static final int STEP = 6;
    private static final int ADDRESS = 7;
    private static final int LINE = 8;
    private static final int ENTRY = 9;
    private static final int HOW = 10;

    private static final String COURSE_NAME = Type.getInternalName(Course.class);
    private static final String STEP_TYPE = Type.getDescriptor(Transition.class);
    private static final String STEP_NAME = Type.getInternalName(Transition.class);
    private static final String BRANCH_NAME = Type.getInternalName(Branch.class);
    private static final String BRANCH_TYPE = Type.getDescriptor(Branch.class);

    private final Sites sites;
    private final MemoizedTiming clock;
    private final FirstLevel first;
    /** Bits that the sources of a load have in what is usual. */
    private final int sourceBits;

    private final Label unusual = new Label();

    /** What is less usual, and written behind the end. */
    private final Deque<Runnable> asides = new ArrayDeque<>();

    private Reporting(MethodVisitor code, Sites sites, MemoizedTiming clock) {
        super(code);
        this.sites = sites;
        this.clock = clock;
        first = clock.firstLevel();
        sourceBits = Usual.sourceBits(sites);
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
            follow(MemoizedTiming.number(schedule));
            if (MemoizedTiming.isSerialAtLast(schedule)) charge(block);
            Constant.COURSE.push(this);
            push(sites.lineBehind(instructions - 1));
            code.visitFieldInsn(PUTFIELD, COURSE_NAME, "line", "I");
            op(RETURN);
            while (!asides.isEmpty()) asides.remove().run();
            code.visitLabel(otherwise);
            translation("otherwise", block);
            op(RETURN);
        }
        code.visitLabel(unusual);
        object(THIS);
        Constant.FRAME.push(this);
        push(block);
        load(SITE);
        code.visitVarInsn(LLOAD, USUAL);
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
        if (sites.loads() == 0) return;
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
            fetch(firstLine);
            code.visitLabel(second);
        }
        fetch(lastLine);
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
            case Sites.LINE -> fetch(sites.detail(site));
            case Sites.LOAD -> loaded(site);
            case Sites.STORE -> stored(site);
            case Sites.EVENT -> {
                Constant.CLOCK.push(this);
                push(sites.detail(site));
                call(MemoizedTiming.class, "happened", "(I)V");
            }
            default -> branched(block, site);
        }
    }

    private void fetch(int line) {
        Label asks = new Label();
        Label done = new Label();
        push(line >>> first.code().lineShift);
        store(LINE);
        isMostRecent(Constant.CODE_TAGS, first.code());
        branch(IFEQ, asks);
        Constant.FIRST_LEVEL.push(this);
        push(line);
        first("fetched", "(I)V");
        code.visitLabel(done);
        asides.add(() -> {
            code.visitLabel(asks);
            Constant.FIRST_LEVEL.push(this);
            push(line);
            first("fetchAtOnce", "(I)Z");
            branch(IFNE, done);
            branch(GOTO, unusual);
        });
    }

    private void isMostRecent(Constant tags, Cache cache) {
        tags.push(this);
        push(cache.setMask());
        load(LINE);
        callStatic(Cache.class, "isMostRecent", "([III)Z");
    }

    private void loaded(int site) {
        Label asks = new Label();
        Label stored = new Label();
        Label sources = new Label();
        Label done = new Label();
        int bytes = sites.detail(site);
        access(site);
        isMostRecent(Constant.DATA_TAGS, first.data());
        branch(IFEQ, asks);
        boolean straddles = first.forwarding().straddles() && bytes > 1;
        if (straddles && bytes > 4) {
            branch(GOTO, stored);
        } else {
            if (straddles) {
                load(ADDRESS);
                push(3);
                op(IAND);
                push(4 - bytes);
                branch(IF_ICMPGT, stored);
            }
            Constant.STORED_WORDS.push(this);
            push(first.forwarding().words().length - 1);
            load(ADDRESS);
            callStatic(Forwarding.class, "isUnknown", "([III)Z");
            branch(IFEQ, stored);
            code.visitVarInsn(LLOAD, USUAL);
            push(sourceBits);
            op(LSHL);
            code.visitVarInsn(LSTORE, USUAL);
        }
        code.visitLabel(done);
        asides.add(() -> {
            code.visitLabel(asks);
            Constant.FIRST_LEVEL.push(this);
            load(ADDRESS);
            push(bytes);
            first("loadAtOnce", "(II)I");
            branch(GOTO, sources);
            code.visitLabel(stored);
            Constant.FORWARDING.push(this);
            load(ADDRESS);
            push(bytes);
            call(Forwarding.class, "sources", "(II)I");
            code.visitLabel(sources);
            dependsOn();
            branch(GOTO, done);
        });
    }

    /** The load depends on what is on the stack. */
    private void dependsOn() {
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
        Label asks = new Label();
        Label done = new Label();
        int bytes = sites.detail(site);
        boolean sends = first.sendsEventful() || !sites.isEventful(site);
        access(site);
        isMostRecent(Constant.DATA_TAGS, first.data());
        branch(IFEQ, asks);
        Constant.DATA_TAGS.push(this);
        push(first.data().setMask());
        load(LINE);
        callStatic(Cache.class, "dirty", "([III)V");
        if (sends) {
            Constant.FORWARDING.push(this);
            load(ADDRESS);
            push(bytes);
            call(Forwarding.class, "store", "(II)V");
        }
        code.visitLabel(done);
        asides.add(() -> {
            code.visitLabel(asks);
            Constant.FIRST_LEVEL.push(this);
            load(ADDRESS);
            push(bytes);
            push(sends ? 1 : 0);
            first("storeAtOnce", "(IIZ)Z");
            branch(IFNE, done);
            branch(GOTO, unusual);
        });
    }

    private void access(int site) {
        met(site);
        op(DUP);
        store(ADDRESS);
        push(first.data().lineShift);
        op(IUSHR);
        store(LINE);
    }

    private void met(int site) {
        Constant.MET.push(this);
        push(site);
        op(IALOAD);
    }

    private void first(String name, String type) {
        code.visitMethodInsn(INVOKEINTERFACE, Type.getInternalName(FirstLevel.class), name, type, true);
    }

    private void branched(int block, int site) {
        Branch kind = sites.branch();
        if (kind == Branch.CONDITIONAL) conditional(block, site);
        else if (kind == Branch.DIRECT || kind == Branch.CALL) direct(block, site);
        else if (kind == Branch.RETURN && clock.predictor().hasReturns()) returned(site);
        else lookedUp(site);
    }

    /** The predictor looks the branch up. */
    private void lookedUp(int site) {
        Constant.CLOCK.push(this);
        code.visitVarInsn(LLOAD, USUAL);
        kind();
        push(sites.address());
        behind(site);
        call(MemoizedTiming.class, "branch", "(J" + BRANCH_TYPE + "IIIZ)J");
        code.visitVarInsn(LSTORE, USUAL);
    }

    private void kind() {
        code.visitFieldInsn(GETSTATIC, BRANCH_NAME, sites.branch().name(), BRANCH_TYPE);
    }

    /** Pushes what is behind the branch, where it leads, and whether it is taken. */
    private void behind(int site) {
        push(sites.next());
        if (sites.isDirect()) push(sites.target());
        else met(site);
        if (sites.branch() == Branch.CONDITIONAL) met(site);
        else push(1);
    }

    /** The entry of the target buffer where the branch was last time has it still; if not, it is looked up. */
    private void inEntry(int block, int site, Label done) {
        Label lookUp = new Label();
        Constant.BRANCH_ENTRIES.push(this);
        push(block);
        op(IALOAD);
        store(ENTRY);
        entry(Constant.BRANCHES);
        push(sites.address());
        branch(IF_ICMPNE, lookUp);
        asides.add(() -> {
            code.visitLabel(lookUp);
            lookedUp(site);
            Constant.BRANCH_ENTRIES.push(this);
            push(block);
            Constant.PREDICTOR.push(this);
            push(sites.address());
            call(BranchPredictor.class, "entryOf", "(I)I");
            op(IASTORE);
            branch(GOTO, done);
        });
    }

    private void entry(Constant array) {
        array.push(this);
        load(ENTRY);
        op(IALOAD);
    }

    private void conditional(int block, int site) {
        Label done = new Label();
        inEntry(block, site, done);
        Constant.PREDICTOR.push(this);
        load(ENTRY);
        met(site);
        call(BranchPredictor.class, "conditional", "(IZ)I");
        op(DUP);
        store(HOW);
        push(BranchPredictor.TAKEN);
        Label surprised = surprised(site, done);
        branch(IF_ICMPGT, surprised);
        shiftBranch();
        int taken = (int) Usual.branch(0, clock.foreseen(sites.target()));
        if (taken != 0) {
            // Fetch went on in sequence, or at the target.
            load(HOW);
            op(INEG);
            push(taken);
            ops(IAND, I2L, LOR);
        }
        code.visitVarInsn(LSTORE, USUAL);
        code.visitLabel(done);
    }

    private void direct(int block, int site) {
        Label done = new Label();
        Label elsewhere = new Label();
        inEntry(block, site, done);
        entry(Constant.BRANCH_TARGETS);
        push(sites.target());
        branch(IF_ICMPNE, elsewhere);
        asides.add(() -> {
            code.visitLabel(elsewhere);
            lookedUp(site);
            branch(GOTO, done);
        });
        if (sites.branch() == Branch.CALL) {
            Constant.PREDICTOR.push(this);
            push(sites.next());
            call(BranchPredictor.class, "called", "(I)V");
        }
        shiftBranch();
        code.visitLdcInsn(Usual.branch(0, clock.foreseen(sites.target())));
        op(LOR);
        code.visitVarInsn(LSTORE, USUAL);
        code.visitLabel(done);
    }

    private void returned(int site) {
        Label done = new Label();
        Constant.PREDICTOR.push(this);
        met(site);
        call(BranchPredictor.class, "returned", "(I)I");
        op(DUP);
        store(HOW);
        push(BranchPredictor.TAKEN);
        branch(IF_ICMPNE, surprised(site, done));
        code.visitVarInsn(LLOAD, USUAL);
        Constant.CLOCK.push(this);
        met(site);
        call(MemoizedTiming.class, "foreseen", "(I)I");
        callStatic(Usual.class, "branch", "(JI)J");
        code.visitVarInsn(LSTORE, USUAL);
        code.visitLabel(done);
    }

    /** Pushes what is usual, with room for the branch. */
    private void shiftBranch() {
        code.visitVarInsn(LLOAD, USUAL);
        push(Usual.BRANCH_BITS);
        op(LSHL);
    }

    /** Where to go if fetch did not go on where the branch leads. */
    private Label surprised(int site, Label done) {
        Label surprised = new Label();
        asides.add(() -> {
            code.visitLabel(surprised);
            Constant.CLOCK.push(this);
            code.visitVarInsn(LLOAD, USUAL);
            load(HOW);
            kind();
            behind(site);
            call(MemoizedTiming.class, "branched", "(JI" + BRANCH_TYPE + "IIZ)J");
            code.visitVarInsn(LSTORE, USUAL);
            branch(GOTO, done);
        });
        return surprised;
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
        asides.add(() -> {
            code.visitLabel(other);
            Constant.COURSE.push(this);
            push(number);
            code.visitVarInsn(LLOAD, USUAL);
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
