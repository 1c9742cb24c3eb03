package org.sidestep.lab.verify.faulty;

import java.util.List;
import java.util.stream.Stream;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.plugin.Parameter;

/** Lazy switching with one fault, as others might write it who know the plugin interface alone, for suites that must find it. */
public final class FaultyPolicy implements IpcPolicy {

    /** The names of all faults. */
    public static final List<String> FAULTS = Faults.ALL;

    private static final String FAULT = "fault";

    private final String first;

    /** With a parameter that says which fault: for the command line. */
    public FaultyPolicy() {
        this(Faults.ALL.get(0));
    }

    private FaultyPolicy(String first) {
        this.first = first;
    }

    /** The fault of that name, one of {@link Faults#ALL}. */
    public static IpcPolicy of(String fault) {
        if (!Faults.ALL.contains(fault)) throw new IllegalArgumentException(fault);
        return new FaultyPolicy(fault);
    }

    @Override
    public String id() {
        return "faulty";
    }

    @Override
    public String summary() {
        return "lazy switching with one fault";
    }

    @Override
    public List<Parameter> parameters() {
        String[] choices =
                Stream.concat(Stream.of(first), Faults.ALL.stream()).distinct().toArray(String[]::new);
        Parameter fault = Parameter.choice(FAULT, "what is wrong with it", choices);
        return Stream.concat(ReturnPath.parameters().stream(), Stream.of(fault)).toList();
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new FaultyHooks(kernel, new Faults(kernel.parameters().choice(FAULT)));
    }
}
