package org.sidestep.isa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the table: turns the text of a row into one or more {@link InstructionForm}s. */
final class Rows {

    private final List<InstructionForm> forms = new ArrayList<>();

    /** The operands that have been read, by their letters. */
    private final Map<String, List<OperandForm>> patterns = new HashMap<>();

    List<InstructionForm> forms() {
        return List.copyOf(forms);
    }

    /**
     * Adds a row. Where two rows can encode the same operands in the same number of bytes, the assembler takes the
     * earlier one; where two rows decode from the same bytes, so does the decoder.
     *
     * @param encoding in the manual's notation: {@code "0F A4"}; {@code "80 /0"} with a digit in modrm.reg; {@code "40+r"} for eight forms with a
     *     register in the low opcode bits; {@code "70+cc"} for sixteen forms with a condition there;
     *     {@code "D9 E0"} with a fixed modrm byte; {@code "D8 C0+i"} with an x87 register in modrm.rm; {@code "NP 0F 58"},
     *     {@code "66 0F 58"}, {@code "F2 0F 58"} and {@code "F3 0F 58"} where a prefix selects the row
     * @param operands for example {@code "Ev:rw Gv"}: addressing letter, size letters, access (r if left out)
     */
    void row(String mnemonic, String encoding, String operands, String timing, Trait... traits) {
        Trait trait = Trait.NONE;
        for (Trait one : traits) trait = trait.and(one);
        Place place = Place.of(encoding);
        if (encoding.endsWith("+cc")) {
            conditions(mnemonic, place, operands, timing, trait);
        } else if (encoding.endsWith("+r")) {
            for (int r = 0; r < 8; r++) add(mnemonic, place.plus(r), operands, timing, trait);
        } else {
            add(mnemonic, place, operands, timing, trait);
        }
    }

    /** Where the decoder finds a row. */
    private record Place(int prefix, int map, int opcode, int digit, int rm) {

        static Place of(String encoding) {
            String[] part = encoding.replace('+', ' ').split(" ");
            int at = 0;
            int prefix = switch (part[0]) {
                case "NP" -> InstructionForm.NO_PREFIX;
                case "66", "F2", "F3" -> Integer.parseInt(part[0], 16);
                default -> InstructionForm.ANY_PREFIX;
            };
            if (prefix != InstructionForm.ANY_PREFIX) at++;
            int map = part[at].equals("0F") ? 0x0F : 0;
            if (map != 0) at++;
            int opcode = Integer.parseInt(part[at++], 16);
            if (at == part.length || part[at].equals("r") || part[at].equals("cc"))
                return new Place(prefix, map, opcode, -1, -1);
            String modrm = part[at];
            if (modrm.startsWith("/")) return new Place(prefix, map, opcode, modrm.charAt(1) - '0', -1);
            int fixed = Integer.parseInt(modrm, 16);
            int rm = encoding.endsWith("+i") ? -1 : fixed & 7;
            return new Place(prefix, map, opcode, fixed >> 3 & 7, rm);
        }

        Place plus(int low) {
            return new Place(prefix, map, opcode + low, digit, rm);
        }
    }

    /** An opcode as {@link #row} reads it, in two digits. */
    static String hex(int opcode) {
        return Integer.toHexString(0x100 | opcode).substring(1).toUpperCase(Locale.ROOT);
    }

    private void conditions(String mnemonic, Place place, String operands, String timing, Trait trait) {
        for (int code = 0; code < 16; code++) {
            Condition condition = Condition.of(code);
            Trait reading = trait.and(Trait.reads(condition.flags()));
            add(mnemonic + condition.text(), place.plus(code), operands, timing, reading);
        }
    }

    private void add(String mnemonic, Place place, String letters, String timing, Trait trait) {
        List<OperandForm> operands = patterns.computeIfAbsent(letters, Rows::operands);
        forms.add(new InstructionForm(
                forms.size(),
                mnemonic,
                place.prefix(),
                place.map(),
                place.opcode(),
                place.digit(),
                place.rm(),
                operands,
                trait.reads(),
                trait.writes(),
                trait.undefined(),
                trait.privilege(),
                trait.endsBlock(),
                trait.lockable() && canWriteMemory(operands.get(0)),
                timing,
                trait.unnamed()));
    }

    private static boolean canWriteMemory(OperandForm destination) {
        return destination.kind() == OperandForm.Kind.E || destination.kind() == OperandForm.Kind.M;
    }

    private static List<OperandForm> operands(String letters) {
        if (letters.isEmpty()) return List.of();
        List<OperandForm> operands = new ArrayList<>();
        for (String text : letters.split(" ")) operands.add(operand(text));
        return List.copyOf(operands);
    }

    private static OperandForm operand(String text) {
        int colon = text.indexOf(':');
        String pattern = colon < 0 ? text : text.substring(0, colon);
        OperandForm.Access access = access(colon < 0 ? "r" : text.substring(colon + 1));
        if (pattern.equals("1")) return new OperandForm(OperandForm.Kind.CONSTANT, OperandForm.Size.B, access, null);
        if (pattern.equals("st(i)")) return new OperandForm(OperandForm.Kind.STI, OperandForm.Size.T, access, null);
        if (Character.isLowerCase(pattern.charAt(0))) {
            return new OperandForm(OperandForm.Kind.FIXED, fixedSize(pattern), access, pattern);
        }
        String size = pattern.substring(1).toUpperCase(Locale.ROOT);
        return new OperandForm(
                OperandForm.Kind.valueOf(pattern.substring(0, 1)),
                size.isEmpty() ? OperandForm.Size.NONE : OperandForm.Size.valueOf(size),
                access,
                null);
    }

    private static OperandForm.Access access(String letters) {
        return switch (letters) {
            case "r" -> OperandForm.Access.READ;
            case "w" -> OperandForm.Access.WRITE;
            case "rw" -> OperandForm.Access.READ_WRITE;
            case "a" -> OperandForm.Access.ADDRESS;
            default -> throw new IllegalArgumentException("access '" + letters + "'");
        };
    }

    private static OperandForm.Size fixedSize(String register) {
        if (register.equals("eAX")) return OperandForm.Size.V;
        if (register.equals("st")) return OperandForm.Size.T;
        return register.equals("al") || register.equals("cl") ? OperandForm.Size.B : OperandForm.Size.W;
    }
}
