package org.sidestep.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Register;
import org.sidestep.isa.Seg;
import org.sidestep.isa.St;
import org.sidestep.isa.Xmm;

/** Every row of the table with operands at the edges of what it takes, as we and as GNU as write them. */
final class Samples {

    private static final Set<String> STRINGS = Set.of("movs", "cmps", "stos", "lods", "scas", "ins", "outs");

    private static final Set<String> NARROWED =
            Set.of("pusha", "popa", "pushf", "popf", "iret", "ret", "retf", "enter", "leave");

    /** One instruction. */
    record Sample(String mnemonic, List<Operand> operands) {

        String gas() {
            String shown = operands.stream().map(Samples::show).collect(Collectors.joining(","));
            return mnemonic.equals("lea") || mnemonic.equals("invlpg") || mnemonic.equals("clflush")
                    ? mnemonic + " " + shown.replaceAll("\\w+ PTR ", "")
                    : mnemonic + " " + shown;
        }

        byte[] bytes(int codeSize) {
            return Encoder.encode(mnemonic, codeSize, operands.toArray(Operand[]::new))
                    .get(0)
                    .bytes();
        }
    }

    private Samples() {}

    /** All rows but relative branches, whose operand is a label. */
    static List<Sample> all() {
        List<Sample> samples = new ArrayList<>();
        for (InstructionForm form : InstructionTable.rows()) {
            if (form.operands().stream().anyMatch(o -> o.kind() == OperandForm.Kind.J)) continue;
            if (form.mnemonic().equals("salc")) continue; // undocumented: binutils do not know it
            samples.addAll(of(form, 4));
            if (!form.mnemonic().equals("bswap")) samples.addAll(of(form, 2)); // of a word: undefined, gas refuses it
        }
        return samples;
    }

    private static List<Sample> of(InstructionForm form, int size) {
        if (STRINGS.contains(form.mnemonic())) return List.of(string(form, size));
        if (form.mnemonic().equals("xlat")) return List.of(new Sample("xlatb", List.of()));
        String mnemonic = size == 4 ? form.mnemonic() : narrow(form);
        if (mnemonic == null) return List.of();
        List<List<Operand>> rows = List.of(List.of());
        for (OperandForm pattern : form.operands()) rows = times(rows, operands(form, pattern, size));
        return rows.stream().map(operands -> new Sample(mnemonic, operands)).toList();
    }

    private static Sample string(InstructionForm form, int size) {
        boolean variable = form.operands().stream().anyMatch(o -> o.size() == OperandForm.Size.V);
        return new Sample(form.mnemonic() + (!variable ? "b" : size == 2 ? "w" : "d"), List.of());
    }

    /** The mnemonic at operand size 2, or null if the row has no other form there. */
    private static String narrow(InstructionForm form) {
        List<OperandForm> operands = form.operands();
        boolean variable = operands.stream().anyMatch(o -> o.size() == OperandForm.Size.V);
        return switch (form.mnemonic()) {
            case "cwde" -> "cbw";
            case "cdq" -> "cwd";
            case "push", "pop" -> variable ? form.mnemonic() : form.mnemonic() + "w";
            default -> NARROWED.contains(form.mnemonic()) ? form.mnemonic() + "w" : variable ? form.mnemonic() : null;
        };
    }

    private static List<List<Operand>> times(List<List<Operand>> rows, List<? extends Operand> next) {
        List<List<Operand>> product = new ArrayList<>();
        for (List<Operand> row : rows) {
            for (Operand operand : next) {
                List<Operand> longer = new ArrayList<>(row);
                longer.add(operand);
                product.add(longer);
            }
        }
        return product;
    }

    private static List<? extends Operand> operands(InstructionForm form, OperandForm pattern, int size) {
        return switch (pattern.kind()) {
            case E ->
                Stream.concat(registers(pattern, size, 0, 8), memories(pattern, size))
                        .toList();
            case Q ->
                Stream.concat(Stream.of(Mm.values()), memories(pattern, size)).toList();
            case W ->
                Stream.concat(Stream.of(Xmm.values()), memories(pattern, size)).toList();
            case N -> List.of(Mm.values());
            case U -> List.of(Xmm.values());
            case STI -> List.of(St.values());
            case P -> List.of(Mm.MM0, Mm.MM3, Mm.MM7);
            case V -> List.of(Xmm.XMM0, Xmm.XMM3, Xmm.XMM7);
            case R -> registers(pattern, size, 0, 8).toList();
            case M ->
                memories(pattern, size)
                        .filter(m -> !isLea(form) || ((Mem) m).segment() == null)
                        .toList();
            case G ->
                Stream.of(0, 3, 7)
                        .flatMap(r -> registers(pattern, size, r, r + 1))
                        .toList();
            case Z ->
                registers(pattern, size, form.opcode() & 7, (form.opcode() & 7) + 1)
                        .toList();
            case S ->
                Stream.of(Seg.values())
                        .filter(s -> s != Seg.CS || pattern.access() == OperandForm.Access.READ)
                        .toList();
            case C -> List.of(Cr.CR0, Cr.CR2, Cr.CR3, Cr.CR4);
            case D -> List.of(Dr.values());
            case I -> immediates(pattern, size);
            case A -> List.of(new Far(8, new Imm(0x12345678)), new Far(0xFFFF, new Imm(-1)));
            case O ->
                List.of(
                        memory(pattern, size, Mem.absolute(0x1234)),
                        memory(pattern, size, Mem.absolute(0).in(Seg.FS)));
            case FIXED -> List.of(fixed(pattern.register(), size));
            case CONSTANT -> List.of(new Imm(1));
            default -> throw new IllegalStateException(form.toString());
        };
    }

    /** No memory is accessed: gas warns of a segment. */
    private static boolean isLea(InstructionForm form) {
        return form.mnemonic().equals("lea");
    }

    private static Stream<Operand> registers(OperandForm pattern, int size, int from, int to) {
        int bytes = Match.memorySize(new OperandForm(pattern.kind(), pattern.size(), pattern.access(), null), size);
        boolean word = bytes == 2 && pattern.size() != OperandForm.Size.WV
                || pattern.size() == OperandForm.Size.WV && size == 2;
        return IntStream.range(from, to).mapToObj(r -> bytes == 1 ? Reg8.of(r) : word ? Reg16.of(r) : Reg32.of(r));
    }

    private static Stream<Operand> memories(OperandForm pattern, int size) {
        return Stream.of(
                        Reg32.EAX.at(0),
                        Reg32.EBP.at(0),
                        Reg32.ESP.at(0),
                        Reg32.ECX.at(127),
                        Reg32.EDX.at(-128),
                        Reg32.EBX.at(128),
                        Reg32.ESI.at(0x12345678),
                        Reg32.EDI.at(-129),
                        Reg32.EAX.at(Reg32.ECX, 2, 0),
                        Reg32.ESP.at(Reg32.EBP, 8, 4),
                        Reg32.EBP.at(Reg32.EAX, 1, 0),
                        Mem.index(Reg32.EDI, 4, 0x1000),
                        Mem.index(Reg32.EDX, 1, -4),
                        Mem.absolute(0x1234),
                        Mem.absolute(0).in(Seg.GS),
                        Reg32.EBX.at(4).in(Seg.FS),
                        Reg32.EBP.at(8).in(Seg.DS),
                        Reg32.ESP.at(8).in(Seg.SS),
                        Reg32.EDX.at(0).in(Seg.DS))
                .map(mem -> memory(pattern, size, mem));
    }

    private static Operand memory(OperandForm pattern, int size, Mem mem) {
        boolean unsized = pattern.size() == OperandForm.Size.NONE || pattern.size() == OperandForm.Size.IMAGE;
        return unsized ? mem : mem.sized(Match.memorySize(pattern, size));
    }

    private static List<Imm> immediates(OperandForm pattern, int size) {
        int[] values = switch (pattern.size()) {
            case B -> new int[] {0, 1, 2, 127, 128, 255, -1, -128};
            case W -> new int[] {0, 4, 0x8000, 0xFFFF};
            case BS -> new int[] {0, 1, 127, -1, -128};
            default ->
                size == 4
                        ? new int[] {0, 1, 127, 128, -128, -129, 0x8000, 0x12345678, 0x80000000}
                        : new int[] {0, 1, 127, 128, -128, 0x7FFF, 0x8000, 0xFF7F, 0xFFFF};
        };
        return IntStream.of(values).mapToObj(Imm::new).toList();
    }

    private static Register fixed(String name, int size) {
        return switch (name) {
            case "eAX" -> size == 4 ? Reg32.EAX : Reg16.AX;
            case "al" -> Reg8.AL;
            case "cl" -> Reg8.CL;
            case "dx" -> Reg16.DX;
            case "ax" -> Reg16.AX;
            case "st" -> St.ST0;
            default -> Seg.valueOf(name.toUpperCase(java.util.Locale.ROOT));
        };
    }

    private static String show(Operand operand) {
        if (operand instanceof Register register) return register.text();
        if (operand instanceof Imm imm) return Integer.toString(imm.value());
        if (operand instanceof Far far) return far.selector() + ":" + show(far.offset());
        return show((Mem) operand);
    }

    private static String show(Mem mem) {
        String size = switch (mem.size()) {
            case 0 -> "";
            case 1 -> "BYTE PTR ";
            case 2 -> "WORD PTR ";
            case 4 -> "DWORD PTR ";
            case 6 -> "FWORD PTR ";
            case 10 -> "TBYTE PTR ";
            case 16 -> "XMMWORD PTR ";
            default -> "QWORD PTR ";
        };
        String segment = mem.segment() == null ? "" : mem.segment().text() + ":";
        if (mem.base() == null && mem.index() == null) {
            return size + (segment.isEmpty() ? "ds:" : segment) + mem.displacement();
        }
        String inside = mem.base() == null ? "" : mem.base().text();
        if (mem.index() != null)
            inside += (inside.isEmpty() ? "" : "+") + mem.index().text() + "*" + mem.scale();
        return size + segment + "[" + inside + (mem.displacement() < 0 ? "" : "+") + mem.displacement() + "]";
    }
}
