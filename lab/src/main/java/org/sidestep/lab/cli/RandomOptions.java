package org.sidestep.lab.cli;

import org.sidestep.lab.BadInput;
import picocli.CommandLine.Option;

/** Which random numbers a campaign draws, and with which of its pieces it begins. */
final class RandomOptions {

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Where the random numbers begin (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--first",
            paramLabel = "N",
            description = "The number of the first fragment, run or program (default: ${DEFAULT-VALUE}).")
    private int first = 0;

    long seed() {
        return seed;
    }

    /** @throws BadInput if it is no number of anything */
    int first() {
        BadInput.requireAtLeast(0, "--first", first);
        return first;
    }
}
