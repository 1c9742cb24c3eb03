package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPLE;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.IXOR;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.memory.Ram;

/** The words for what the instructions of a block need beyond registers: memory, flags, and ways out. */
final class BlockBody extends Body {
    private static final int FIRST_SPECIAL_SEGMENT = 4;

    private final Map<Integer, Label> exits = new TreeMap<>();
    private final List<Op> performed = new ArrayList<>();
    private final RegionWriter region;

    /** The block that is being written, and its instruction. */
    private int block;

    private int place;
    private int address;
    private Sites sites;

    /** Whether what the current instruction does to the arithmetic flags is seen by anybody. */
    boolean flagsSeen;

    /** The last instruction that wrote flags compared {@link #LEFT} with {@link #RIGHT}. */
    boolean compared;

    private int flat;

    /** @param region knows where the other blocks are */
    BlockBody(MethodVisitor code, RegionWriter region) {
        super(code);
        this.region = region;
    }

    void beginBlock(int number, Sites blockSites) {
        block = number;
        sites = blockSites;
        compared = false;
    }

    void beginInstruction(int number, int linear, boolean seen) {
        place = number;
        address = linear;
        flagsSeen = seen;
        if (number > 0) sites.addLines(number);
    }

    int place() {
        return place;
    }

    int block() {
        return block;
    }

    Sites sites() {
        return sites;
    }

    /** The segments that have been taken to be flat. */
    int flat() {
        return flat;
    }

    List<Op> performed() {
        return performed;
    }

    /** Where to go if the interpreter has to execute the current instruction, and those behind it. */
    Label exit() {
        return exits.computeIfAbsent(Frame.exit(block, place, true), code -> new Label());
    }

    /** Where to go if the interpreter has to execute the current block. */
    Label refusal() {
        return exits.computeIfAbsent(Frame.exit(block, 0, false), code -> new Label());
    }

    Map<Integer, Label> exits() {
        return exits;
    }

    /** The linear address behind the current instruction, which is also its offset in the code segment. */
    int behind(Op op) {
        return address + op.length;
    }

    /** Adds the branch of the current instruction to the sites of the block; its number. */
    int branches(Timing.Branch kind, Op op, int displacement) {
        return sites.add(kind, place, address, behind(op), behind(op) + displacement);
    }

    /** The block is over, and execution goes on at a known place. */
    void end(int eip) {
        complete();
        region.goOn(this, eip);
    }

    /** The block is over, and execution goes on at {@link #TARGET}. */
    void endIndirect(int site, boolean isReturn) {
        met(site, TARGET);
        complete();
        region.goOnAtTarget(this, isReturn);
    }

    private void complete() {
        object(THIS);
        object(FRAME);
        push(block);
        push(place + 1);
        call(Translation.class, "complete", "(" + FRAME_TYPE + "II)V");
    }

    /** Lets the interpreter's semantics execute the current instruction. */
    void perform(Op op) {
        spill();
        object(THIS);
        object(FRAME);
        push(performed.size());
        call(Translation.class, "perform", "(" + FRAME_TYPE + "I)V");
        performed.add(op);
        reload();
    }

    /** Puts the linear address of a memory operand into {@link #LINEAR}. */
    void address(Instruction i, boolean write) {
        offset(i.base, i.index, i.scale, i.displacement);
        linear(i.segment, write);
    }

    /** Makes the offset on the stack a linear address. */
    void linear(int segment, boolean write) {
        store(LINEAR);
        if (segment < FIRST_SPECIAL_SEGMENT) {
            flat |= 1 << segment;
            return;
        }
        object(FRAME);
        field(FRAME_NAME, "segments", Type.getDescriptor(SegmentRegister[].class));
        push(segment);
        op(AALOAD);
        setObject(SEGMENT);
        load(LINEAR);
        push(Integer.MIN_VALUE);
        op(IADD);
        object(SEGMENT);
        call(SegmentRegister.class, write ? "writeEnd" : "readEnd", "()I");
        branch(IF_ICMPGE, exit());
        load(LINEAR);
        object(SEGMENT);
        field(Type.getInternalName(SegmentRegister.class), "base", "I");
        op(IADD);
        store(LINEAR);
    }

    /** Pushes what {@code bytes} at {@link #LINEAR} hold, zero-extended. */
    void loadMemory(int bytes) {
        physical(READS, READ_FRAMES, bytes);
        report(Sites.LOAD, bytes);
        read(bytes);
    }

    private void read(int bytes) {
        object(RAM);
        load(PHYSICAL);
        call(Ram.class, bytes == 4 ? "dword" : bytes == 2 ? "word" : "octet", "(I)I");
    }

    /** Pops into {@code bytes} at {@link #LINEAR}. The value must not be on the stack yet if the way there may leave. */
    void storeMemory(int bytes, int valueLocal) {
        physical(WRITES, WRITE_FRAMES, bytes);
        report(Sites.STORE, bytes);
        write(bytes, valueLocal);
    }

    private void write(int bytes, int valueLocal) {
        object(RAM);
        load(PHYSICAL);
        load(valueLocal);
        call(Ram.class, bytes == 4 ? "dword" : bytes == 2 ? "word" : "octet", "(II)V");
    }

    /** Pushes what {@code bytes} at {@link #LINEAR} hold, before {@link #updated}. */
    void updateMemory(int bytes) {
        physical(WRITES, WRITE_FRAMES, bytes);
        report(Sites.LOAD, bytes);
        read(bytes);
    }

    void updated(int bytes, int valueLocal) {
        report(Sites.STORE, bytes);
        write(bytes, valueLocal);
    }

    private void report(int kind, int bytes) {
        met(sites.add(kind, place, bytes), PHYSICAL);
    }

    /** A hit in the page cache needs no further check; everything else is the interpreter's. */
    private void physical(int tags, int frames, int bytes) {
        object(tags);
        object(frames);
        load(LINEAR);
        callStatic(Frame.class, bytes == 4 ? "dword" : bytes == 2 ? "word" : "octet", "([I[II)I");
        op(DUP);
        store(PHYSICAL);
        branch(IFLT, exit());
    }

    /** ZF, SF and PF from the sign-extended result in a local; CF, OF and AF are clear. */
    void logicFlags(int result) {
        compared = false;
        if (!flagsSeen) return;
        resultFlags(result);
        op(ICONST_0);
        store(CARRIES);
    }

    void resultFlags(int result) {
        load(result);
        op(DUP);
        store(ZERO);
        store(SIGN);
    }

    /** Goes to {@code label} if a condition (in the manual's coding) holds. */
    void branchIf(int condition, Label label) {
        if (compared && branchCompared(condition, label)) return;
        boolean negated = (condition & 1) != 0;
        switch (condition >> 1) {
            case 0 -> {
                overflow();
                branch(negated ? IFGE : IFLT, label);
            }
            case 1 -> {
                load(CARRIES);
                branch(negated ? IFGE : IFLT, label);
            }
            case 2 -> {
                load(ZERO);
                branch(negated ? IFNE : IFEQ, label);
            }
            case 3 -> either(negated, label, () -> load(CARRIES));
            case 4 -> {
                load(SIGN);
                branch(negated ? IFGE : IFLT, label);
            }
            case 5 -> {
                push(0x9669);
                load(SIGN);
                load(SIGN);
                push(4);
                op(org.objectweb.asm.Opcodes.ISHR);
                op(IXOR);
                push(15);
                op(IAND);
                op(org.objectweb.asm.Opcodes.ISHR);
                push(1);
                op(IAND);
                branch(negated ? IFEQ : IFNE, label);
            }
            case 6 -> {
                less();
                branch(negated ? IFGE : IFLT, label);
            }
            default -> either(negated, label, this::less);
        }
    }

    /** ZF, or what is negative. */
    private void either(boolean negated, Label label, Runnable pushed) {
        if (!negated) {
            load(ZERO);
            branch(IFEQ, label);
            pushed.run();
            branch(IFLT, label);
            return;
        }
        Label no = new Label();
        load(ZERO);
        branch(IFEQ, no);
        pushed.run();
        branch(IFGE, label);
        code.visitLabel(no);
    }

    private void overflow() {
        load(CARRIES);
        load(CARRIES);
        push(1);
        ops(ISHL, IXOR);
    }

    private void less() {
        load(SIGN);
        overflow();
        op(IXOR);
    }

    /** The host compares faster than flags are derived. */
    private boolean branchCompared(int condition, Label label) {
        int opcode = switch (condition) {
            case 2, 12 -> IF_ICMPLT;
            case 3, 13 -> IF_ICMPGE;
            case 4 -> IF_ICMPEQ;
            case 5 -> IF_ICMPNE;
            case 6, 14 -> IF_ICMPLE;
            case 7, 15 -> IF_ICMPGT;
            default -> -1;
        };
        if (opcode < 0) return false;
        boolean unsigned = condition < 8 && condition != 4 && condition != 5;
        compareOperand(LEFT, unsigned);
        compareOperand(RIGHT, unsigned);
        branch(opcode, label);
        return true;
    }

    private void compareOperand(int local, boolean unsigned) {
        load(local);
        if (!unsigned) return;
        push(Integer.MIN_VALUE);
        op(IADD);
    }
}
