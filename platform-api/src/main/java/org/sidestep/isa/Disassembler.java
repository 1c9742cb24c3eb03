package org.sidestep.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The text of a decoded instruction in the style of {@code objdump -d -M intel}, for a code segment of its size. */
public final class Disassembler {

    private static final String[] REG8 = {"al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"};
    private static final String[] REG16 = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] REG32 = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};

    private static final Set<String> COMPARING = Set.of("cmpps", "cmpss", "cmppd", "cmpsd");

    /** What CMPPS and its kin are called by their immediate (SDM vol. 2, CMPPS). */
    private static final String[] COMPARISONS = {"eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"};

    /** Where no operand shows a size other than the code segment's, the mnemonic does, by a w or d at its end. */
    private static final Set<String> SUFFIXED = Set.of(
            "pusha", "popa", "pushf", "popf", "iret", "ret", "retf", "enter", "leave", "fldenv", "fnstenv", "fnsave",
            "frstor");

    private final Instruction instruction;
    private final int address;
    private final Symbols symbols;

    private Disassembler(Instruction instruction, int address, Symbols symbols) {
        this.instruction = instruction;
        this.address = address;
        this.symbols = symbols;
    }

    /** The text of an instruction at a linear address. */
    public static String text(Instruction instruction, int address, Symbols symbols) {
        return new Disassembler(instruction, address, symbols).text();
    }

    /** The text of an instruction at a linear address, with numbers only. */
    public static String text(Instruction instruction, int address) {
        return text(instruction, address, Symbols.NONE);
    }

    private String text() {
        List<String> operands = new ArrayList<>();
        for (OperandForm pattern : instruction.form.operands()) operands.add(operand(pattern));
        if (isComparison()) operands.remove(2);
        String mnemonic = prefixes() + mnemonic();
        if (operands.isEmpty()) return mnemonic;
        return String.format(Locale.ROOT, "%-6s %s", mnemonic, String.join(",", operands));
    }

    /** Whether the immediate is part of the name. */
    private boolean isComparison() {
        return COMPARING.contains(instruction.form.mnemonic()) && instruction.imm < COMPARISONS.length;
    }

    private String prefixes() {
        StringBuilder text = new StringBuilder();
        if (instruction.lock) text.append("lock ");
        if (instruction.repeat != 0) text.append(repeatName()).append(' ');
        return text.toString();
    }

    private String repeatName() {
        if (instruction.repeat == 0xF2) return "repnz";
        return switch (instruction.form.mnemonic()) {
            case "movs", "stos", "lods", "ins", "outs" -> "rep";
            default -> "repz";
        };
    }

    private String mnemonic() {
        String row = instruction.form.mnemonic();
        if (isComparison()) return "cmp" + COMPARISONS[instruction.imm] + row.substring(3);
        if (row.equals("jecxz") && instruction.addressSize == 2) return "jcxz";
        if (has(OperandForm.Size.S)) return row + (instruction.operandSize == 2 ? "w" : "d");
        if (row.equals("cwde")) return instruction.operandSize == 2 ? "cbw" : row;
        if (row.equals("cdq")) return instruction.operandSize == 2 ? "cwd" : row;
        if (instruction.operandSize == instruction.codeSize) return row;
        if (row.equals("nop") && instruction.modrm < 0)
            return instruction.operandSize == 2 ? "xchg   ax,ax" : "xchg   eax,eax";
        return needsSuffix(row) ? row + (instruction.operandSize == 2 ? "w" : "d") : row;
    }

    private boolean needsSuffix(String row) {
        return switch (row) {
            case "push", "pop" -> has(OperandForm.Kind.I) || has(OperandForm.Kind.FIXED);
            case "call", "jmp" -> has(OperandForm.Kind.J) && has(OperandForm.Size.Z);
            default -> SUFFIXED.contains(row);
        };
    }

    private boolean has(OperandForm.Kind kind) {
        return instruction.form.operands().stream().anyMatch(o -> o.kind() == kind);
    }

    private boolean has(OperandForm.Size size) {
        return instruction.form.operands().stream().anyMatch(o -> o.size() == size);
    }

    private String operand(OperandForm pattern) {
        return switch (pattern.kind()) {
            case E, M, R, N, Q, U, W, STI ->
                instruction.isRegisterForm() ? register(pattern, instruction.rm()) : sizeName(pattern) + memory();
            case P -> "mm" + instruction.reg();
            case V -> "xmm" + instruction.reg();
            case G -> register(pattern.size(), instruction.reg());
            case Z -> register(pattern.size(), instruction.opcodeRegister());
            case S -> SEGMENTS[instruction.reg()];
            case C -> "cr" + instruction.reg();
            case D -> "dr" + instruction.reg();
            case I -> immediate(pattern);
            case J -> target();
            case O -> offset();
            case A -> hex(instruction.imm2) + ":" + absolute(instruction.imm);
            case X -> sizeName(pattern) + segment() + ":[" + wide("si") + "]";
            case Y -> sizeName(pattern) + "es:[" + wide("di") + "]";
            case T -> sizeName(pattern) + segment() + ":[" + wide("bx") + "]";
            case FIXED -> fixed(pattern.register());
            case CONSTANT -> "1";
        };
    }

    private String segment() {
        return SEGMENTS[instruction.segment];
    }

    private String wide(String register) {
        return instruction.addressSize == 4 ? "e" + register : register;
    }

    private String fixed(String name) {
        if (name.equals("eAX")) return instruction.operandSize == 4 ? "eax" : "ax";
        return name;
    }

    private String register(OperandForm pattern, int number) {
        return switch (pattern.kind()) {
            case N, Q -> "mm" + number;
            case U, W -> "xmm" + number;
            case STI -> "st(" + number + ")";
            default -> register(pattern.size(), number);
        };
    }

    private String register(OperandForm.Size size, int number) {
        return switch (size) {
            case B -> REG8[number];
            case W -> REG16[number];
            case D -> REG32[number];
            default -> instruction.operandSize == 4 ? REG32[number] : REG16[number];
        };
    }

    private String sizeName(OperandForm pattern) {
        return switch (pattern.size()) {
            case B -> "BYTE PTR ";
            case W, WV -> "WORD PTR ";
            case D -> "DWORD PTR ";
            case V, Z, BS -> instruction.operandSize == 4 ? "DWORD PTR " : "WORD PTR ";
            case P -> instruction.operandSize == 4 ? "FWORD PTR " : "DWORD PTR ";
            case A -> instruction.operandSize == 4 ? "QWORD PTR " : "DWORD PTR ";
            case Q -> "QWORD PTR ";
            case X -> "XMMWORD PTR ";
            case T -> "TBYTE PTR ";
            case S, IMAGE -> "";
            case NONE -> showsByte() ? "BYTE PTR " : "";
        };
    }

    private boolean showsByte() {
        String row = instruction.form.mnemonic();
        return row.equals("invlpg") || row.equals("clflush") || row.startsWith("prefetch");
    }

    private String immediate(OperandForm pattern) {
        boolean second = pattern.size() == OperandForm.Size.B
                && instruction.form.operands().get(0).size() == OperandForm.Size.W;
        int value = second ? instruction.imm2 : instruction.imm;
        if (pattern.size() == OperandForm.Size.BS && instruction.operandSize == 2) value &= 0xFFFF;
        boolean full = pattern.size() == OperandForm.Size.Z && instruction.operandSize == 4;
        String name = full ? symbols.immediate(value) : null;
        return name != null ? name : hex(value);
    }

    private String target() {
        int target = address + instruction.length + instruction.imm;
        if (instruction.operandSize == 2) target = wrapped(target);
        String name = symbols.address(target);
        return name != null ? name : hex(target);
    }

    /** Within the 64 KB around a 16-bit code segment's instruction; a 32-bit one's EIP gets truncated. */
    private int wrapped(int target) {
        return target & 0xFFFF | (instruction.codeSize == 2 ? address & 0xFFFF0000 : 0);
    }

    private String offset() {
        return segment() + ":" + absolute(instruction.displacement);
    }

    private String absolute(int value) {
        String name = symbols.address(value);
        return name != null ? name : hex(value);
    }

    private String memory() {
        return instruction.addressSize == 4 ? memory32() : memory16();
    }

    private String memory32() {
        boolean sib = instruction.rm() == 4;
        boolean plain = sib && instruction.index < 0 && instruction.base == 4 && instruction.scale == 0;
        if (instruction.base < 0 && !sib) return segment() + ":" + absolute(instruction.displacement);
        StringBuilder inside = new StringBuilder();
        if (instruction.base >= 0) inside.append(REG32[instruction.base]);
        if (sib && !plain) {
            if (inside.length() > 0) inside.append('+');
            inside.append(instruction.index < 0 ? "eiz" : REG32[instruction.index]);
            inside.append('*').append(1 << instruction.scale);
        }
        return overridden() + "[" + inside.append(displacement()) + "]";
    }

    private String memory16() {
        if (instruction.base < 0) return segment() + ":" + absolute(instruction.displacement);
        String index = instruction.index < 0 ? "" : "+" + REG16[instruction.index];
        return overridden() + "[" + REG16[instruction.base] + index + displacement() + "]";
    }

    private String overridden() {
        return instruction.override < 0 ? "" : segment() + ":";
    }

    private String displacement() {
        String name = symbols.displacement(instruction.displacement);
        if (name != null) return "+" + name;
        boolean present = instruction.modrm >= 0x40 || instruction.base < 0;
        if (!present) return "";
        int value = instruction.displacement;
        return value < 0 ? "-" + hex(-value) : "+" + hex(value);
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
