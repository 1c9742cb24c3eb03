package org.sidestep.lab.calibrate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The registers of floating point before a row begins: what the row says about its operands, or else numbers that no
 * processor is quick with, and that stay so when they are divided, or when their root is taken, over and over.
 *
 * @param first in st(0) and xmm7: the divisor
 * @param others in all other registers
 * @param last in st(7): what is added to the sine to get the angle again
 * @param control the control word of the x87, which has what results are rounded to
 */
record Values(double first, double others, double last, int control) {

    private static final int SINGLE = 0x007F;
    private static final int DOUBLE = 0x027F;
    private static final int EXTENDED = 0x037F;

    private static final double DIVIDEND = 1.1;
    private static final double DIVISOR = 1 + 1.0 / (1 << 20);
    private static final double RADICAND = 0.3;
    private static final double ANGLE = 0.7;
    /** What FLDPI loads is greater than the number, by less than this is: a quarter of it is beyond half a right angle. */
    private static final double PI = Math.nextUp(Math.PI);

    private static final Pattern PRECISION = Pattern.compile("^(F(?:ADD|SUB|MUL|DIV|SQRT|SIN|COS)R?)(32|64|80)\\b");
    private static final Pattern NUMBER = Pattern.compile("(\\d*\\.?\\d*)\\*?(Pi)?(?:/(\\d+))?");
    private static final Pattern SAID = Pattern.compile(" *\\(([^()]*(?:\\d\\.\\d|x/|/x|Pi)[^()]*)\\)");

    /** The row without what it says about operands. */
    static String without(String row) {
        return PRECISION.matcher(SAID.matcher(row).replaceAll("")).replaceFirst("$1");
    }

    static Values of(String row) {
        Matcher said = SAID.matcher(row);
        String operands = said.find() ? said.group(1).replaceAll("[lf. ]*$|(?<=\\d)[lf](?=/)", "") : "";
        int control = control(row);
        if (row.matches("F?DIV.*")) return division(operands, control);
        if (row.matches("(FSIN|FCOS).*")) {
            double angle = operands.isEmpty() ? ANGLE : number(operands);
            double result = row.startsWith("FSIN") ? Math.sin(angle) : Math.cos(angle);
            return new Values(angle, angle, angle - result, control);
        }
        if (row.matches("F?SQRT.*")) return all(operands.isEmpty() ? RADICAND : number(operands), control);
        return new Values(operands.endsWith("0.0") ? 0 : 1, 1, 1, control);
    }

    private static Values all(double value, int control) {
        return new Values(value, value, value, control);
    }

    private static Values division(String operands, int control) {
        String[] part = operands.split("/");
        boolean said = part.length == 2;
        double dividend = said && !part[0].equals("x") ? number(part[0]) : DIVIDEND;
        double divisor = said && !part[1].equals("x") ? number(part[1]) : DIVISOR;
        return new Values(divisor, dividend, dividend, control);
    }

    private static int control(String row) {
        Matcher precision = PRECISION.matcher(row);
        if (!precision.find() || precision.group(2).equals("80")) return EXTENDED;
        return precision.group(2).equals("64") ? DOUBLE : SINGLE;
    }

    /** For example 0.5, 2Pi or Pi/16. */
    private static double number(String text) {
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) throw new NotExecuted(String.format(Locale.ROOT, "there is no number '%s'", text), null);
        double value = number.group(1).isEmpty() ? 1 : Double.parseDouble(number.group(1));
        if (number.group(2) != null) value *= PI;
        return number.group(3) == null ? value : value / Integer.parseInt(number.group(3));
    }
}
