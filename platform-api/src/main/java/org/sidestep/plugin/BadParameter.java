package org.sidestep.plugin;

/** A parameter that does not exist or whose value is not allowed. The message names it, its owner and the remedy. */
public final class BadParameter extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadParameter(String owner, Parameter parameter, String given) {
        super("'%s' is not a value of %s.%s; allowed: %s".formatted(given, owner, parameter.name(), parameter.range()));
    }

    public BadParameter(String message) {
        super(message);
    }
}
