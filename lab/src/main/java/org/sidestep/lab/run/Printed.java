package org.sidestep.lab.run;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.workload.Observables;

/** What a program says of itself on the console: figures, and that it is done. */
final class Printed {

    /** How many cycles pass until the console is looked at again. */
    private static final long LOOK = 1_000_000;

    private static final Pattern NUMBER = Pattern.compile("\\G[\\s:=]*([+-]?\\d+(?:\\.\\d+)?)");

    private final Observables observables;

    Printed(Observables observables) {
        this.observables = observables;
    }

    /** Runs up to the text that ends the run, if there is one, or until the guest stops. */
    Stop run(Machine machine, long maxCycles) {
        String until = observables.until();
        if (until == null) return machine.run(Limits.cycles(maxCycles));
        while (true) {
            long next = Math.min(maxCycles, machine.cycles() + LOOK);
            Stop stop = machine.run(Limits.cycles(next));
            if (machine.console().contains(until)) return new Stop(Stop.Kind.REQUEST, 0, "it has printed: " + until);
            if (stop.kind() != Stop.Kind.CYCLE_LIMIT || next == maxCycles) return stop;
        }
    }

    /** The figures; a text that is not there gives none. */
    SortedMap<String, Double> read(String console) {
        SortedMap<String, Double> figures = new TreeMap<>();
        observables.printed().forEach((metric, text) -> {
            Matcher number = NUMBER.matcher(console);
            for (int at = console.indexOf(text); at >= 0; at = console.indexOf(text, at + 1)) {
                if (number.find(at + text.length())) figures.put(metric, Double.valueOf(number.group(1)));
            }
        });
        return figures;
    }
}
