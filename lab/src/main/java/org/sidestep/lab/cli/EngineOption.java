package org.sidestep.lab.cli;

import org.sidestep.machine.Engine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How the machines of a command execute instructions. */
final class EngineOption {

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            converter = Named.class,
            description =
                    "How instructions are executed: interpreter, one at a time; or translator, which makes code of the"
                            + " host's from code that runs often. Results are the same (default: interpreter, since most"
                            + " cells are short; of boot: translator).")
    private Engine engine;

    /** What machines of this command use that are made from now on: what was asked for, or else {@code usual}. */
    void choose(Engine usual) {
        (engine != null ? engine : usual).choose();
    }

    private static final class Named implements ITypeConverter<Engine> {
        @Override
        public Engine convert(String name) {
            for (Engine engine : Engine.values()) if (engine.toString().equals(name)) return engine;
            throw new TypeConversionException("there is no engine '" + name + "'; use interpreter or translator");
        }
    }
}
