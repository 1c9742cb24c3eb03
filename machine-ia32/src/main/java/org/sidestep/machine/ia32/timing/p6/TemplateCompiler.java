package org.sidestep.machine.ia32.timing.p6;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.QuickRows;

/** Makes the {@link Template} of one instruction from its operands and its row of the {@link P6Clocks}. */
public final class TemplateCompiler {

    /** What the first decoder can take in one cycle; longer sequences come from the microcode store. */
    private static final int FIRST_DECODER = 4;

    /** The opcode of NOT, NEG, MUL and others, and of TEST with an immediate. */
    private static final int MAY_TEST = 0xF7;

    private final P6Sheet sheet;
    private final Instruction instruction;
    private final InstructionForm form;
    private final Template template = new Template();
    private final Set<Integer> addresses = new LinkedHashSet<>();
    private final Set<Integer> sources = new LinkedHashSet<>();
    private final Set<Integer> destinations = new LinkedHashSet<>();
    private Shape shape = Shape.REGISTER;
    // Registers by the width of the access, as sets.
    private int reads32;
    private int reads16;
    private int writes32;
    private int writes16;
    private int writes8;

    /** What is added to the instruction's class. */
    private final String operands;

    private TemplateCompiler(Instruction instruction, P6Sheet sheet, String operands) {
        this.sheet = sheet;
        this.instruction = instruction;
        this.operands = operands;
        form = instruction.form;
    }

    public static Template compile(Instruction instruction, P6Sheet sheet) {
        Template template = new TemplateCompiler(instruction, sheet, "").compile();
        template.quicker = QuickRows.of(
                instruction.form.timing(),
                P6Clocks::has,
                operands -> new TemplateCompiler(instruction, sheet, operands).compile(),
                Template[]::new);
        return template;
    }

    private Template compile() {
        for (OperandForm operand : form.operands()) operand(operand);
        stack();
        String timing = timing() + operands;
        P6Row row = sheet.row(timing, shape);
        implicit(row);
        flags();
        frontEnd(row);
        execution(row);
        wire(row);
        rare(timing, row);
        ablate();
        return template;
    }

    /** The class in the data sheet, refined where one class of the instruction table costs differently by operand. */
    private String timing() {
        String timing = form.timing();
        boolean memory = shape != Shape.REGISTER;
        return switch (timing) {
            case "mul" -> form.operands().size() > 1 ? timing : bits() == 8 ? "mul.wide.8" : "mul.wide";
            case "div" -> "div." + bits();
            case "rotate.carry" -> has(Kind.I) ? rotateThroughCarry() : timing;
            case "rotate.carry.cl" -> rotateThroughCarry();
            case "cld" -> form.mnemonic();
            case "sse.cvt.int" -> has(Kind.G) ? "sse.cvt.to.int" : timing;
            case "bt", "bts" -> memory && has(Kind.G) ? "bt.string" : timing;
            case "mov.cr" -> has(Kind.C) && instruction.reg() == 3 ? "mov.cr3" : timing;
            default -> P6Clocks.has(timing) ? timing : "none";
        };
    }

    /** Rotations of a byte by more than one place take longer, to the right longest on some parts. */
    private String rotateThroughCarry() {
        return bits() == 8 ? form.mnemonic() + ".8" : "rotate.carry.cl";
    }

    private boolean has(Kind kind) {
        return form.operands().stream().anyMatch(o -> o.kind() == kind);
    }

    private int bits() {
        return form.operands().isEmpty() ? 32 : 8 * bytes(form.operands().get(0).size());
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
                else place((operand.kind() == Kind.Q ? Template.STACK : Template.XMM) + instruction.rm(), operand);
            }
            case N -> place(Template.STACK + instruction.rm(), operand);
            case STI -> {
                if (operand.access() != Access.WRITE) sources.add(Template.STACK + instruction.rm());
                if (operand.access() != Access.READ) destinations.add(popped());
            }
            case P -> place(Template.STACK + instruction.reg(), operand);
            case U -> place(Template.XMM + instruction.rm(), operand);
            case V -> place(Template.XMM + instruction.reg(), operand);
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
        if (!form.timing().startsWith("fp.")) return;
        if (form.timing().equals("fp.xch")) {
            sources.clear();
            destinations.clear();
            template.exchanges = instruction.rm();
            template.movesStack = true;
            return;
        }
        template.pushes = StackMotion.of(form);
        template.movesStack = template.pushes != 0;
        if (has(Kind.FIXED)) return;
        if (StackMotion.readsTop(form)) sources.add(Template.STACK);
        if (StackMotion.readsSecond(form)) sources.add(Template.STACK + 1);
        if (StackMotion.writesTop(form)) destinations.add(Template.STACK);
    }

    /** The place that st(i) has after the instruction. */
    private int popped() {
        return Template.STACK + Math.max(0, instruction.rm() + StackMotion.of(form));
    }

    private void memory(Access access) {
        Set<Integer> use = access == Access.ADDRESS ? sources : addresses;
        if (instruction.base >= 0) use.add(instruction.base);
        if (instruction.index >= 0) use.add(instruction.index);
        readWhole(instruction.base);
        readWhole(instruction.index);
        shape = switch (access) {
            case READ -> Shape.LOAD;
            case WRITE -> Shape.STORE;
            case READ_WRITE -> Shape.MODIFY;
            case ADDRESS -> shape;
        };
    }

    private void readWhole(int register) {
        if (register < 0) return;
        if (instruction.addressSize == 4) reads32 |= 1 << register;
        else reads16 |= 1 << register;
    }

    private void fixed(OperandForm operand) {
        if (operand.register().equals("st")) place(Template.STACK, operand);
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

    private void implicit(P6Row row) {
        int bytes = form.operands().isEmpty() ? instruction.operandSize : Math.min(4, Math.max(1, bits() / 8));
        for (int register : row.addresses()) {
            addresses.add(register);
            readWhole(register);
        }
        for (int register : row.steps()) writes32 |= 1 << register;
        for (int register : row.reads()) read(register, bytes);
        for (int register : row.writes()) write(register, register == 5 ? 4 : bytes);
    }

    private void flags() {
        int read = PartialState.flags(form.flagsRead());
        int written = PartialState.flags(form.flagsWritten() | form.flagsUndefined());
        if (read != 0) sources.add(Template.FLAGS);
        template.stalls = read | PartialState.bytes(reads32 | reads16) | PartialState.words(reads32);
        template.settles =
                PartialState.bytes(writes32 | writes16) | PartialState.words(writes32) | PartialState.zeros(writes32);
        template.leaves = PartialState.bytes(writes8) | PartialState.words(writes16) | zeroing();
        if (written == 0) return;
        template.flagsDestination = Template.FLAGS;
        template.settles |= PartialState.FLAGS;
        template.leaves |= PartialState.FLAGS & ~written;
    }

    /** XOR or SUB of a register with itself clears it, and the core remembers that its upper part is zero (S). */
    private int zeroing() {
        boolean idiom = form.mnemonic().equals("xor") || form.mnemonic().equals("sub");
        boolean same = instruction.modrm >= 0xC0 && instruction.reg() == instruction.rm() && has(Kind.G);
        return idiom && same && bits() == 32 ? PartialState.zeros(writes32) : 0;
    }

    private void frontEnd(P6Row row) {
        int microOps = Math.max(1, row.microOps());
        int decode = row.decode();
        if (decode == 0 && microOps > FIRST_DECODER) decode = (microOps + 2) / 3;
        if (instruction.prefixes >= 2) decode = Math.max(decode, instruction.prefixes + 1);
        if (shape == Shape.MODIFY && form.mnemonic().equals("xchg")) decode = sheet.of("locked.exchange.cycles");
        else if (instruction.lock) decode = Math.max(decode, sheet.of("locked.cycles"));
        template.prefixes = instruction.operandSize == 2 ? instruction.prefixes : 0;
        template.changesLength = template.prefixes > 0 && (hasFullImmediate() || mayTest());
        template.length = instruction.length;
        template.microOps = microOps;
        template.entries = Math.min(Template.MOST_ENTRIES, microOps);
        template.decoderMask = microOps > 1 || decode > 1 ? 3 : 0;
        template.decoderPlaces = decode > 1 ? 4 * decode : 1;
    }

    private boolean hasFullImmediate() {
        return form.operands().stream().anyMatch(o -> o.kind() == Kind.I && o.size() == Size.Z);
    }

    private boolean mayTest() {
        return form.map() == 0 && form.opcode() == MAY_TEST;
    }

    private void execution(P6Row row) {
        template.latency = row.latency();
        template.divides = row.divides();
        template.on0 = row.port0();
        template.on1 = row.port1();
        template.onEither = row.either();
        template.computing = row.port0() + row.port1() + row.either();
        if (row.port0() > 0) template.not1 = ExecutionPorts.NOT_HERE;
        if (row.port1() > 0) template.not0 = ExecutionPorts.NOT_HERE;
    }

    private void wire(P6Row row) {
        List<Integer> address = new ArrayList<>(addresses);
        if (address.size() > 0) template.address0 = address.get(0);
        if (address.size() > 1) template.address1 = address.get(1);
        List<Integer> source = new ArrayList<>(sources);
        if (source.size() > 0) template.source0 = source.get(0);
        if (source.size() > 1) template.source1 = source.get(1);
        template.moreSources = source.size() > 2;
        if (source.size() > 2) template.source2 = source.get(2);
        if (source.size() > 3) template.source3 = source.get(3);
        List<Integer> destination = new ArrayList<>(destinations);
        if (destination.size() > 0) template.destination0 = destination.get(0);
        if (destination.size() > 1) template.destination1 = destination.get(1);
        template.steps = !row.steps().isEmpty();
        if (row.steps().size() > 0) template.step0 = row.steps().get(0);
        if (row.steps().size() > 1) template.step1 = row.steps().get(1);
    }

    private void rare(String timing, P6Row row) {
        boolean port = form.privilege() == InstructionForm.Privilege.IO_BITMAP;
        int io = port ? sheet.of("io.cycles") : 0;
        P6Clocks.Repeat repeat = instruction.repeat == 0 ? null : sheet.repeat(timing, bits());
        if (repeat != null) {
            template.repeatSetup = repeat.setup();
            template.repeatSixteenths = repeat.sixteenths() + (io << 4);
        } else if (row.serial() >= 0) {
            template.serialCycles = row.serial() + io;
            template.serialFigure = port ? "io.cycles" : P6Clocks.serialFigure(timing);
        }
        template.rare = template.repeatSetup >= 0 || template.serialCycles >= 0;
    }

    /** Takes away what the cell wants to see the machine without. */
    private void ablate() {
        if (sheet.isPerfect(Mechanism.PARTIAL)) template.stalls = 0;
        if (sheet.isPerfect(Mechanism.SERIALISE) && template.serialCycles >= 0) {
            template.serialCycles = -1;
            template.rare = false;
        }
        if (sheet.isPerfect(Mechanism.DECODE)) {
            template.length = 0;
            template.prefixes = 0;
            template.decoderMask = 0;
            template.decoderPlaces = 0;
        }
    }
}
