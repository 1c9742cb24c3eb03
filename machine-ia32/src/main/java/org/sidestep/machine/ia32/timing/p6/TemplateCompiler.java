package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.QuickRows;
import org.sidestep.machine.ia32.timing.Wiring;

/** Makes the {@link Template} of one instruction from its operands and its row of the {@link P6Clocks}. */
final class TemplateCompiler {

    /** What the first decoder can take in one cycle; longer sequences come from the microcode store. */
    private static final int FIRST_DECODER = 4;

    /** Cycles from a fetch block that begins to a store that leaves, at most, if nothing waits. */
    private static final int FEW = 4;

    /** The opcode of NOT, NEG, MUL and others, and of TEST with an immediate. */
    private static final int MAY_TEST = 0xF7;

    private final P6Sheet sheet;
    private final Instruction instruction;
    private final InstructionForm form;
    private final Template template = new Template();
    private final Wiring wiring;
    private Shape shape = Shape.REGISTER;
    /** What is added to the instruction's class. */
    private final String operands;

    private TemplateCompiler(Instruction instruction, P6Sheet sheet, String operands) {
        this.sheet = sheet;
        this.instruction = instruction;
        this.operands = operands;
        form = instruction.form;
        wiring = new Wiring(instruction);
    }

    static Template compile(Instruction instruction, P6Sheet sheet) {
        Template template = new TemplateCompiler(instruction, sheet, "").compile();
        template.quicker = QuickRows.of(
                instruction.form.timing(),
                P6Clocks::has,
                operands -> new TemplateCompiler(instruction, sheet, operands).compile(),
                Template[]::new);
        return template;
    }

    private Template compile() {
        if (wiring.memory() != null) shape = shape(wiring.memory());
        String timing = timing() + operands;
        P6Row row = sheet.row(timing, shape);
        wiring.addUnnamed(row.serial() < 0).connect(template);
        partial();
        frontEnd(row);
        execution(row);
        rare(timing, row);
        template.waits = waits();
        ablate();
        return template;
    }

    /** From decoder to store buffer, and for what it may meet there. */
    private int waits() {
        boolean accesses = shape != Shape.REGISTER || template.address0 != Template.ALWAYS || template.steps;
        return FEW
                + Template.SOURCES / sheet.of("rat.read-ports")
                + (accesses ? sheet.of("cache.l1d.latency") + sheet.of("blocked-load.cycles") : 0)
                + (template.prefixes != 0 ? sheet.of("length-change.cycles") : 0)
                + (template.leaves != 0 ? sheet.of("partial.cycles") : 0);
    }

    /** The class in the data sheet, refined where one class of the instruction table costs differently by operand. */
    private String timing() {
        String timing = form.timing();
        boolean memory = shape != Shape.REGISTER;
        return switch (timing) {
            case "mul" -> form.operands().size() > 1 ? timing : wiring.bits() == 8 ? "mul.wide.8" : "mul.wide";
            case "div" -> "div." + wiring.bits();
            case "rotate.carry" -> wiring.has(Kind.I) ? rotateThroughCarry() : timing;
            case "rotate.carry.cl" -> rotateThroughCarry();
            case "cld" -> form.mnemonic();
            case "sse.cvt.int" -> wiring.has(Kind.G) ? "sse.cvt.to.int" : timing;
            case "bt", "bts" -> memory && wiring.has(Kind.G) ? "bt.string" : timing;
            case "mov.cr" -> wiring.has(Kind.C) && instruction.reg() == 3 ? "mov.cr3" : timing;
            default -> P6Clocks.has(timing) ? timing : "none";
        };
    }

    /** Rotations of a byte by more than one place take longer, to the right longest on some parts. */
    private String rotateThroughCarry() {
        return wiring.bits() == 8 ? form.mnemonic() + ".8" : "rotate.carry.cl";
    }

    private static Shape shape(Access memory) {
        return switch (memory) {
            case READ -> Shape.LOAD;
            case WRITE -> Shape.STORE;
            case READ_WRITE -> Shape.MODIFY;
            case ADDRESS -> Shape.REGISTER;
        };
    }

    /** What it does to registers and flags that are held in pieces. */
    private void partial() {
        int read = PartialState.flags(form.flagsRead());
        // Logic leaves AF undefined, which is to say as it was (S Fog).
        int written = PartialState.flags(form.flagsWritten() | form.flagsUndefined() & ~Eflags.AF);
        template.stalls =
                read | PartialState.bytes(wiring.reads32() | wiring.reads16()) | PartialState.words(wiring.reads32());
        template.settles = PartialState.bytes(wiring.writes32() | wiring.writes16())
                | PartialState.words(wiring.writes32())
                | PartialState.zeros(wiring.writes32());
        template.leaves = PartialState.bytes(wiring.writes8()) | PartialState.words(wiring.writes16()) | zeroing();
        if (written == 0) return;
        template.settles |= PartialState.FLAGS;
        template.leaves |= PartialState.FLAGS & ~(mayKeepFlags() ? 0 : written);
    }

    /** A shift or rotation that by its count may write none, but for the short form by one, keeps all apart (S Fog). */
    private boolean mayKeepFlags() {
        return switch (form.timing()) {
            case "shift", "rotate" -> wiring.has(Kind.I);
            case "shift.cl", "rotate.cl", "shift.double" -> true;
            default -> false;
        };
    }

    /** XOR or SUB of a register with itself clears it, and the core remembers that its upper part is zero (S). */
    private int zeroing() {
        boolean idiom = form.mnemonic().equals("xor") || form.mnemonic().equals("sub");
        boolean same = instruction.modrm >= 0xC0 && instruction.reg() == instruction.rm() && wiring.has(Kind.G);
        return idiom && same && wiring.bits() == 32 ? PartialState.zeros(wiring.writes32()) : 0;
    }

    private void frontEnd(P6Row row) {
        int microOps = Math.max(1, row.microOps() + wiring.steps());
        int decode = row.decode();
        if (decode == 0 && microOps > FIRST_DECODER) decode = (microOps + 2) / 3;
        if (instruction.prefixes >= 2) decode = Math.max(decode, instruction.prefixes + 1);
        if (shape == Shape.MODIFY && form.mnemonic().equals("xchg")) decode = sheet.of("locked.exchange.cycles");
        else if (instruction.lock) decode = Math.max(decode, sheet.of("locked.cycles"));
        template.prefixes = instruction.operandSize == 2 ? instruction.prefixes : 0;
        template.changesLength = template.prefixes > 0 && (hasFullImmediate() || mayTest());
        template.length = instruction.length;
        template.microOps = microOps;
        template.entries = Math.min(Template.MOST_ENTRIES, Math.max(1, microOps - row.others()));
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
        template.rereads = row.rereads();
        template.divides = row.divides();
        template.on0 = row.port0();
        template.on1 = row.port1();
        template.onEither = row.either();
        template.computing = row.port0() + row.port1() + row.either();
        if (row.port0() > 0) template.not1 = ExecutionPorts.NOT_HERE;
        if (row.port1() > 0) template.not0 = ExecutionPorts.NOT_HERE;
    }

    private void rare(String timing, P6Row row) {
        boolean port = form.privilege() == InstructionForm.Privilege.IO_BITMAP;
        int io = port ? sheet.of("io.cycles") : 0;
        P6Clocks.Repeat repeat = instruction.repeat == 0 ? null : sheet.repeat(timing, wiring.bits());
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
