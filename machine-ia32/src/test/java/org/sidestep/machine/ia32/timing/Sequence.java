package org.sidestep.machine.ia32.timing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.St;
import org.sidestep.isa.Xmm;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Parameters;

/**
 * Straight code, fed to a timing engine as the interpreter would: registers keep fixed values (each points to a page of
 * its own), only the stack pointer moves.
 */
public final class Sequence {

    private static final int CODE = 0x100000;
    private static final int PAGE = 0x1000;
    /** The stack stays within the first-level cache. */
    private static final int STACK = 256;

    private final List<byte[]> code = new ArrayList<>();

    /** Instructions in Intel syntax, separated by semicolons; {@code 66*3 nop} is a prefixed one. */
    public static Sequence of(String text) {
        Sequence sequence = new Sequence();
        for (String instruction : text.split(";")) sequence.code.add(assemble(instruction.trim()));
        return sequence;
    }

    public Sequence times(int copies) {
        Sequence repeated = new Sequence();
        for (int i = 0; i < copies; i++) repeated.code.addAll(code);
        return repeated;
    }

    public Sequence then(Sequence other) {
        code.addAll(other.code);
        return this;
    }

    public int length() {
        return code.size();
    }

    public static Timing coppermine() {
        CpuModel model = new P3Coppermine();
        return model.timing(Parameters.defaults(model));
    }

    /** Puts an engine into the state of another that was made alike. */
    public static <T extends Timing> T continuing(Timing original, T other) {
        StateTape.record(original::keep).putBack(other::keep);
        return other;
    }

    /** Cycles of one run of this sequence once everything is warm, as a mean over several runs. */
    public double warmCycles() {
        Timing timing = coppermine();
        Runner runner = new Runner(timing);
        for (int i = 0; i < 10; i++) runner.run();
        long warm = timing.cycles();
        for (int i = 0; i < 10; i++) runner.run();
        return (timing.cycles() - warm) / 10.0;
    }

    public Runner on(Timing timing) {
        return new Runner(timing);
    }

    /** Runs the sequence on one engine, again and again. */
    public final class Runner {
        private final Timing timing;
        private final List<Instruction> instructions = new ArrayList<>();
        private final List<Object> prepared = new ArrayList<>();
        private int esp = stackPage();

        Runner(Timing timing) {
            this.timing = timing;
            for (byte[] bytes : code) {
                Instruction instruction = new Decoder().decode(ByteSource.of(bytes, 0), true);
                instructions.add(instruction);
                prepared.add(timing.prepare(instruction));
            }
        }

        public void run() {
            int at = CODE;
            int line = -1;
            for (int i = 0; i < instructions.size(); i++) {
                Instruction instruction = instructions.get(i);
                if (at >>> 5 != line) timing.fetch(at & ~31);
                line = at >>> 5;
                at += instruction.length;
                access(instruction);
                timing.retire(prepared.get(i), 1);
            }
            timing.branch(Timing.Branch.DIRECT, at, at + 2, CODE, true);
            timing.retire(timing.prepare(Sequence.decoded("nop")), 1);
        }

        private void access(Instruction instruction) {
            boolean memory = instruction.modrm >= 0 && instruction.modrm < 0xC0;
            for (OperandForm operand : instruction.form.operands()) {
                boolean named = operand.kind() == OperandForm.Kind.E || operand.kind() == OperandForm.Kind.M;
                if (!(named && memory)) continue;
                if (operand.access() == Access.READ || operand.access() == Access.READ_WRITE) {
                    timing.load(address(instruction), bytes(instruction, operand));
                }
                if (operand.access() == Access.WRITE || operand.access() == Access.READ_WRITE) {
                    timing.store(address(instruction), bytes(instruction, operand));
                }
            }
            implicit(instruction);
        }

        private void implicit(Instruction instruction) {
            int size = instruction.operandSize;
            switch (instruction.form.mnemonic()) {
                case "push", "pushf", "call" -> push(size, 1);
                case "pop", "popf", "ret" -> pop(size, 1);
                case "pusha" -> push(size, 8);
                case "popa" -> pop(size, 8);
                case "lods" -> timing.load(page(6), 4);
                case "stos" -> timing.store(page(7), 4);
                case "scas" -> timing.load(page(7), 4);
                case "movs" -> {
                    timing.load(page(6), 4);
                    timing.store(page(7), 4);
                }
                case "cmps" -> {
                    timing.load(page(6), 4);
                    timing.load(page(7), 4);
                }
                default -> {}
            }
        }

        private void push(int size, int count) {
            for (int i = 0; i < count; i++) {
                esp = stackPage() + (esp - size & STACK - 1);
                timing.store(esp, size);
            }
        }

        private void pop(int size, int count) {
            for (int i = 0; i < count; i++) {
                timing.load(esp, size);
                esp = stackPage() + (esp + size & STACK - 1);
            }
        }
    }

    private static int bytes(Instruction instruction, OperandForm operand) {
        return switch (operand.size()) {
            case B -> 1;
            case W -> 2;
            case Q -> 8;
            case V, Z -> instruction.operandSize;
            default -> 4;
        };
    }

    private static int address(Instruction instruction) {
        int base = instruction.base < 0 ? 0 : page(instruction.base);
        return base + instruction.displacement;
    }

    private static int page(int register) {
        return 0x200000 + register * PAGE;
    }

    private static int stackPage() {
        return page(4);
    }

    public static Instruction decoded(String text) {
        return new Decoder().decode(ByteSource.of(assemble(text), 0), true);
    }

    private static byte[] assemble(String text) {
        Assembler asm = new Assembler();
        asm.section("text", CODE, CODE);
        String rest = text;
        if (text.startsWith("66*")) {
            int space = text.indexOf(' ');
            for (int i = 0; i < Integer.parseInt(text.substring(3, space)); i++) asm.bytes((byte) 0x66);
            rest = text.substring(space + 1);
        }
        boolean prefixed = rest.startsWith("lock ") || rest.startsWith("rep ");
        int end = rest.indexOf(' ', prefixed ? 5 : 0);
        String mnemonic = end < 0 ? rest : rest.substring(0, end);
        List<Operand> operands = new ArrayList<>();
        if (end > 0) for (String operand : rest.substring(end).split(",")) operands.add(operand(operand.trim()));
        asm.emit(mnemonic, operands.toArray(new Operand[0]));
        return asm.link().segments().get(0).bytes();
    }

    /** {@code eax}, {@code -3}, or {@code 4[ebx+esi*8+12]}: a memory operand with its size in front. */
    private static Operand operand(String text) {
        int bracket = text.indexOf('[');
        if (bracket >= 0) return memory(text.substring(0, bracket), text.substring(bracket + 1, text.length() - 1));
        String name = text.toUpperCase(Locale.ROOT);
        for (Reg32 r : Reg32.values()) if (r.name().equals(name)) return r;
        for (Reg16 r : Reg16.values()) if (r.name().equals(name)) return r;
        for (Reg8 r : Reg8.values()) if (r.name().equals(name)) return r;
        for (Mm r : Mm.values()) if (r.name().equals(name)) return r;
        for (Xmm r : Xmm.values()) if (r.name().equals(name)) return r;
        for (St r : St.values()) if (r.name().equals(name)) return r;
        return Imm.imm(Long.decode(text).intValue());
    }

    private static Mem memory(String size, String inside) {
        Reg32 base = null;
        Reg32 index = null;
        int scale = 1;
        int displacement = 0;
        for (String part : inside.split("\\+")) {
            String[] factor = part.trim().split("\\*");
            if (Character.isDigit(factor[0].charAt(0))) displacement = Integer.decode(factor[0]);
            else if (base == null) base = (Reg32) operand(factor[0]);
            else index = (Reg32) operand(factor[0]);
            if (factor.length > 1) scale = Integer.parseInt(factor[1]);
        }
        return new Mem(size.isEmpty() ? 0 : Integer.parseInt(size), null, base, index, scale, displacement, null, null);
    }
}
