package org.sidestep.machine.ia32.timing;

import java.util.Locale;
import java.util.Set;

/**
 * A row of the InstLat data set, such as {@code ADD r32, [m32]}, as code: the same instruction over and over, each copy
 * depending on the one before (its latency) or on none (its throughput).
 */
record Measured(String row) {

    private static final String[] FREE32 = {"ecx", "edx", "ebx", "ebp", "edi", "eax"};
    private static final String[] FREE16 = {"cx", "dx", "bx", "bp", "di", "ax"};
    private static final String[] FREE8 = {"cl", "dl", "bl", "ch", "dh", "bh"};

    /** What the row's name does not tell. */
    private static final Set<String> UNCLEAR = Set.of("MOV r32,[m32]+MOV [m32],r32", "FCMOVE st, st(i)");

    boolean isUnderstood() {
        return !UNCLEAR.contains(row);
    }

    Sequence dependent(int copies) {
        return Sequence.of(code(-1)).times(copies);
    }

    Sequence independent(int copies) {
        Sequence all = new Sequence();
        for (int i = 0; i < copies; i++) all.then(Sequence.of(code(i)));
        return all;
    }

    /** One copy; {@code number} is -1 for a link of the dependent chain. */
    private String code(int number) {
        if (row.contains("0x66 NOP")) {
            String count = row.replaceAll("x? ?0x66 NOP", "");
            return "66*" + (count.isEmpty() ? "1" : count.trim()) + " nop";
        }
        StringBuilder code = new StringBuilder();
        for (String one : row.split("\\+(?= ?[A-Z]{3})")) {
            if (code.length() > 0) code.append(';');
            code.append(division(one.trim()) ? divide(one.trim()) : plain(one.trim(), number));
        }
        return code.toString();
    }

    private static boolean division(String text) {
        return text.startsWith("DIV ") || text.startsWith("IDIV ");
    }

    /** The registers named before "upd" are loaded anew before each division. */
    private static String divide(String text) {
        String[] word = text.split(" +");
        String divisor = word[1].equals("r8") ? "bl" : word[1].equals("r16") ? "bx" : "ebx";
        String reload = "";
        if (text.matches(".*(ax upd|ax/dx.*|eax/edx.*|eax upd)")) {
            String size = word[1].equals("r32") ? "e" : "";
            reload += "mov " + size + "ax, " + size + "si;";
            if (text.contains("/dx") || text.contains("/edx")) reload += "mov " + size + "dx, " + size + "di;";
        }
        return reload + word[0].toLowerCase(Locale.ROOT) + " " + divisor;
    }

    private static String plain(String text, int number) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.matches("i?mul r(8|16|32) +\\(.*\\)")) return lower.replaceAll("r\\d+ +\\((.*)\\)", "$1");
        String name = lower.replaceAll(" .*", "");
        boolean lock = name.equals("lock");
        String rest = lower.substring(name.length()).trim();
        if (lock) {
            name += " " + rest.replaceAll(" .*", "");
            rest = rest.substring(rest.indexOf(' ')).trim();
        }
        if (rest.isEmpty() || rest.startsWith("(")) return mnemonic(name);
        boolean different = name.equals("xchg") || name.equals("xadd") || name.equals("cmpxchg");
        boolean toMemory = rest.startsWith("[");
        String[] operands = rest.split(",");
        for (int i = 0; i < operands.length; i++) {
            operands[i] = operand(operands[i].trim(), i, number, different, toMemory, name.equals("lea"));
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

    private static String operand(
            String text, int place, int number, boolean different, boolean toMemory, boolean address) {
        if (text.startsWith("[")) return memory(text, place, number, address);
        return switch (text) {
            case "imm8", "imm16", "imm32" -> text.equals("imm8") ? "3" : text.equals("imm16") ? "0x1234" : "0x12345678";
            case "r8", "r1_8", "r2_8" -> register(FREE8, "al", text, place, number, different || toMemory);
            case "r16", "r1_16", "r2_16" -> register(FREE16, "ax", text, place, number, different || toMemory);
            case "r32", "r1_32", "r2_32" -> register(FREE32, "eax", text, place, number, different || toMemory);
            default -> text;
        };
    }

    /** The chain's register, or the next free one; a second register where the row has two different ones. */
    private static String register(String[] free, String chain, String text, int place, int number, boolean different) {
        boolean second = text.contains("r2_") || place > 0 && different;
        if (number < 0) return second ? free[2] : chain;
        int pair = number % 3;
        return different || text.contains("_") ? free[second ? pair + 3 : pair] : free[number % free.length];
    }

    private static String memory(String text, int place, int number, boolean address) {
        String inside = text.substring(1, text.length() - 1);
        if (address) {
            String base = number < 0 ? "eax" : FREE32[number % 6];
            return "[" + inside.replace("r32", base).replaceAll("\\br\\b", base).replace("disp8", "16") + "]";
        }
        String size = inside.startsWith("m8") ? "1" : inside.startsWith("m16") ? "2" : "4";
        boolean source = place > 0;
        String base = number < 0 && source ? "eax" : "esi";
        int displacement = (inside.contains("+") ? 8 : 0) + (number < 0 ? 0 : 4 * (number % 16));
        return size + "[" + base + (displacement == 0 ? "" : "+" + displacement) + "]";
    }
}
