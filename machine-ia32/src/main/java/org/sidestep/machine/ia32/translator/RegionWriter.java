package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.LCONST_0;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V17;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.machine.Sites;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.mmu.LinearMemory;
import org.sidestep.machine.ia32.timing.memo.BlockSchedule;
import org.sidestep.machine.ia32.timing.memo.Course;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;

/** Writes a region as a class of the host's: a method with the guest's registers in locals and a label for each block. */
final class RegionWriter {
    private static final String PARTS = Type.getDescriptor(Translation.Parts.class);
    private static final String PATH = Type.getInternalName(Path.class);
    /** The beginning of the names of the methods that report. */
    private static final String REPORT = "report";

    private static final int PAGE = ~0xFFF;

    private final Region region;
    /** The clock, if it does more than count; else null. */
    private final MemoizedTiming clock;

    private final Label[] heads;
    private final Label out = new Label();
    /** Where a block is left between two blocks, with the place to go on in {@link Body#TARGET}. */
    private final Label[] borders;

    private final Sites[] sites;
    /** The blocks that are written to their ends. */
    private final boolean[] isReported;

    private BlockBody body;
    private int codeSize;

    /** @param clock the clock that is reported to; null if it counts instructions and asks for nothing else */
    RegionWriter(Region region, MemoizedTiming clock) {
        this.region = region;
        this.clock = clock;
        int count = region.blocks().size();
        heads = labels(count);
        borders = labels(count);
        sites = new Sites[count];
        isReported = new boolean[count];
    }

    boolean isCounted() {
        return clock == null;
    }

    /** The clock that is reported to, or null. */
    MemoizedTiming clock() {
        return clock;
    }

    private static Label[] labels(int count) {
        Label[] labels = new Label[count];
        for (int i = 0; i < count; i++) labels[i] = new Label();
        return labels;
    }

    /** The class, as bytes. */
    byte[] toBytes() {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected String getCommonSuperClass(String one, String other) {
                return "java/lang/Object";
            }
        };
        Label end = write(writer);
        byte[] bytes = writer.toByteArray();
        codeSize = end.getOffset();
        return bytes;
    }

    /** Bytes of the method, once it has been written. */
    int codeSize() {
        return codeSize;
    }

    /**
     * What the class is made with, once it has been written.
     *
     * @param view what memory has to look like, if that is known; else null
     */
    Translation.Parts parts(BlockTranslator owner, LinearMemory view) {
        Block[] blocks = region.blocks().toArray(Block[]::new);
        Object[] schedules = new Object[blocks.length];
        int[] reaches = new int[blocks.length];
        for (int i = 0; i < blocks.length; i++) {
            schedules[i] = blocks[i].schedule;
            if (!isCounted()) reaches[i] = (int) clock.longestDelay(sites[i]);
        }
        return new Translation.Parts(
                owner, view, blocks, schedules, sites, reaches, body.performed().toArray(Op[]::new), body.flat());
    }

    /** Writes the class; returns the end of its method. */
    Label write(ClassVisitor writer) {
        writer.visit(V17, ACC_FINAL | ACC_SUPER, Body.REGION_NAME, null, Body.TRANSLATION_NAME, null);
        MethodVisitor constructor = writer.visitMethod(0, "<init>", "(" + PARTS + ")V", null, null);
        constructor.visitCode();
        constructor.visitVarInsn(ALOAD, 0);
        constructor.visitVarInsn(ALOAD, 1);
        constructor.visitMethodInsn(INVOKESPECIAL, Body.TRANSLATION_NAME, "<init>", "(" + PARTS + ")V", false);
        constructor.visitInsn(RETURN);
        constructor.visitMaxs(0, 0);
        constructor.visitEnd();
        Constant.write(writer, clock);
        MethodVisitor run = writer.visitMethod(0, "run", "(" + Body.FRAME_TYPE + "I)I", null, null);
        run.visitCode();
        body = new BlockBody(run, this);
        begin();
        List<Block> blocks = region.blocks();
        for (int number = 0; number < blocks.size(); number++) write(number, blocks.get(number));
        leave();
        Label end = new Label();
        run.visitLabel(end);
        run.visitMaxs(0, 0);
        run.visitEnd();
        if (!isCounted()) for (int number = 0; number < blocks.size(); number++) report(writer, number);
        writer.visitEnd();
        return end;
    }

    private void report(ClassVisitor writer, int number) {
        if (!isReported[number]) return;
        Block block = region.blocks().get(number);
        MethodVisitor method = writer.visitMethod(ACC_PRIVATE, REPORT + number, Reporting.TYPE, null, null);
        Reporting.write(method, number, (BlockSchedule) block.schedule, sites[number], clock, block.ops.length);
    }

    private void begin() {
        constant(Constant.FRAME, Body.FRAME);
        body.reload();
        body.object(Body.FRAME);
        body.field(Body.FRAME_NAME, "budget", "I");
        body.store(Body.BUDGET);
        look();
        constant(Constant.MET, Body.MET);
        constant(Constant.PATH_NUMBERS, Body.PATH);
        constant(Constant.RAM, Body.RAM);
        complete();
        body.store(Body.COMPLETE);
        for (int local = Body.A; local <= Body.TEMPORARY; local++) zero(local);
        for (int local : new int[] {Body.LEFT, Body.RIGHT, Body.EXIT, Body.TARGET, Body.KEPT}) zero(local);
        for (int local : new int[] {Body.WIDE, Body.WIDE_2}) {
            body.op(LCONST_0);
            body.code.visitVarInsn(LSTORE, local);
        }
        body.op(org.objectweb.asm.Opcodes.ACONST_NULL);
        body.setObject(Body.SEGMENT);
        if (!isCounted()) constant(Constant.COURSE, Body.COURSE);
        body.load(Body.ENTRY);
        body.code.visitTableSwitchInsn(0, heads.length - 1, heads[0], heads);
    }

    /** Memory as the privilege level sees it at which the region is entered, or the only one at which it may be. */
    private void look() {
        if (!region.hasOneView()) {
            body.look();
            return;
        }
        constant(Constant.READ_TAGS, Body.READS);
        constant(Constant.READ_FRAMES, Body.READ_FRAMES);
        constant(Constant.WRITE_TAGS, Body.WRITES);
        constant(Constant.WRITE_FRAMES, Body.WRITE_FRAMES);
    }

    /** Pushes how many blocks had been completed when the method began. */
    private void complete() {
        Constant.PATH.push(body);
        body.field(PATH, "complete", "I");
    }

    private void constant(Constant constant, int local) {
        constant.push(body);
        body.setObject(local);
    }

    /** The host's checker wants every local to have a value where ways meet. */
    private void zero(int local) {
        body.op(ICONST_0);
        body.store(local);
    }

    private void write(int number, Block block) {
        sites[number] = sites(block);
        body.beginBlock(number, sites[number]);
        Label begin = new Label();
        if (isCounted()) admit(number, block);
        else body.code.visitLabel(begin);
        write(block);
        if (isCounted()) return;
        admit(number, block);
        body.branch(GOTO, begin);
    }

    private void write(Block block) {
        Op[] ops = block.ops;
        boolean[] seen = seenFlags(ops);
        int linear = block.linear;
        for (int place = 0; place < ops.length; place++) {
            body.beginInstruction(place, linear, seen[place]);
            Inline inline = Inlined.of(ops[place]);
            if (inline == null) {
                body.branch(GOTO, body.exit());
                return;
            }
            inline.write(body, ops[place]);
            linear += ops[place].length;
        }
        if (!ops[ops.length - 1].instruction.form.endsBlock()) body.end(linear);
    }

    /**
     * A block is entered here: all of it must fit in what may still be executed, and be over before the deadline. How far it may
     * be delayed is known when its sites are, so that this comes behind it, unless the clock counts.
     */
    private void admit(int number, Block block) {
        body.code.visitLabel(heads[number]);
        body.load(Body.BUDGET);
        body.push(block.ops.length);
        body.branch(IF_ICMPLT, body.refusal());
        if (!isCounted()) Reporting.admit(body, (BlockSchedule) block.schedule, sites[number], clock, body.refusal());
        body.code.visitIincInsn(Body.BUDGET, -block.ops.length);
    }

    /** All of a block is done. */
    void report(int number) {
        isReported[number] = true;
        body.object(Body.THIS);
        body.code.visitMethodInsn(INVOKESPECIAL, Body.REGION_NAME, REPORT + number, Reporting.TYPE, false);
    }

    private static Sites sites(Block block) {
        Op[] ops = block.ops;
        int[] first = new int[ops.length];
        int[] last = new int[ops.length];
        for (int i = 0; i < ops.length; i++) {
            first[i] = block.line + ops[i].firstLineOffset;
            last[i] = block.line + ops[i].lastLineOffset;
        }
        return new Sites(first, last);
    }

    /** Of each instruction, whether anybody looks at the flags that it leaves. */
    private static boolean[] seenFlags(Op[] ops) {
        boolean[] seen = new boolean[ops.length];
        boolean live = true;
        for (int i = ops.length - 1; i >= 0; i--) {
            seen[i] = live;
            if (Successors.replacesFlags(ops[i])) live = false;
            live |= Successors.readsFlags(ops[i]) | Successors.touchesMemory(ops[i]);
        }
        return seen;
    }

    /** Goes on at a known place: within the region, or out of it. */
    void goOn(BlockBody at, int eip) {
        int number = region.numberOf(eip);
        Label border = borders[at.block()];
        if (number < 0) {
            at.push(eip);
            at.store(Body.TARGET);
            at.branch(GOTO, border);
            return;
        }
        Block from = region.blocks().get(at.block());
        Block to = region.blocks().get(number);
        if (((from.linear ^ to.linear) & PAGE) != 0) {
            at.push(eip);
            at.store(Body.TARGET);
            checkPage(at, number, border);
        }
        at.branch(GOTO, heads[number]);
    }

    /** The way to another page must still be known, or come to be, and lead to the same page of memory. */
    private void checkPage(BlockBody at, int number, Label border) {
        Block to = region.blocks().get(number);
        Label unknown = new Label();
        fetched(at, "fetchTags", to, to.linear & PAGE, unknown);
        fetched(at, "fetchFrames", to, to.physical & PAGE, unknown);
        at.branch(GOTO, heads[number]);
        at.code.visitLabel(unknown);
        at.object(Body.FRAME);
        at.push(number);
        at.load(Body.BUDGET);
        at.call(Frame.class, "fetches", "(II)Z");
        at.branch(IFEQ, border);
    }

    private static void fetched(BlockBody at, String array, Block to, int value, Label border) {
        at.pages(array);
        at.push(to.linear >>> 12 & 127);
        at.op(IALOAD);
        at.push(value);
        at.branch(IF_ICMPNE, border);
    }

    /** Goes on at {@link Body#TARGET}: where it has gone on before, at the place behind a call, or out of the region. */
    void goOnAtTarget(BlockBody at, boolean isReturn) {
        goOnAtTarget(at, isReturn, false);
    }

    /** The same at another privilege level, for which the page may not be known, and if nobody is to be told before. */
    void goOnElsewhere(BlockBody at) {
        at.object(Body.FRAME);
        at.call(Frame.class, "isDisturbed", "()Z");
        at.branch(IFNE, borders[at.block()]);
        goOnAtTarget(at, false, true);
    }

    private void goOnAtTarget(BlockBody at, boolean isReturn, boolean crosses) {
        Block from = region.blocks().get(at.block());
        Set<Integer> places = new TreeSet<>(from.followers());
        for (Block block : region.blocks()) {
            if (isReturn && Successors.isCall(block)) places.add(block.linear + block.length);
        }
        places.removeIf(place -> region.numberOf(place) < 0);
        Label border = borders[at.block()];
        if (places.isEmpty()) {
            at.branch(GOTO, border);
            return;
        }
        int[] keys = places.stream().mapToInt(Integer::intValue).toArray();
        Label[] ways = labels(keys.length);
        at.load(Body.TARGET);
        at.code.visitLookupSwitchInsn(border, keys, ways);
        for (int i = 0; i < keys.length; i++) {
            at.code.visitLabel(ways[i]);
            int number = region.numberOf(keys[i]);
            Block to = region.blocks().get(number);
            if (crosses || ((from.linear ^ to.linear) & PAGE) != 0) checkPage(at, number, border);
            at.branch(GOTO, heads[number]);
        }
    }

    /** The ways out. */
    private void leave() {
        body.exits().forEach((exit, label) -> {
            body.code.visitLabel(label);
            body.push(exit);
            body.store(Body.EXIT);
            body.branch(GOTO, out);
        });
        Label border = new Label();
        for (int number = 0; number < borders.length; number++) {
            body.code.visitLabel(borders[number]);
            body.push(Frame.exit(number, Translation.WHOLE, false));
            body.store(Body.EXIT);
            body.branch(GOTO, border);
        }
        body.code.visitLabel(border);
        body.object(Body.FRAME);
        body.field(Body.FRAME_NAME, "cpu", Type.getDescriptor(Cpu.class));
        body.load(Body.TARGET);
        body.code.visitFieldInsn(PUTFIELD, Type.getInternalName(Cpu.class), "eip", "I");
        body.code.visitLabel(out);
        body.spill();
        if (!isCounted()) {
            body.object(Body.COURSE);
            body.load(Body.COMPLETE);
            complete();
            body.op(ISUB);
            body.call(Course.class, "stand", "(I)V");
        }
        body.object(Body.FRAME);
        body.load(Body.BUDGET);
        body.code.visitFieldInsn(PUTFIELD, Body.FRAME_NAME, "budget", "I");
        Constant.PATH.push(body);
        body.load(Body.COMPLETE);
        body.code.visitFieldInsn(PUTFIELD, PATH, "complete", "I");
        body.load(Body.EXIT);
        body.op(IRETURN);
    }
}
