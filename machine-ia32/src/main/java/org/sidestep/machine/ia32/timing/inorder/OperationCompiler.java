package org.sidestep.machine.ia32.timing.inorder;

import java.util.regex.Pattern;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.QuickRows;

/** Makes the {@link Operation} of one instruction from its operands and its row of the {@link Clocks}. */
final class OperationCompiler {

    private static final int TWO_BYTE = 0x0F;
    /** Of an instruction that does not repeat itself. */
    private static final int MOST_STORES = 8;

    private static final Pattern SERIALISING =
            Pattern.compile("cpuid|rdmsr|wrmsr|mov\\.[cd]r|clts|l[gl]dt|ltr|invlpg|invd|wbinvd|in|out");

    private final Instruction instruction;
    private final InstructionForm form;
    private final Sheet sheet;
    private final Operation operation = new Operation();
    /** What is added to the instruction's class. */
    private final String operands;

    private boolean read;
    private boolean written;

    private OperationCompiler(Instruction instruction, Sheet sheet, String operands) {
        this.instruction = instruction;
        this.operands = operands;
        this.sheet = sheet;
        form = instruction.form;
    }

    static Operation compile(Instruction instruction, Sheet sheet) {
        Operation operation = new OperationCompiler(instruction, sheet, "").compile();
        operation.quicker = QuickRows.of(
                instruction.form.timing(),
                sheet::has,
                operands -> new OperationCompiler(instruction, sheet, operands).compile(),
                Operation[]::new);
        return operation;
    }

    private Operation compile() {
        for (OperandForm operand : form.operands()) operand(operand);
        String timing = timing() + operands;
        Row row = sheet.row(timing);
        operation.memory = read || written;
        operation.cycles = cycles(row) + (instruction.lock ? sheet.of("locked.cycles") : 0) + port();
        operation.prefixes = prefixes();
        operation.pipe = pipe(row);
        operation.unit = unit();
        unnamed();
        operation.stack = stack();
        operation.branch = timing.startsWith("j") || timing.equals("call");
        operation.transfer = form.timing().matches("int|into|iret|.*\\.far|sysenter|sysexit");
        if (form.timing().startsWith("fp.")) floating(row);
        else operation.latency = row.latency();
        repeat(timing);
        operation.writing = sheet.longestWrites(mostStores());
        operation.preparePairing();
        return operation;
    }

    /**
     * Registers that it uses without naming them. What a transfer takes is part of the event that it reports; XLAT's index is
     * part of its address; and where the stack pointer moves beyond what the access moves it by, an address waits for it (S).
     */
    private void unnamed() {
        if (form.timing().matches("int|iret|sysenter|sysexit")) return;
        for (int register : form.unnamed().addresses()) operation.addresses |= 1 << register;
        if (has(Kind.T)) operation.addresses |= 1 << Reg32.EAX.number();
        for (int register : form.unnamed().writes()) operation.writes |= 1 << register;
        boolean further = form.timing().matches("enter|leave") || form.timing().equals("ret") && has(Kind.I);
        if (further) for (int register : form.unnamed().steps()) operation.writes |= 1 << register;
    }

    /** Stores that it makes at most, beside those that are seldom and told one by one. */
    private int mostStores() {
        if (operation.stack == Operation.Stack.PUSH) return 1;
        boolean moves = operation.transfer || !form.unnamed().steps().isEmpty();
        if (!moves && !written) return 0;
        return moves || operation.floating ? MOST_STORES : 1;
    }

    /** The class on the sheet, refined where one class of the instruction table costs differently by operand. */
    private String timing() {
        String timing = form.timing();
        return switch (timing) {
            case "mul" -> timing + (form.operands().size() > 1 ? ".several" : "." + bits());
            case "div" -> form.mnemonic() + "." + bits();
            case "rotate", "rotate.carry" -> has(Kind.I) ? timing + ".imm" : timing;
            case "bt", "bts" -> memory() && has(Kind.G) ? timing + ".string" : timing;
            case "test" -> has(Kind.I) && !has(Kind.FIXED) ? "test.imm" : timing;
            case "xchg" -> has(Kind.FIXED) ? "xchg.acc" : timing;
            case "cdq", "cwde", "pusha", "popa" -> timing + "." + 8 * instruction.operandSize;
            case "push", "pop", "inc", "jmp.indirect", "call.indirect" -> memory() ? timing + ".mem" : timing;
            case "ret" -> has(Kind.I) ? "ret.imm" : timing;
            case "bsf" -> form.mnemonic();
            case "mov.cr" -> has(Kind.C) && instruction.reg() == 3 ? "mov.cr3" : timing;
            case "fp.com" -> form.mnemonic().equals("fxam") ? "fp.xam" : timing;
            default -> timing;
        };
    }

    /** A serialising instruction may be one of those that cost nothing in this cell. */
    private int cycles(Row row) {
        if (SERIALISING.matcher(form.timing()).matches() && sheet.isPerfect(Mechanism.SERIALISE)) return 1;
        return written ? row.modify() : read ? row.load() : row.register();
    }

    /** What an access to a port adds. */
    private int port() {
        boolean port = form.privilege() == InstructionForm.Privilege.IO_BITMAP;
        return port && !sheet.isPerfect(Mechanism.SERIALISE) ? sheet.of("io.cycles") : 0;
    }

    private boolean memory() {
        return read || written;
    }

    private boolean has(Kind kind) {
        return form.operands().stream().anyMatch(o -> o.kind() == kind);
    }

    private int bits() {
        return 8 * bytes(form.operands().get(0).size());
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
            case G -> register(instruction.reg(), operand);
            case Z -> register(form.opcode() & 7, operand);
            case FIXED -> fixed(operand);
            case P -> media(instruction.reg(), operand);
            case N -> media(instruction.rm(), operand);
            case Q -> {
                if (instruction.modrm >= 0xC0) media(instruction.rm(), operand);
                else memory(operand.access());
            }
            case O, W -> memory(operand.access());
            default -> {}
        }
    }

    private void memory(Access access) {
        if (instruction.base >= 0) operation.addresses |= 1 << instruction.base;
        if (instruction.index >= 0) operation.addresses |= 1 << instruction.index;
        if (access == Access.READ || access == Access.READ_WRITE) read = true;
        if (access == Access.WRITE || access == Access.READ_WRITE) written = true;
    }

    private void fixed(OperandForm operand) {
        switch (operand.register()) {
            case "al", "ax", "eAX" -> register(0, operand);
            case "cl", "cx" -> register(1, operand);
            case "dx" -> register(2, operand);
            default -> {}
        }
    }

    /** A register of MMX. */
    private void media(int number, OperandForm operand) {
        use(1 << Operation.MEDIA + number, operand);
    }

    private void register(int number, OperandForm operand) {
        use(1 << (bytes(operand.size()) == 1 ? number & 3 : number), operand);
    }

    private void use(int register, OperandForm operand) {
        if (operand.access() != Access.WRITE) operation.reads |= register;
        if (operand.access() == Access.WRITE || operand.access() == Access.READ_WRITE) operation.writes |= register;
    }

    /** A prefix takes a cycle of decoding; so does the first byte of a two-byte opcode, but that of a branch (S). */
    private int prefixes() {
        boolean escape = form.map() == TWO_BYTE && !form.timing().equals("jcc");
        return instruction.prefixes + (escape ? sheet.of("escape.cycles") : 0);
    }

    /** What MMX has once (S Intel's optimization manual). */
    private Operation.Unit unit() {
        return switch (form.timing()) {
            case "mmx.shift", "mmx.pack" -> Operation.Unit.SHIFTER;
            case "mmx.mul" -> Operation.Unit.MULTIPLIER;
            default -> null;
        };
    }

    /**
     * With a prefix, or a displacement and an immediate, an instruction pairs no more, or in the U pipe only; memory and general
     * registers are reached by MMX through the U pipe (S).
     */
    private Pipe pipe(Row row) {
        Pipe pipe = row.pipe();
        if (memory() && has(Kind.I) && hasDisplacement()) return Pipe.NP;
        boolean media = has(Kind.P) || has(Kind.N);
        boolean outside = media && (memory() || has(Kind.E) || has(Kind.G));
        if ((prefixes() > 0 || outside) && pipe.second) return pipe.first ? Pipe.PU : Pipe.NP;
        return pipe;
    }

    private boolean hasDisplacement() {
        int mod = instruction.modrm >> 6 & 3;
        return mod == 1 || mod == 2 || instruction.base < 0;
    }

    private Operation.Stack stack() {
        return switch (form.timing()) {
            case "push", "call" -> Operation.Stack.PUSH;
            case "pop" -> Operation.Stack.POP;
            default -> Operation.Stack.NONE;
        };
    }

    private void floating(Row row) {
        String mnemonic = form.mnemonic();
        operation.floating = true;
        operation.latency = row.latency();
        operation.busy = row.busy();
        operation.pops = -form.unnamed().pushes();
        if (mnemonic.equals("fxch")) {
            operation.exchange = instruction.rm();
            return;
        }
        boolean register = form.operands().stream().anyMatch(o -> o.kind() == Kind.STI);
        if (pushes()) {
            operation.destination = -1 & 7;
            if (register) operation.source0 = instruction.rm();
            return;
        }
        operation.source0 = 0;
        if (register) operation.source1 = instruction.rm();
        boolean other = register && form.operands().get(0).kind() == Kind.STI;
        if (!stores()) operation.destination = other ? instruction.rm() : 0;
    }

    private boolean pushes() {
        String timing = form.timing();
        return timing.startsWith("fp.load")
                || timing.startsWith("fp.const")
                || form.mnemonic().equals("fld");
    }

    private boolean stores() {
        return form.timing().matches("fp\\.(store.*|com.*|stcw|stsw|nop|stack|free|clex)");
    }

    private void repeat(String timing) {
        Clocks.Repeat repeat = instruction.repeat == 0 ? null : sheet.repeat(timing);
        if (repeat == null) return;
        operation.repeatSetup = repeat.setup();
        operation.repeatEach = repeat.each() + port();
    }
}
