package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IASTORE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;

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
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.memory.Ram;

/** The words for what the instructions of a block need beyond registers and flags: memory, and ways out. */
final class BlockBody extends FlagBody {
    private static final int FIRST_SPECIAL_SEGMENT = 4;

    private final Map<Integer, Label> exits = new TreeMap<>();
    private final List<Op> performed = new ArrayList<>();
    private final RegionWriter region;

    /** The block that is being written, and its instruction. */
    private int block;

    private int place;
    private int address;
    private Sites sites;

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

    /** The block is over with an event, and execution goes on at another privilege level, where the processor says. */
    void endElsewhere(Timing.Event event) {
        sites.add(Sites.EVENT, place, event.ordinal());
        object(FRAME);
        field(FRAME_NAME, "cpu", Type.getDescriptor(Cpu.class));
        field(Type.getInternalName(Cpu.class), "next", "I");
        store(TARGET);
        object(FRAME);
        call(Frame.class, "look", "()V");
        look();
        complete();
        region.goOnElsewhere(this);
    }

    /** The current instruction accesses memory, without being written out: adds the site of each access, of so many bytes. */
    void accesses(int kind, int... bytes) {
        for (int each : bytes) sites.add(kind, place, each);
    }

    /** A branch at the end of the block is not taken, or it is at {@code taken}. */
    void fork(Op op, int displacement, Label taken) {
        int site = branches(Timing.Branch.CONDITIONAL, op, displacement);
        int target = behind(op) + displacement;
        if (region.isCounted()) {
            end(behind(op));
            code.visitLabel(taken);
            end(target);
            return;
        }
        Label both = new Label();
        Label goesThere = new Label();
        push(0);
        branch(GOTO, both);
        code.visitLabel(taken);
        push(1);
        code.visitLabel(both);
        store(TEMPORARY);
        met(site, TEMPORARY);
        complete();
        object(MET);
        push(site);
        op(IALOAD);
        branch(IFNE, goesThere);
        region.goOn(this, behind(op));
        code.visitLabel(goesThere);
        region.goOn(this, target);
    }

    private void complete() {
        if (!region.isCounted()) region.report(block);
        object(PATH);
        load(COMPLETE);
        push(Path.LENGTH - 1);
        op(IAND);
        push(block);
        op(IASTORE);
        code.visitIincInsn(COMPLETE, 1);
    }

    /** Enters the value of a local as what a site has met. */
    private void met(int site, int local) {
        if (region.isCounted()) return;
        object(MET);
        push(site);
        load(local);
        op(IASTORE);
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

    /** A hit in the page cache needs no further check; otherwise the page may be brought in, or all is the interpreter's. */
    private void physical(int tags, int frames, int bytes) {
        object(FRAME);
        object(tags);
        object(frames);
        load(LINEAR);
        push(bytes);
        push(Frame.access(sites.count(), block));
        callStatic(Frame.class, tags == READS ? "read" : "write", "(" + FRAME_TYPE + "[I[IIII)I");
        op(DUP);
        store(PHYSICAL);
        branch(IFLT, exit());
    }
}
