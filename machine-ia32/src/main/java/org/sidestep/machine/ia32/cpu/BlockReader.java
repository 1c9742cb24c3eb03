package org.sidestep.machine.ia32.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;

/** Decodes blocks at the current CS:EIP. */
final class BlockReader {
    private static final int LONGEST = 48;
    private static final int PAGE = 0x1000;

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
    private final Set<Integer> watches;
    private final Decoder decoder = new Decoder();

    private int start;
    private int startPhysical;
    private int offset;
    private int secondPage;
    private boolean mayCross;

    /** @param watches linear addresses at which a block must begin */
    BlockReader(Cpu cpu, Ram ram, Set<Integer> watches) {
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
        List<Op> ops = new ArrayList<>();
        while (ops.size() < Math.min(LONGEST, atMost)) {
            int begin = offset;
            Op op = next(ops.isEmpty(), default32);
            if (op == null) {
                offset = begin;
                break;
            }
            ops.add(op);
            boolean crossed = (linear & PAGE - 1) + offset >= PAGE;
            if (crossed || ends(op.instruction) || watches.contains(linear + offset)) break;
        }
        boolean watched = watches.contains(linear);
        Object schedule = cpu.timing.schedule(ops.stream().map(op -> op.timing).toArray());
        return new Block(linear, physical, default32, ops.toArray(Op[]::new), schedule, offset, secondPage, watched);
    }

    private static boolean ends(Instruction instruction) {
        return instruction.form.endsBlock() || instruction.repeat != 0;
    }

    /** The next instruction, or null if the block has to end before it. */
    private Op next(boolean first, boolean default32) {
        int begin = offset;
        mayCross = first;
        Instruction instruction;
        try {
            instruction = decoder.decode((ByteSource) this::fetch, default32);
        } catch (PageEnd end) {
            return null;
        } catch (Fault fault) {
            if (first) throw fault;
            return null;
        }
        int last = physical(offset - 1);
        Object timing = cpu.timing.prepare(instruction);
        return new Op(
                instruction,
                InstructionSet.semantics(instruction, cpu.features),
                timing,
                line(physical(begin)),
                line(last));
    }

    private static int line(int physical) {
        return physical & ~31;
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
