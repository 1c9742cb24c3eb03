package org.sidestep.machine.ia32.timing.netburst;

import java.util.regex.Pattern;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.QuickRows;
import org.sidestep.machine.ia32.timing.Wires;
import org.sidestep.machine.ia32.timing.Wiring;

/**
 * What one decoded instruction does to the Pentium 4, computed once.
 *
 * @param wires the registers
 * @param clears whether it is SUB, XOR, PXOR, XORPS or XORPD of a register with itself, which waits for nothing
 * @param extra cycles that a port or a LOCK prefix adds, in twelfths
 * @param repeats whether it is a string instruction with a repeat prefix
 * @param transfers whether an event that it reports costs all there is to pay
 * @param serial whether nothing before overlaps with it, and nothing behind
 * @param wide whether each two of its loads are the halves of one
 * @param quicker the rows for operands that it is quick with, by their ordinal; null if it is with none
 */
record NetBurstOperation(
        Wires wires,
        NetBurstClocks.Row row,
        boolean clears,
        int extra,
        boolean repeats,
        boolean transfers,
        boolean serial,
        boolean wide,
        NetBurstClocks.Row[] quicker) {

    private static final int SHORT = 1 << 15;
    private static final Pattern TRANSFERS = Pattern.compile("int|iret|.*\\.far|sysenter|sysexit");

    static NetBurstOperation of(Instruction instruction, NetBurstSheet sheet) {
        InstructionForm form = instruction.form;
        boolean port = form.privilege() == InstructionForm.Privilege.IO_BITMAP && !sheet.isPerfect(Mechanism.SERIALISE);
        boolean exchange = form.timing().equals("xchg") && isMemory(instruction);
        int extra = (port ? sheet.of("io.cycles") : 0) + (instruction.lock || exchange ? sheet.of("locked.cycles") : 0);
        NetBurstClocks.Row row = sheet.row(timing(instruction));
        if (isLong(instruction)) row = new NetBurstClocks.Row(row.unit(), row.places() + 1, row.latency(), row.busy());
        boolean repeats = instruction.repeat != 0 && has(instruction, Kind.X, Kind.Y);
        return new NetBurstOperation(
                wires(instruction, sheet),
                row,
                clears(instruction),
                extra * NetBurstClocks.TWELFTHS,
                repeats,
                TRANSFERS.matcher(form.timing()).matches(),
                row.unit() == NetBurstClocks.Unit.SERIAL || repeats || extra > 0,
                isWide(instruction),
                QuickRows.of(
                        form.timing(),
                        NetBurstClocks::has,
                        operands -> sheet.row(form.timing() + operands),
                        NetBurstClocks.Row[]::new));
    }

    /** A register that is written in part is read for the rest (S: partial registers are not renamed). */
    private static Wires wires(Instruction instruction, NetBurstSheet sheet) {
        Wires wires = new Wiring(instruction).addUnnamed(true).connect(new Wires());
        if (timing(instruction).matches("mul\\.(16|32)")) {
            wires.secondLater = sheet.of("mul.high.cycles") * NetBurstClocks.TWELFTHS;
        } else if (timing(instruction).equals("cmpxchg")) {
            wires.secondLater = -sheet.of("cmpxchg.accumulator.cycles") * NetBurstClocks.TWELFTHS;
        }
        boolean narrow = !instruction.form.operands().isEmpty() && bits(instruction) < 32;
        boolean general = wires.destination0 < Wires.FLAGS;
        if (narrow && general && wires.source1 == Wires.ALWAYS) wires.source1 = wires.destination0;
        return wires;
    }

    /** How long it takes at most, with its places in the stream, in twelfths. */
    long longest() {
        long longest = longest(row);
        longest += Math.max(0, wires.secondLater);
        if (quicker == null) return longest + extra;
        for (NetBurstClocks.Row other : quicker) if (other != null) longest = Math.max(longest, longest(other));
        return longest + extra;
    }

    private static long longest(NetBurstClocks.Row row) {
        return (long) row.places() * NetBurstScoreboard.PLACE + row.latency() + row.busy();
    }

    private static boolean isMemory(Instruction instruction) {
        return instruction.modrm >= 0 && !instruction.isRegisterForm();
    }

    private static boolean has(Instruction instruction, Kind kind, Kind other) {
        return instruction.form.operands().stream().anyMatch(o -> o.kind() == kind || o.kind() == other);
    }

    /** Sixteen bytes are loaded at once (M throughput 1) if they are aligned, as all must be but those of some moves. */
    private static boolean isWide(Instruction instruction) {
        boolean whole = instruction.form.operands().stream().anyMatch(o -> o.kind() == Kind.W && o.size() == Size.X);
        return whole && !instruction.form.timing().endsWith(".unaligned");
    }

    /** An immediate of more than sixteen bits takes another place in the trace cache (M 0.68). */
    private static boolean isLong(Instruction instruction) {
        boolean full = instruction.operandSize == 4
                && instruction.form.operands().stream().anyMatch(o -> o.kind() == Kind.I && o.size() == Size.Z);
        return full && (instruction.imm < -SHORT || instruction.imm >= SHORT);
    }

    private static boolean clears(Instruction instruction) {
        String name = instruction.form.mnemonic();
        boolean same = instruction.isRegisterForm() && instruction.reg() == instruction.rm();
        if (same && (name.equals("pxor") || name.matches("xorp[sd]"))) return true;
        return same
                && has(instruction, Kind.G, Kind.G)
                && (name.equals("sub") || name.equals("xor"))
                && bits(instruction) == 32;
    }

    /** The class in the table, refined where one class of the instruction table costs differently by operand. */
    private static String timing(Instruction instruction) {
        InstructionForm form = instruction.form;
        String timing = form.timing();
        return switch (timing) {
            case "alu" -> form.mnemonic().matches("add|sub") ? "add" : "logic";
            case "mov", "movzx" -> isMemory(instruction) || has(instruction, Kind.O, Kind.O) ? "move" : timing;
            case "mul" -> (form.operands().size() > 1 ? "mul.several." : "mul.") + bits(instruction);
            case "div" -> form.mnemonic() + "." + bits(instruction);
            case "shift" -> bits(instruction) == 8 ? "shift.8" : timing;
            case "rotate.carry" -> has(instruction, Kind.I, Kind.I) ? "rotate.carry.cl" : timing;
            case "shift.double" -> form.mnemonic();
            case "lea" -> instruction.operandSize == 2 ? "lea.16" : instruction.scale > 0 ? "lea.scaled" : timing;
            case "push", "pop" -> isMemory(instruction) ? timing + ".mem" : timing;
            case "sse.mov.unaligned", "sse.mov.half", "sse2.mov.unaligned", "sse2.mov.half" ->
                moved(instruction, timing);
            case "sse.mov" -> form.mnemonic().equals("movss") ? "sse.mov.low" : timing;
            case "sse2.movd" ->
                isMemory(instruction) ? "sse2.mov" : first(instruction) == Kind.E ? "sse2.movd.from" : timing;
            case "sse2.movq" -> isMemory(instruction) ? "sse2.mov" : timing;
            case "nop" -> form.mnemonic().equals("pause") ? "pause" : timing;
            case "sse.shuffle" -> form.mnemonic().startsWith("unpckl") ? "sse.unpack.low" : timing;
            case "sse.cvt.packed" -> first(instruction) == Kind.P ? "sse.cvt.to.packed" : timing;
            case "sse.cvt.int" -> first(instruction) == Kind.G ? "sse.cvt.to.int" : timing;
            case "bcd" -> form.mnemonic().startsWith("aa") ? "bcd.ascii" : timing;
            case "mov.cr" -> has(instruction, Kind.C, Kind.C) && instruction.reg() == 3 ? "mov.cr3" : timing;
            default -> packed(timing);
        };
    }

    private static Kind first(Instruction instruction) {
        return instruction.form.operands().get(0).kind();
    }

    /** Moves of half a register, or of one that need not be aligned: what is stored is stored as any other, or in pieces. */
    private static String moved(Instruction instruction, String timing) {
        boolean memory = isMemory(instruction);
        boolean half = timing.endsWith(".half");
        String plain = timing.substring(0, timing.lastIndexOf('.'));
        if (memory && first(instruction) != Kind.V) return half ? plain : timing + ".store";
        if (half) return memory ? timing + ".load" : timing;
        return memory ? timing : plain;
    }

    /** The floating-point units are as wide as a packed single of the Pentium III was not. */
    private static String packed(String timing) {
        boolean own = NetBurstClocks.has(timing) || !timing.endsWith(".packed");
        return own ? timing : timing.substring(0, timing.length() - ".packed".length());
    }

    private static int bits(Instruction instruction) {
        Size size = instruction.form.operands().get(0).size();
        return size == Size.B ? 8 : 8 * instruction.operandSize;
    }
}
