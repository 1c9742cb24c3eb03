package org.sidestep.testkit;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;

/** Counts how often execution passes named places. */
final class Passages implements Observer {

    private final Machine machine;
    private final Map<Integer, Set<String>> names = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    Passages(Machine machine) {
        this.machine = machine;
        machine.observe(this);
    }

    void count(String name, int address) {
        names.computeIfAbsent(address, a -> new LinkedHashSet<>()).add(name);
        machine.watch(address);
    }

    @Override
    public void passed(Machine passing, int address) {
        for (String name : names.getOrDefault(address, Set.of())) counts.merge(name, 1, Integer::sum);
    }

    int of(String name) {
        return counts.getOrDefault(name, 0);
    }

    Map<String, Integer> counts() {
        return Map.copyOf(counts);
    }

    void reset(Map<String, Integer> earlier) {
        counts.clear();
        counts.putAll(earlier);
    }
}
