package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.instruction.InstructionSet;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.observe.CodeWatches;

/** Decodes blocks at the current CS:EIP. */
final class BlockReader {
    private static final int LONGEST = 48;

    /** A block ends with so many loads: what more of them have met, a memory of steps could not compare at once. */
    private static final int MOST_LOADS = 12;

    private static final int PAGE = 0x1000;
    private static final int LONGEST_INSTRUCTION = 15;

    /** Thrown to end a block before an instruction that runs into the next page. */
    private static final class PageEnd extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PageEnd() {
            super(null, null, false, false);
        }
    }

    private static final PageEnd PAGE_END = new PageEnd();

    private final Cpu cpu;
    private final Ram ram;
    private final CodeWatches watches;
    private final Decoder decoder = new Decoder();
    private final KnownInstructions known = new KnownInstructions();
    private final KnownBlocks blocks = new KnownBlocks();
    private final KnownSchedules schedules = new KnownSchedules();

    private int start;
    private int startPhysical;
    private int offset;
    private int secondPage;
    private boolean mayCross;

    /** @param watches where a block must begin */
    BlockReader(Cpu cpu, Ram ram, CodeWatches watches) {
        this.cpu = cpu;
        this.ram = ram;
        this.watches = watches;
    }

    /**
     * The block at EIP, whose physical address is known.
     *
     * @throws Fault what fetching its first instruction raises; later ones only end the block
     */
    Block read(int physical, int atMost) {
        start = cpu.eip;
        startPhysical = physical;
        offset = 0;
        secondPage = 0;
        int linear = cpu.linearCode(start);
        boolean default32 = cpu.segments[Cpu.CS].big;
        boolean within = holdsLongest();
        long beginning = within ? bytes(physical) : 0;
        Block alike = within && atMost > 1 ? known(beginning, linear, default32) : null;
        if (alike != null) return alike;
        List<Op> ops = new ArrayList<>();
        int loads = 0;
        while (loads < MOST_LOADS && ops.size() < Math.min(LONGEST, atMost)) {
            int begin = offset;
            Op op = next(ops.isEmpty(), default32);
            if (op == null || asksTheTime(op.instruction) && !ops.isEmpty()) {
                offset = begin;
                break;
            }
            ops.add(op);
            if (loads(op.instruction)) loads++;
            boolean crossed = (linear & PAGE - 1) + offset >= PAGE;
            if (crossed || ends(op.instruction) || watches.contains(linear + offset)) break;
        }
        boolean watched = watches.contains(linear);
        Op[] all = ops.toArray(Op[]::new);
        Block block = new Block(
                linear, physical, Block.lineOf(physical), default32, all, schedule(all), code(), secondPage, watched);
        boolean full = all.length == LONGEST || loads == MOST_LOADS;
        boolean complete = full || all.length > 0 && ends(all[all.length - 1].instruction);
        if (complete && within) blocks.add(beginning, block);
        return block;
    }

    /** The block at EIP, if one of the same code is known that ends where this must. */
    private Block known(long beginning, int linear, boolean default32) {
        Block alike = blocks.find(beginning, startPhysical, default32);
        if (alike == null
                || (linear & PAGE - 1) + alike.length > PAGE
                || !cpu.segments[Cpu.CS].within(start, alike.length)
                || !ram.holds(startPhysical, alike.code)
                || watches.anyBetween(linear, linear + alike.length)) return null;
        return alike.movedTo(linear, startPhysical, watches.contains(linear));
    }

    /**
     * The block that begins with the operation {@code done} (1 or more) of {@code whole}, since execution left it before its
     * end. Nothing is decoded anew: whatever makes execution stop between two instructions costs that once, not once for
     * each instruction behind it.
     */
    Block rest(Block whole, int done) {
        Op[] ops = Arrays.copyOfRange(whole.ops, done, whole.ops.length);
        int skipped = 0;
        for (int i = 0; i < done; i++) skipped += whole.ops[i].length;
        return new Block(
                whole.linear + skipped,
                whole.physical + skipped,
                whole.line,
                whole.default32,
                ops,
                schedule(ops),
                Arrays.copyOfRange(whole.code, skipped, whole.length),
                whole.secondPage,
                false);
    }

    private Object schedule(Op[] ops) {
        Object[] handles = new Object[ops.length];
        for (int i = 0; i < ops.length; i++) handles[i] = ops[i].timing;
        return schedules.of(handles, cpu.timing::schedule);
    }

    /** The bytes, as far as they are in memory: to read others again could change a device. */
    private byte[] code() {
        byte[] code = new byte[offset];
        for (int i = 0; i < offset; i++) {
            if (ram.contains(physical(i), 1)) code[i] = (byte) ram.read8(physical(i));
        }
        return code;
    }

    private static boolean ends(Instruction instruction) {
        return instruction.form.endsBlock() || instruction.repeat != 0 || asksTheTime(instruction);
    }

    /** It is alone in its block: where one begins the clock knows the time, within one it has to find out. */
    private static boolean asksTheTime(Instruction instruction) {
        return instruction.form.privilege() == InstructionForm.Privilege.IO_BITMAP
                || instruction.form.mnemonic().equals("rdtsc");
    }

    private static boolean loads(Instruction i) {
        String mnemonic = i.form.mnemonic();
        if (mnemonic.equals("pop") || mnemonic.equals("leave")) return true;
        if (i.modrm < 0 || i.isRegisterForm()) return false;
        for (OperandForm operand : i.form.operands()) {
            if (!operand.kind().isRegisterOrMemory() && operand.kind() != OperandForm.Kind.M) continue;
            return operand.access() == Access.READ || operand.access() == Access.READ_WRITE;
        }
        return false;
    }

    /** The next instruction, or null if the block has to end before it. */
    private Op next(boolean first, boolean default32) {
        int begin = offset;
        mayCross = first;
        boolean within = holdsLongest();
        long bytes = within ? bytes(physical(begin)) : 0;
        Op op = within ? known.find(bytes, default32) : null;
        if (op != null) {
            offset += op.length;
        } else {
            try {
                op = decode(default32);
            } catch (PageEnd end) {
                return null;
            } catch (Fault fault) {
                if (first) throw fault;
                return null;
            }
            if (within) known.add(bytes, default32, op);
        }
        int base = Block.lineOf(startPhysical);
        return op.inLines(Block.lineOf(physical(begin)) - base, Block.lineOf(physical(offset - 1)) - base);
    }

    private Op decode(boolean default32) {
        Instruction instruction = decoder.decode((ByteSource) this::fetch, default32);
        return InstructionSet.ready(instruction, cpu.features, cpu.timing.prepare(instruction));
    }

    /** Whether no instruction that begins here can meet the end of the page, of memory or of the segment. */
    private boolean holdsLongest() {
        return !crosses(offset + LONGEST_INSTRUCTION)
                && ram.contains(physical(offset), LONGEST_INSTRUCTION)
                && cpu.segments[Cpu.CS].within(start + offset, LONGEST_INSTRUCTION);
    }

    private long bytes(int physical) {
        return Integer.toUnsignedLong(ram.read32(physical)) | (long) ram.read32(physical + 4) << 32;
    }

    private int fetch() {
        int linear = cpu.segments[Cpu.CS].fetchable(start + offset);
        if (crosses(offset) && secondPage == 0) {
            if (!mayCross) throw PAGE_END;
            secondPage = cpu.mmu.fetch(linear, cpu.cpl() == 3);
        }
        int octet = ram.read8(physical(offset));
        offset++;
        return octet;
    }

    private boolean crosses(int at) {
        return (startPhysical & PAGE - 1) + at >= PAGE;
    }

    private int physical(int at) {
        if (!crosses(at)) return startPhysical + at;
        return secondPage + at - (PAGE - (startPhysical & PAGE - 1));
    }
}
