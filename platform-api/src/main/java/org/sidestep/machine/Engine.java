package org.sidestep.machine;

import java.util.Locale;

/**
 * How a machine executes instructions on the host. Results are the same, bit for bit, with each; so it is no part of a cell
 * but chosen for the whole process, before machines are made.
 */
public enum Engine {
    /** One instruction at a time. */
    INTERPRETER,
    /** Hot code becomes code of the host's; all else is interpreted. */
    TRANSLATOR;

    private static final String PROPERTY = "sidestep.engine";

    private static final String HOT_PROPERTY = "sidestep.engine.hot";

    /** A block that has been interpreted so often is worth to be translated: code that runs for a moment never is. */
    private static final int HOT = 2000;

    /** How often a block is interpreted before it is translated. Tests let it be once, so that all code is translated. */
    public static int hot() {
        return Integer.getInteger(HOT_PROPERTY, HOT);
    }

    /** What machines that are made from now on use. */
    public static Engine chosen() {
        String name = System.getProperty(PROPERTY, INTERPRETER.toString());
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Chooses for machines that are made from now on. */
    public void choose() {
        System.setProperty(PROPERTY, toString());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
