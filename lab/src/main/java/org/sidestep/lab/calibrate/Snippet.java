package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

/** Instructions as text, assembled: {@code mov eax, 4[ebx+esi*8+12]; 66*3 nop}, a memory operand with its size in front. */
final class Snippet {

    private static final Map<String, Register> REGISTERS = Stream.<Register[]>of(
                    Reg32.values(), Reg16.values(), Reg8.values(), St.values(), Mm.values(), Xmm.values(), Seg.values())
            .flatMap(Arrays::stream)
            .collect(Collectors.toUnmodifiableMap(Register::text, register -> register));

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
            for (int i = 0; i < Integer.parseInt(text.substring(3, space)); i++) asm.bytes((byte) 0x66);
            emit(text.substring(space + 1));
            return;
        }
        int end = text.indexOf(' ', text.startsWith("lock ") ? 5 : 0);
        List<Operand> operands = new ArrayList<>();
        if (end > 0) for (String operand : text.substring(end).split(",")) operands.add(operand(operand.trim()));
        asm.emit(end < 0 ? text : text.substring(0, end), operands.toArray(new Operand[0]));
    }

    private static Operand operand(String text) {
        int bracket = text.indexOf('[');
        if (bracket >= 0) return memory(text.substring(0, bracket), text.substring(bracket + 1, text.length() - 1));
        return REGISTERS.containsKey(text) ? REGISTERS.get(text) : Imm.imm(number(text));
    }

    private static int number(String text) {
        try {
            return Long.decode(text).intValue();
        } catch (NumberFormatException e) {
            throw new NotExecuted("there is no operand '%s'".formatted(text), e);
        }
    }

    private static Mem memory(String size, String inside) {
        Reg32 base = null;
        Reg32 index = null;
        int scale = 1;
        int displacement = 0;
        for (String part : inside.split("\\+")) {
            String[] factor = part.trim().split("\\*");
            if (Character.isDigit(factor[0].charAt(0))) displacement = number(factor[0]);
            else if (base == null) base = register(factor[0]);
            else index = register(factor[0]);
            if (factor.length > 1) scale = number(factor[1]);
        }
        return new Mem(size.isEmpty() ? 0 : number(size), null, base, index, scale, displacement, null, null);
    }

    private static Reg32 register(String name) {
        if (operand(name) instanceof Reg32 register) return register;
        throw new NotExecuted("'%s' is no address register".formatted(name), null);
    }
}
