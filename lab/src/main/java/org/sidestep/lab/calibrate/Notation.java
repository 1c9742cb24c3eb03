package org.sidestep.lab.calibrate;

import java.util.Locale;

/**
 * The name of a measured row, such as {@code ADD r32, [m32]} or {@code PUSH imm8 + POP r32}, as instructions for
 * {@link Snippet}: one link of a dependent chain, or one of a series of independent copies.
 */
final class Notation {

    /** A copy that depends on the one before. */
    static final int LINK = -1;

    /** After so many independent copies the registers and addresses repeat. */
    static final int PERIOD = 48;

    private static final String[] FREE32 = {"ecx", "edx", "ebx", "ebp", "edi", "eax"};
    private static final String[] FREE16 = {"cx", "dx", "bx", "bp", "di", "ax"};
    private static final String[] FREE8 = {"cl", "dl", "bl", "ch", "dh", "bh"};

    private final String row;
    private final int copy;

    private Notation(String row, int copy) {
        this.row = row;
        this.copy = copy;
    }

    /**
     * The code of one copy, instructions separated by semicolons.
     *
     * @param copy {@link #LINK}, or the number of an independent copy
     */
    static String code(String row, int copy) {
        return new Notation(row, copy).code();
    }

    /** Whether the row's name says what was measured; a load and store of one word says nothing about the addresses. */
    static boolean isClear(String row) {
        return !row.matches("MOVD? \\w+,\\[m32\\]\\+MOVD? .*|.*LS pair");
    }

    /** Divisions leave the divisor in EBX and reload from ESI and EDI. */
    static boolean isDivision(String row) {
        return row.startsWith("DIV ") || row.startsWith("IDIV ");
    }

    private String code() {
        if (row.contains("0x66 NOP")) {
            String count = row.replaceAll("x? ?0x66 NOP", "").trim();
            return "66*" + (count.isEmpty() ? "1" : count) + " nop";
        }
        if (isDivision(row)) return division();
        StringBuilder code = new StringBuilder();
        for (String one : row.split("\\+(?= ?[A-Z]{3})")) {
            if (code.length() > 0) code.append(';');
            code.append(plain(one.trim().toLowerCase(Locale.ROOT)));
        }
        return code.toString();
    }

    /** The registers that the row's name says are updated are loaded anew before each division. */
    private String division() {
        String[] word = row.split(" +");
        String divisor = word[1].equals("r8") ? "bl" : word[1].equals("r16") ? "bx" : "ebx";
        String reload = "";
        if (row.matches(".*(ax upd|ax/dx.*|eax/edx.*)")) {
            String size = word[1].equals("r32") ? "e" : "";
            reload += "mov " + size + "ax, " + size + "si;";
            if (row.contains("/dx") || row.contains("/edx")) reload += "mov " + size + "dx, " + size + "di;";
        }
        return reload + word[0].toLowerCase(Locale.ROOT) + " " + divisor;
    }

    private String plain(String text) {
        if (text.matches("i?mul r(8|16|32) +\\(.*\\)")) return text.replaceAll("r\\d+ +\\((.*)\\)", "$1");
        String name = text.replaceAll("^((lock )?\\S+).*", "$1");
        String rest = text.substring(name.length()).trim();
        if (rest.isEmpty() || rest.startsWith("(")) return mnemonic(name);
        boolean twoRegisters = name.equals("xchg") || name.equals("xadd") || name.equals("cmpxchg");
        boolean different = twoRegisters || rest.startsWith("[");
        String[] operands = rest.split(",");
        for (int i = 0; i < operands.length; i++) {
            operands[i] = operand(operands[i].trim(), i, different, name.equals("lea"));
        }
        return name + " " + String.join(", ", operands);
    }

    private static String mnemonic(String name) {
        return switch (name) {
            case "cmpxchg8b" -> "cmpxchg8b 8[esi]";
            case "aam" -> "aam 10";
            case "pusha", "popa", "pushf", "popf" -> name + "w";
            default -> name;
        };
    }

    private String operand(String text, int place, boolean different, boolean address) {
        if (text.startsWith("[")) return address ? address(text) : memory(text, place);
        return switch (text) {
            case "imm8" -> "3";
            case "imm16" -> "0x1234";
            case "imm32" -> "0x12345678";
            case "r8", "r1_8", "r2_8" -> register(FREE8, "al", text, place, different);
            case "r16", "r1_16", "r2_16" -> register(FREE16, "ax", text, place, different);
            case "r32", "r1_32", "r2_32" -> register(FREE32, "eax", text, place, different);
            default -> text;
        };
    }

    /** The chain's register, or the next free one; a second register where the row has two different ones. */
    private String register(String[] free, String chain, String text, int place, boolean different) {
        boolean second = text.startsWith("r2_") || place > 0 && different;
        if (copy == LINK) return second ? free[2] : chain;
        int pair = copy % 3;
        return different || text.contains("_") ? free[second ? pair + 3 : pair] : free[copy % free.length];
    }

    private String address(String text) {
        String base = copy == LINK ? "eax" : FREE32[copy % FREE32.length];
        return text.replace("r32", base).replaceAll("\\br\\b", base).replace("disp8", "16");
    }

    /** A link of a chain of loads takes its address from the load before. */
    private String memory(String text, int place) {
        String inside = text.substring(1, text.length() - 1);
        String size = inside.startsWith("m8") ? "1" : inside.startsWith("m16") ? "2" : "4";
        String base = copy == LINK && place > 0 ? "eax" : "esi";
        int displacement = (inside.contains("+") ? 8 : 0) + (copy == LINK ? 0 : 4 * (copy % 16));
        return size + "[" + base + "+" + displacement + "]";
    }
}
