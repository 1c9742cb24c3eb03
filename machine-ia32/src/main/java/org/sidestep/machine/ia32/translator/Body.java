package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IASTORE;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.SIPUSH;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.machine.ia32.cpu.Flags;

/**
 * The words in which translated code is written: the guest's registers and flag words are locals of the host's method, and
 * each value that an instruction needs is on the operand stack.
 */
class Body {
    static final int THIS = 0;
    static final int FRAME = 1;
    static final int ENTRY = 2;
    static final int EAX = 3;
    static final int ZERO = 11;
    static final int SIGN = 12;
    static final int CARRIES = 13;
    static final int BUDGET = 14;
    static final int READS = 15;
    static final int READ_FRAMES = 16;
    static final int WRITES = 17;
    static final int WRITE_FRAMES = 18;
    static final int RAM = 19;
    static final int MET = 20;
    static final int PATH = 21;
    /** Blocks that are complete. */
    static final int COMPLETE = 22;
    /** For one instruction: operands, result, linear and physical address, and whatever else. */
    static final int A = 26;

    static final int B = 27;
    static final int RESULT = 28;
    static final int LINEAR = 29;
    static final int PHYSICAL = 30;
    static final int TEMPORARY = 32;
    static final int SEGMENT = 33;
    /** The operands of the last comparison. */
    static final int LEFT = 35;

    static final int RIGHT = 36;
    static final int EXIT = 37;
    static final int TARGET = 38;
    /** Of two words. */
    static final int WIDE = 39;

    static final int WIDE_2 = 41;

    /** The carry that INC and DEC keep. */
    static final int KEPT = 43;

    /** The clock's {@code Course}, unless the clock only counts. */
    static final int COURSE = 44;

    static final String FRAME_NAME = Type.getInternalName(Frame.class);
    static final String FRAME_TYPE = Type.getDescriptor(Frame.class);
    static final String TRANSLATION_NAME = Type.getInternalName(Translation.class);
    /** Of each generated class. */
    static final String REGION_NAME = TRANSLATION_NAME + "Region";

    private static final String FLAGS_NAME = Type.getInternalName(Flags.class);
    /** In the order of the locals from {@link #ZERO} on. */
    private static final String[] FLAG_WORDS = {"zero", "sign", "carries"};

    final MethodVisitor code;

    Body(MethodVisitor code) {
        this.code = code;
    }

    /** An instruction of the host that has no operand. */
    final void op(int opcode) {
        code.visitInsn(opcode);
    }

    final void ops(int... opcodes) {
        for (int opcode : opcodes) code.visitInsn(opcode);
    }

    final void load(int local) {
        code.visitVarInsn(ILOAD, local);
    }

    final void store(int local) {
        code.visitVarInsn(ISTORE, local);
    }

    final void object(int local) {
        code.visitVarInsn(ALOAD, local);
    }

    final void setObject(int local) {
        code.visitVarInsn(ASTORE, local);
    }

    final void push(int value) {
        if (value >= -1 && value <= 5) code.visitInsn(ICONST_0 + value);
        else if (value == (byte) value) code.visitIntInsn(BIPUSH, value);
        else if (value == (short) value) code.visitIntInsn(SIPUSH, value);
        else code.visitLdcInsn(value);
    }

    /** Pushes a general register, zero-extended. */
    final void reg(int number, int bytes) {
        if (bytes == 1) {
            load(EAX + (number & 3));
            if (number >= 4) {
                push(8);
                op(ISHR);
            }
            push(0xFF);
            op(IAND);
            return;
        }
        load(EAX + number);
        if (bytes == 4) return;
        push(0xFFFF);
        op(IAND);
    }

    /** Pops into a general register; bits above its size do not matter. */
    final void setReg(int number, int bytes) {
        if (bytes == 4) {
            store(EAX + number);
            return;
        }
        int shift = bytes == 1 && number >= 4 ? 8 : 0;
        int local = EAX + (bytes == 1 ? number & 3 : number);
        int mask = bytes == 1 ? 0xFF : 0xFFFF;
        push(mask);
        op(IAND);
        if (shift != 0) {
            push(shift);
            op(ISHL);
        }
        load(local);
        push(~(mask << shift));
        ops(IAND, IOR);
        store(local);
    }

    /** Sign-extends what is on the stack. */
    final void extend(int bytes) {
        if (bytes == 4) return;
        push(32 - 8 * bytes);
        op(ISHL);
        push(32 - 8 * bytes);
        op(ISHR);
    }

    final void field(String owner, String name, String type) {
        code.visitFieldInsn(GETFIELD, owner, name, type);
    }

    final void call(Class<?> owner, String name, String type) {
        code.visitMethodInsn(INVOKEVIRTUAL, Type.getInternalName(owner), name, type, false);
    }

    final void callStatic(Class<?> owner, String name, String type) {
        code.visitMethodInsn(INVOKESTATIC, Type.getInternalName(owner), name, type, false);
    }

    final void branch(int opcode, org.objectweb.asm.Label label) {
        code.visitJumpInsn(opcode, label);
    }

    /** Registers and flags go back to the processor. */
    final void spill() {
        object(FRAME);
        for (int local = EAX; local <= CARRIES; local++) load(local);
        callStatic(Frame.class, "leave", "(" + FRAME_TYPE + "IIIIIIIIIII)V");
    }

    /** One general register goes back to the processor. */
    final void spill(int number) {
        object(FRAME);
        field(FRAME_NAME, "r", "[I");
        push(number);
        load(EAX + number);
        op(IASTORE);
    }

    /** The flags go back to the processor. */
    final void spillFlags() {
        for (int i = 0; i < FLAG_WORDS.length; i++) {
            flags();
            load(ZERO + i);
            code.visitFieldInsn(PUTFIELD, FLAGS_NAME, FLAG_WORDS[i], "I");
        }
    }

    /** Registers and flags come from the processor. */
    final void reload() {
        for (int n = 0; n < 8; n++) reload(n);
        reloadFlags();
    }

    /** One general register comes from the processor. */
    final void reload(int number) {
        object(FRAME);
        field(FRAME_NAME, "r", "[I");
        push(number);
        op(IALOAD);
        store(EAX + number);
    }

    /** The flags come from the processor. */
    final void reloadFlags() {
        for (int i = 0; i < FLAG_WORDS.length; i++) {
            flags();
            field(FLAGS_NAME, FLAG_WORDS[i], "I");
            store(ZERO + i);
        }
    }

    private void flags() {
        object(FRAME);
        field(FRAME_NAME, "flags", Type.getDescriptor(Flags.class));
    }

    /** Memory as the current privilege level sees it. */
    final void look() {
        pages("readTags");
        setObject(READS);
        pages("readFrames");
        setObject(READ_FRAMES);
        pages("writeTags");
        setObject(WRITES);
        pages("writeFrames");
        setObject(WRITE_FRAMES);
    }

    /** Pushes an array of the pages at hand. */
    final void pages(String name) {
        object(FRAME);
        field(FRAME_NAME, "pages", Type.getDescriptor(PagesAtHand.class));
        field(Type.getInternalName(PagesAtHand.class), name, "[I");
    }

    /** Pushes the offset of a memory operand. */
    final void offset(int base, int index, int scale, int displacement) {
        boolean any = false;
        if (base >= 0) {
            load(EAX + base);
            any = true;
        }
        if (index >= 0) {
            load(EAX + index);
            if (scale != 0) {
                push(scale);
                op(ISHL);
            }
            if (any) op(IADD);
            any = true;
        }
        if (displacement != 0 || !any) {
            push(displacement);
            if (any) op(IADD);
        }
    }
}
