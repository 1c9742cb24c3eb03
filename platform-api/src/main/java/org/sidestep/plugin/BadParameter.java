package org.sidestep.plugin;

import java.util.Locale;

/** A parameter that does not exist or whose value is not allowed. The message names it, its owner and the remedy. */
public final class BadParameter extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadParameter(String owner, Parameter parameter, String given) {
        super(String.format(
                Locale.ROOT,
                "'%s' is not a value of %s.%s; allowed: %s",
                given,
                owner,
                parameter.name(),
                allowed(parameter, given)));
    }

    private static String allowed(Parameter parameter, String given) {
        boolean number = parameter.type() == Parameter.Type.INTEGER;
        return number ? parameter.range() + WholeNumber.hint(given) : parameter.range();
    }

    public BadParameter(String message) {
        super(message);
    }
}
