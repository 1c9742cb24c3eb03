package org.sidestep.lab.cli;

import org.sidestep.lab.catalog.Origin;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {

    static final Origin PROGRAM = Origin.onClassPath(Version.class);

    @Override
    public String[] getVersion() {
        return new String[] {"sidestep " + PROGRAM.version(), "Java " + System.getProperty("java.version")};
    }
}
