package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.CHECKCAST;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.PUTSTATIC;
import static org.objectweb.asm.Opcodes.RETURN;

import java.lang.invoke.MethodHandles;
import java.util.function.Function;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.timing.OutOfOrderTiming;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.Course;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Walks;

/**
 * What never changes for a machine, so that the host's compiler may know it: a static field of each generated class, set from
 * what the class is defined with. Saves it to follow and to check half a dozen references at each access.
 */
enum Constant {
    FRAME(Frame.class, frame -> frame),
    RAM(Ram.class, frame -> frame.ram),
    MET(int[].class, frame -> frame.met),
    PATH(Path.class, frame -> frame.path),
    PATH_NUMBERS(int[].class, frame -> frame.path.numbers),
    // Of the privilege level at which the class is made, for a region that has but one.
    READ_TAGS(int[].class, frame -> frame.pages.readTags),
    READ_FRAMES(int[].class, frame -> frame.pages.readFrames),
    WRITE_TAGS(int[].class, frame -> frame.pages.writeTags),
    WRITE_FRAMES(int[].class, frame -> frame.pages.writeFrames),
    // The rest of a clock that does more than to count.
    COURSE(Course.class, frame -> frame.course),
    CLOCK(MemoizedTiming.class, frame -> frame.course.clock),
    WALKS(Walks.class, frame -> frame.course.walks),
    FIRST_LEVEL(FirstLevel.class, frame -> frame.course.first),
    CODE_TAGS(int[].class, frame -> frame.course.first.code().tags()),
    DATA_TAGS(int[].class, frame -> frame.course.first.data().tags()),
    /** Of each block the entry that the predictor had for its branch; a guess. */
    BRANCH_ENTRIES(int[].class, frame -> new int[Region.MOST_BLOCKS]),
    // And of one whose core executes out of order.
    OUT_OF_ORDER(OutOfOrderTiming.class, Constant::outOfOrder),
    FORWARDING(Forwarding.class, frame -> frame.course.first.forwarding()),
    STORED_WORDS(int[].class, frame -> frame.course.first.forwarding().words()),
    PREDICTOR(BranchPredictor.class, frame -> outOfOrder(frame).predictor()),
    BRANCHES(int[].class, frame -> outOfOrder(frame).predictor().addresses()),
    BRANCH_TARGETS(int[].class, frame -> outOfOrder(frame).predictor().targets());

    private static final String DATA =
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)" + "Ljava/lang/Object;";

    private final Class<?> type;
    private final Function<Frame, Object> value;

    <T> Constant(Class<T> type, Function<Frame, T> value) {
        this.type = type;
        this.value = value::apply;
    }

    private static OutOfOrderTiming outOfOrder(Frame frame) {
        return (OutOfOrderTiming) frame.course.clock;
    }

    /** @param clock null if it just counts */
    private boolean isUsed(MemoizedTiming clock) {
        if (clock == null) return compareTo(COURSE) < 0;
        return clock instanceof OutOfOrderTiming || compareTo(OUT_OF_ORDER) < 0;
    }

    /** What a class is defined with. */
    static Object[] values(Frame frame, MemoizedTiming clock) {
        Object[] values = new Object[values().length];
        for (Constant each : values()) if (each.isUsed(clock)) values[each.ordinal()] = each.value.apply(frame);
        return values;
    }

    /** Pushes it. */
    void push(Body at) {
        at.code.visitFieldInsn(GETSTATIC, Body.REGION_NAME, name(), Type.getDescriptor(type));
    }

    /** Writes the fields of a class, and the method that sets them. */
    static void write(ClassVisitor writer, MemoizedTiming clock) {
        MethodVisitor code = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
        code.visitCode();
        code.visitMethodInsn(
                INVOKESTATIC,
                Type.getInternalName(MethodHandles.class),
                "lookup",
                "()" + Type.getDescriptor(MethodHandles.Lookup.class),
                false);
        code.visitLdcInsn("_");
        code.visitLdcInsn(Type.getType(Object[].class));
        code.visitMethodInsn(INVOKESTATIC, Type.getInternalName(MethodHandles.class), "classData", DATA, false);
        code.visitTypeInsn(CHECKCAST, Type.getInternalName(Object[].class));
        code.visitVarInsn(ASTORE, 0);
        for (Constant each : values()) if (each.isUsed(clock)) each.write(writer, code);
        code.visitInsn(RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private void write(ClassVisitor writer, MethodVisitor code) {
        String descriptor = Type.getDescriptor(type);
        writer.visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, name(), descriptor, null, null);
        code.visitVarInsn(ALOAD, 0);
        code.visitIntInsn(BIPUSH, ordinal());
        code.visitInsn(AALOAD);
        code.visitTypeInsn(CHECKCAST, Type.getInternalName(type));
        code.visitFieldInsn(PUTSTATIC, Body.REGION_NAME, name(), descriptor);
    }
}
