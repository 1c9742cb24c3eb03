package org.sidestep.lab.claim;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bound on a measured value, written for example {@code <= 23}; or on a verdict, {@code == passed}. */
public record Expectation(Relation relation, double bound, String text) {

    private static final Pattern FORM = Pattern.compile("\\s*(<=|>=|==|<|>)\\s*(-?[0-9]+(\\.[0-9]+)?)\\s*");

    /** The values of a verdict. */
    private static final Map<String, Double> VERDICTS = Map.of("passed", 1.0, "failed", 0.0);

    private static final Pattern VERDICT = Pattern.compile("\\s*==\\s*(passed|failed)\\s*");

    /** How the value must stand to the bound. */
    enum Relation {
        AT_MOST("<="),
        AT_LEAST(">="),
        EQUAL("=="),
        BELOW("<"),
        ABOVE(">");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        static Relation of(String sign) {
            for (Relation relation : values()) if (relation.sign.equals(sign)) return relation;
            throw new IllegalArgumentException(sign);
        }
    }

    /**
     * Reads an expectation.
     *
     * @throws IllegalArgumentException if {@code text} is none; the message says what one looks like
     */
    public static Expectation parse(String text) {
        Matcher verdict = VERDICT.matcher(text);
        if (verdict.matches()) return new Expectation(Relation.EQUAL, VERDICTS.get(verdict.group(1)), text.strip());
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "'%s' is no expectation; write <=, >=, ==, < or > and a number", text));
        }
        return new Expectation(Relation.of(form.group(1)), Double.parseDouble(form.group(2)), text.strip());
    }

    /** What a claim says of a verdict, as a value. */
    static double verdict(boolean passed) {
        return VERDICTS.get(passed ? "passed" : "failed");
    }

    /** Whether it is about a verdict, not a number. */
    public boolean isVerdict() {
        return VERDICT.matcher(text).matches();
    }

    public boolean accepts(double value) {
        return switch (relation) {
            case AT_MOST -> value <= bound;
            case AT_LEAST -> value >= bound;
            case EQUAL -> value == bound;
            case BELOW -> value < bound;
            case ABOVE -> value > bound;
        };
    }

    /** How far a value is on the good side of the bound; negative on the bad side. */
    double slack(double value) {
        return switch (relation) {
            case AT_MOST, BELOW -> bound - value;
            case AT_LEAST, ABOVE -> value - bound;
            case EQUAL -> -Math.abs(value - bound);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
