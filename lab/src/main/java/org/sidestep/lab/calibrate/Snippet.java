package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Register;
import org.sidestep.isa.Seg;
import org.sidestep.isa.St;
import org.sidestep.isa.Xmm;
import org.sidestep.plugin.WholeNumber;

/** Instructions as text, assembled: {@code mov eax, 4[ebx+esi*8+12]; 66*3 nop}, a memory operand with its size in front. */
final class Snippet {

    private static final Map<String, Register> REGISTERS = Stream.<Register[]>of(
                    Reg32.values(), Reg16.values(), Reg8.values(), St.values(), Mm.values(), Xmm.values(), Seg.values())
            .flatMap(Arrays::stream)
            .collect(Collectors.toUnmodifiableMap(Register::text, register -> register));

    private static final Pattern ADDRESS16 = Pattern.compile("lea (\\w+), \\[(b[xp]\\+[sd]i)(?:\\+(\\d+))?\\]");
    /** In the order of their encoding. */
    private static final List<String> PAIRS16 = List.of("bx+si", "bx+di", "bp+si", "bp+di");

    /** Bytes of the longest instruction: more prefixes than fit raise an exception. */
    private static final int LONGEST = 15;

    private final Assembler asm = new Assembler();

    private Snippet() {
        asm.section("snippet", 0, 0);
    }

    /**
     * The bytes of {@code text}.
     *
     * @throws org.sidestep.asm.AssemblyException if the assembler does not know an instruction
     */
    static byte[] assemble(String text) {
        Snippet snippet = new Snippet();
        for (String instruction : text.split(";")) snippet.emit(instruction.trim());
        return snippet.asm.link().segments().get(0).bytes();
    }

    private void emit(String text) {
        if (text.startsWith("66*")) {
            int space = text.indexOf(' ');
            int prefixes = number(text.substring(3, space));
            if (prefixes >= LONGEST) throw new NotExecuted("no instruction is longer than " + LONGEST + " bytes", null);
            for (int i = 0; i < prefixes; i++) asm.bytes((byte) 0x66);
            emit(text.substring(space + 1));
            return;
        }
        Matcher near = ADDRESS16.matcher(text);
        if (near.matches()) {
            address16(near.group(1), near.group(2), near.group(3));
            return;
        }
        int end = text.indexOf(' ', text.startsWith("lock ") ? 5 : 0);
        List<Operand> operands = new ArrayList<>();
        if (end > 0) for (String operand : text.substring(end).split(",")) operands.add(operand(operand.trim()));
        asm.emit(end < 0 ? text : text.substring(0, end), operands.toArray(new Operand[0]));
    }

    /** LEA of a 16-bit address, which the assembler does not write, since no kernel needs one. */
    private void address16(String target, String pair, String displacement) {
        Register register = REGISTERS.get(target);
        if (!(register instanceof Reg16 || register instanceof Reg32)) {
            throw new NotExecuted(String.format(Locale.ROOT, "LEA has no result '%s'", target), null);
        }
        if (register instanceof Reg16) asm.bytes((byte) 0x66);
        int modrm = register.number() << 3 | PAIRS16.indexOf(pair);
        boolean displaced = displacement != null;
        asm.bytes((byte) 0x67, (byte) 0x8D, (byte) (displaced ? modrm | 0x40 : modrm));
        if (displaced) asm.bytes((byte) number(displacement));
    }

    private static Operand operand(String text) {
        int bracket = text.indexOf('[');
        if (bracket >= 0) return memory(text.substring(0, bracket), text.substring(bracket + 1, text.length() - 1));
        return REGISTERS.containsKey(text) ? REGISTERS.get(text) : Imm.imm(number(text));
    }

    /** Decimal, or hexadecimal behind {@code 0x}. */
    private static int number(String text) {
        if (text.matches("0x[0-9a-f]{1,8}")) return Integer.parseUnsignedInt(text.substring(2), 16);
        OptionalLong number = WholeNumber.parse(text);
        if (number.isPresent() && number.getAsLong() == (int) number.getAsLong()) return (int) number.getAsLong();
        throw new NotExecuted(String.format(Locale.ROOT, "there is no operand '%s'", text), null);
    }

    private static Mem memory(String size, String inside) {
        Reg32 base = null;
        Reg32 index = null;
        int scale = 1;
        int displacement = 0;
        for (String part : inside.split("\\+")) {
            String[] factor = part.trim().split("\\*");
            if (factor[0].matches("[0-9].*")) displacement = number(factor[0]);
            else if (base == null) base = register(factor[0]);
            else index = register(factor[0]);
            if (factor.length > 1) scale = number(factor[1]);
        }
        return new Mem(size.isEmpty() ? 0 : number(size), null, base, index, scale, displacement, null, null);
    }

    private static Reg32 register(String name) {
        if (operand(name) instanceof Reg32 register) return register;
        throw new NotExecuted(String.format(Locale.ROOT, "'%s' is no address register", name), null);
    }
}
