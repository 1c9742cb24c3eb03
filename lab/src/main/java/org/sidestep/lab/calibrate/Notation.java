package org.sidestep.lab.calibrate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a measured row, such as {@code ADD r32, [m32]} or {@code PUSH imm8 + POP r32}, as instructions for
 * {@link Snippet}: one link of a dependent chain, or one of a series of independent copies.
 */
final class Notation {

    /** A copy that depends on the one before. */
    static final int LINK = -1;

    /** After so many independent copies the registers and addresses repeat. */
    static final int PERIOD = 192;

    /**
     * So many copies keep two MMX registers in their roles, as far as one can tell: their throughput lies between that of
     * sources that have been written a short time ago and of those that never are.
     */
    private static final int LONG_TURN = PERIOD / 2;

    /** Displacements up to here are one byte long. */
    private static final int SHORT = 112;

    private static final String[] FREE32 = {"ecx", "edx", "ebx", "ebp", "edi", "eax"};
    private static final String[] FREE16 = {"cx", "dx", "bx", "bp", "di", "ax"};
    /** A byte of each register: two of one would depend on each other. */
    private static final String[] FREE8 = {"cl", "dl", "bl", "al"};
    /** What 16-bit addresses can be made of; the first chain goes through BX. */
    private static final String[] ADDRESSES16 = {"bx+si", "bx+di", "bp+si", "bp+di"};
    /** Registers of the x87 between the first and the last. */
    private static final int OTHERS = 6;

    /** Between two instructions that compute beside each other: in registers of their own. */
    private static final String BESIDE = "(?<=[)\\d]) (?=[A-Z]{3})";

    private static final Pattern PAIR = Pattern.compile("(MOV\\w+) ?(aligned|unaligned|) LS pair");

    private static final String[] FREE_MM = {"mm1", "mm2", "mm3", "mm4", "mm5", "mm6"};
    private static final String[] FREE_XMM = {"xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6"};
    private static final String[] FREE_ST = {"st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)"};

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

    /** Divisions leave the divisor in EBX and reload from ESI and EDI. */
    static boolean isDivision(String row) {
        return row.startsWith("DIV ") || row.startsWith("IDIV ");
    }

    /** Whether the row steps through memory by itself. */
    static boolean isString(String row) {
        return row.matches("(LODS|STOS|MOVS|SCAS|CMPS)[BWD]");
    }

    private String code() {
        if (row.contains("0x66 NOP")) {
            String count = row.replaceAll("x? ?0x66 NOP", "").trim();
            return "66*" + (count.isEmpty() ? "1" : count) + " nop";
        }
        if (isDivision(row)) return division();
        StringBuilder code = new StringBuilder();
        for (String one : pairs(Values.without(row)).split("\\+(?= ?[A-Z]{3})|, ?(?=FXCH)|" + BESIDE)) {
            if (code.length() > 0) code.append(';');
            code.append(plain(one.trim().toLowerCase(Locale.ROOT)));
        }
        if (copy != LINK && isUnary())
            code.append(";fxch st(").append(1 + copy % OTHERS).append(')');
        return code.toString();
    }

    /** A load and a store of the same bytes. */
    private static String pairs(String text) {
        Matcher pair = PAIR.matcher(text);
        if (!pair.matches()) return text;
        String name = pair.group(1);
        String bits = name.matches("MOV[LH]P[SD]|MOVQ|MOVSD") ? "64" : name.matches("MOVD|MOVSS") ? "32" : "128";
        String memory = "[m" + bits + (pair.group(2).startsWith("un") ? " + 4]" : "]");
        return String.format(Locale.ROOT, "%1$s xmm, %2$s + %1$s %2$s, xmm", name, memory);
    }

    /** Whether the row loads and stores the same bytes. */
    static boolean isPair(String row) {
        return row.matches(".*LS pair|MOV.*\\[m.*\\+ ?MOV.*\\[m.*");
    }

    /** Whether the row computes in st(0) alone, so that independent copies need another st(0) each. */
    private boolean isUnary() {
        return row.matches("F(SQRT|SIN|COS)\\d*\\b.*");
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

    /** What is in parentheses is the register through which the chain goes; other copies multiply by what stays as it is. */
    private String product(String text) {
        String name = text.replaceAll(" .*", "");
        if (copy == LINK) return text.replaceAll("r\\d+ +\\((.*)\\)", "$1");
        return name + (text.contains("r8 ") ? " cl" : text.contains("r16 ") ? " cx" : " ecx");
    }

    private String plain(String text) {
        if (text.matches("i?mul r(8|16|32) +\\(.*\\)")) return product(text);
        String name = text.replaceAll("^((lock )?\\S+).*", "$1");
        String rest = text.substring(name.length()).trim();
        String written = rest.startsWith("(") ? "" : rest;
        String all = name.matches("fadd|fdiv") ? written : OmittedOperands.complete(name, written);
        if (name.matches("f(add|sub|mul|div)r?") && all.matches("st\\([\\w+]+\\)")) {
            all = row.contains("2i+1") ? all + ", st" : "st, " + all;
        }
        if (all.isEmpty()) return mnemonic(name);
        boolean different = name.matches("xchg|xadd|cmpxchg") || all.startsWith("[") && !isPair(row);
        if (all.equals("imm16")) name += "w";
        String[] operands = all.split(",");
        for (int i = 0; i < operands.length; i++) {
            operands[i] = operand(operands[i].trim(), i, different, name.equals("lea"));
        }
        return name + " " + String.join(", ", operands);
    }

    private String mnemonic(String name) {
        return switch (name) {
            case "aam", "aad" -> name + " 10";
            case "fadd" -> "fadd st(0), st(7)";
            case "fdiv" -> plain("fdiv st(i), st");
            case "enter" -> "enter 0, 0";
            case "pusha", "popa", "pushf", "popf" -> name + "w";
            default -> name;
        };
    }

    private String operand(String text, int place, boolean different, boolean address) {
        if (text.startsWith("[")) return address ? address(text) : memory(text, place);
        return switch (text) {
            case "imm8", "im8" -> "3";
            case "imm16" -> "0x1234";
            case "imm32" -> "0x12345678";
            case "r8", "r1_8", "r2_8" -> register(FREE8, "al", text, place, different);
            case "r16", "r1_16", "r2_16" -> register(FREE16, "ax", text, place, different);
            case "r32", "r1_32", "r2_32" -> register(FREE32, "eax", text, place, different);
            case "mm", "mm_1", "mm_2" -> register(FREE_MM, "mm0", text, place, different);
            case "xmm", "xmm_1", "xmm_2" -> register(FREE_XMM, "xmm0", text, place, different);
            case "st" -> "st(0)";
            case "st(i)" -> copy == LINK ? "st(1)" : FREE_ST[copy % FREE_ST.length];
            case "st(2i)" -> copy == LINK ? "st(2)" : FREE_ST[2 * copy % FREE_ST.length];
            case "st(2i+1)" -> copy == LINK ? "st(3)" : FREE_ST[(2 * copy + 1) % FREE_ST.length];
            case "xm1", "xm2" -> "xmm" + text.charAt(2);
            default -> text;
        };
    }

    /**
     * The chain's register, or the next free one; a second register where the row has two different ones. They take turns in
     * both roles: general registers after each other, so that what is read has been written a short time ago.
     */
    private String register(String[] free, String chain, String text, int place, boolean different) {
        boolean second = text.startsWith("r2_") || text.endsWith("mm_2") || place > 0 && different;
        if (place > 0 && row.matches("DIV[SP][SD].*")) return "xmm7";
        if (copy == LINK && row.contains("[r16+")) return text.equals("r16") ? "bx" : "ebx";
        if (copy == LINK) return second || row.matches("[^,]*, imm.*") ? free[2] : chain;
        if (!different && !text.contains("_")) return single(free);
        int half = free.length / 2;
        boolean general = free == FREE8 || free == FREE16 || free == FREE32;
        boolean swapped = copy / (general ? half : LONG_TURN) % 2 != 0;
        return free[copy % half + (second == swapped ? 0 : half)];
    }

    /** Without the accumulator, which has encodings of its own, and without the count of a shift that does not stay as it is. */
    private String single(String[] free) {
        boolean general = free == FREE8 || free == FREE16 || free == FREE32;
        int from = general && row.endsWith(", cl") ? 1 : 0;
        int to = general ? free.length - 1 : free.length;
        return free[from + copy % (to - from)];
    }

    private String address(String text) {
        if (text.startsWith("[r16+r16")) {
            String pair = ADDRESSES16[copy == LINK ? 0 : copy % ADDRESSES16.length];
            return text.replace("r16+r16", pair).replace("disp8", "16");
        }
        String base = copy == LINK ? "eax" : FREE32[copy % (FREE32.length - 1)];
        return text.replace("r32", base).replaceAll("\\br\\b", base).replace("disp8", "16");
    }

    /** A link of a chain of loads takes its address from the load before. */
    private String memory(String text, int place) {
        String inside = text.substring(1, text.length() - 1);
        boolean half = row.startsWith("MOVH") || row.startsWith("MOVL");
        String size = half
                ? "8"
                : switch (inside.replaceAll(" .*", "")) {
                    case "m8" -> "1";
                    case "m16" -> "2";
                    case "m64" -> "8";
                    case "m80" -> "10";
                    case "m128" -> "16";
                    case "mem" -> "";
                    default -> "4";
                };
        String base = copy == LINK && place > 0 && !isPair(row) ? "eax" : "esi";
        int beyond = inside.contains("+") ? Integer.parseInt(inside.replaceAll(".*\\+ *", "")) : 0;
        int step = size.isEmpty() ? 16 : Math.max(4, Integer.parseInt(size));
        int displacement = beyond + (copy == LINK ? 0 : step * (1 + copy % (SHORT / step)));
        return size + "[" + base + "+" + displacement + "]";
    }
}
