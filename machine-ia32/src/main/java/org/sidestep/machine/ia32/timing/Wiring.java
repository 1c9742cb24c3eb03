package org.sidestep.machine.ia32.timing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;

/**
 * Finds the registers that one decoded instruction uses: those of its operands, and those that the instruction table says it
 * uses without naming them. Which they are is a matter of the architecture, the same on every processor.
 */
public final class Wiring {

    private static final int EBP = 5;

    /** Results that the wires carry: instructions with more of them (POPA, CPUID) take so long that the rest do not matter. */
    private static final int RESULTS = 2;

    /** Operands likewise: an instruction with more of them (PUSHA) waits for none. */
    private static final int OPERANDS = 4;

    private static final Set<String> TRANSFERS = Set.of("int", "iret", "sysenter", "sysexit");

    private final Instruction instruction;
    private final InstructionForm form;
    private final Set<Integer> addresses = new LinkedHashSet<>();
    private final Set<Integer> sources = new LinkedHashSet<>();
    private final Set<Integer> destinations = new LinkedHashSet<>();
    private final List<Integer> steps = new ArrayList<>();
    private Access memory;
    private int pushes;
    private int exchanges;
    // Registers by the width of the access, as sets.
    private int reads32;
    private int reads16;
    private int writes32;
    private int writes16;
    private int writes8;

    /** Knows the operands; {@link #addUnnamed} adds the rest. */
    public Wiring(Instruction instruction) {
        this.instruction = instruction;
        form = instruction.form;
        for (OperandForm operand : form.operands()) operand(operand);
        stack();
    }

    /** How the memory operand is accessed, or null if there is none or its address alone is computed. */
    public Access memory() {
        return memory;
    }

    public boolean has(Kind kind) {
        return form.operands().stream().anyMatch(o -> o.kind() == kind);
    }

    /** The width of the first operand; 32 without any. */
    public int bits() {
        return form.operands().isEmpty() ? 32 : 8 * bytes(form.operands().get(0).size());
    }

    /** Registers of which all 32 bits are read, as a set; likewise the others. */
    public int reads32() {
        return reads32;
    }

    public int reads16() {
        return reads16;
    }

    public int writes32() {
        return writes32;
    }

    public int writes16() {
        return writes16;
    }

    public int writes8() {
        return writes8;
    }

    /**
     * What an instruction takes whose cost is that of the event that it reports, the table's rows of stack and registers
     * included, is part of the event: it waits for nothing by itself.
     */
    private boolean isTransfer() {
        return TRANSFERS.contains(form.timing());
    }

    private int bytes(Size size) {
        return switch (size) {
            case B, BS -> 1;
            case W -> 2;
            case V, Z -> instruction.operandSize;
            default -> 4;
        };
    }

    private void operand(OperandForm operand) {
        switch (operand.kind()) {
            case E, M, R -> {
                if (instruction.modrm >= 0xC0) register(instruction.rm(), operand);
                else memory(operand.access());
            }
            case Q, W -> {
                if (instruction.modrm < 0xC0) memory(operand.access());
                else place((operand.kind() == Kind.Q ? Wires.STACK : Wires.XMM) + instruction.rm(), operand);
            }
            case N -> place(Wires.STACK + instruction.rm(), operand);
            case STI -> {
                if (operand.access() != Access.WRITE) sources.add(Wires.STACK + instruction.rm());
                if (operand.access() != Access.READ) destinations.add(popped());
            }
            case P -> place(Wires.STACK + instruction.reg(), operand);
            case U -> place(Wires.XMM + instruction.rm(), operand);
            case V -> place(Wires.XMM + instruction.reg(), operand);
            case G -> register(instruction.reg(), operand);
            case Z -> register(form.opcode() & 7, operand);
            case FIXED -> fixed(operand);
            case O -> memory(operand.access());
            default -> {}
        }
    }

    /** A floating-point register, of which there are no parts. */
    private void place(int place, OperandForm operand) {
        if (operand.access() != Access.WRITE) sources.add(place);
        if (operand.access() != Access.READ) destinations.add(place);
    }

    /** The stack of the x87: where its top moves, and st(0) where it is used without being named. */
    private void stack() {
        if (form.timing().equals("fp.xch")) {
            sources.clear();
            destinations.clear();
            exchanges = instruction.rm();
            return;
        }
        pushes = form.unnamed().pushes();
        if (form.unnamed().readsTop()) sources.add(Wires.STACK);
        if (form.unnamed().readsSecond()) sources.add(Wires.STACK + 1);
        if (form.unnamed().writesTop()) destinations.add(Wires.STACK);
    }

    /** The place that st(i) has after the instruction. */
    private int popped() {
        return Wires.STACK + Math.max(0, instruction.rm() + form.unnamed().pushes());
    }

    private void memory(Access access) {
        Set<Integer> use = access == Access.ADDRESS ? sources : addresses;
        if (instruction.base >= 0) use.add(instruction.base);
        if (instruction.index >= 0) use.add(instruction.index);
        readWhole(instruction.base);
        readWhole(instruction.index);
        if (access != Access.ADDRESS) memory = access;
    }

    private void readWhole(int register) {
        if (register < 0) return;
        if (instruction.addressSize == 4) reads32 |= 1 << register;
        else reads16 |= 1 << register;
    }

    private void fixed(OperandForm operand) {
        if (operand.register().equals("st")) place(Wires.STACK, operand);
        int register = switch (operand.register()) {
            case "al", "ax", "eAX" -> 0;
            case "cl", "cx" -> 1;
            case "dx" -> 2;
            default -> -1;
        };
        if (register >= 0) register(register, operand);
    }

    private void register(int number, OperandForm operand) {
        int bytes = bytes(operand.size());
        int register = bytes == 1 ? number & 3 : number;
        if (operand.access() != Access.WRITE) read(register, bytes);
        if (operand.access() == Access.WRITE || operand.access() == Access.READ_WRITE) write(register, bytes);
    }

    private void read(int register, int bytes) {
        sources.add(register);
        if (bytes == 4) reads32 |= 1 << register;
        if (bytes == 2) reads16 |= 1 << register;
    }

    private void write(int register, int bytes) {
        destinations.add(register);
        switch (bytes) {
            case 1 -> writes8 |= 1 << register;
            case 2 -> writes16 |= 1 << register;
            default -> writes32 |= 1 << register;
        }
    }

    /**
     * Adds the registers that the instruction uses without naming them.
     *
     * @param waits whether it waits for what it reads; one that serialises waits for everything
     */
    public Wiring addUnnamed(boolean waits) {
        if (isTransfer()) return this;
        int bytes = form.operands().isEmpty() ? instruction.operandSize : Math.min(4, Math.max(1, bits() / 8));
        for (int register : form.unnamed().addresses()) {
            addresses.add(register);
            readWhole(register);
        }
        for (int register : form.unnamed().steps()) writes32 |= 1 << register;
        steps.addAll(form.unnamed().steps());
        List<Integer> reads = form.unnamed().reads();
        if (waits && reads.size() <= OPERANDS) for (int register : reads) read(register, bytes);
        List<Integer> writes = form.unnamed().writes();
        for (int register : writes.subList(0, Math.min(RESULTS, writes.size()))) {
            write(register, register == EBP ? 4 : bytes);
        }
        return this;
    }

    /** How many address registers it steps. */
    public int steps() {
        return steps.size();
    }

    /** Enters all that is known into {@code wires}. */
    public <W extends Wires> W connect(W wires) {
        if ((form.flagsRead() & Eflags.ARITH) != 0) sources.add(Wires.FLAGS);
        if (((form.flagsWritten() | form.flagsUndefined()) & Eflags.ARITH) != 0) wires.flagsDestination = Wires.FLAGS;
        List<Integer> address = new ArrayList<>(addresses);
        if (address.size() > 0) wires.address0 = address.get(0);
        if (address.size() > 1) wires.address1 = address.get(1);
        List<Integer> source = new ArrayList<>(sources);
        if (source.size() > 0) wires.source0 = source.get(0);
        if (source.size() > 1) wires.source1 = source.get(1);
        wires.moreSources = source.size() > 2;
        if (source.size() > 2) wires.source2 = source.get(2);
        if (source.size() > 3) wires.source3 = source.get(3);
        List<Integer> destination = new ArrayList<>(destinations);
        if (destination.size() > 0) wires.destination0 = destination.get(0);
        if (destination.size() > 1) wires.destination1 = destination.get(1);
        wires.steps = !steps.isEmpty();
        if (steps.size() > 0) wires.step0 = steps.get(0);
        if (steps.size() > 1) wires.step1 = steps.get(1);
        wires.pushes = pushes;
        wires.exchanges = exchanges;
        wires.movesStack = pushes != 0 || form.timing().equals("fp.xch");
        return wires;
    }
}
