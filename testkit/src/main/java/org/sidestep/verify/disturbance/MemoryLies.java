package org.sidestep.verify.disturbance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Inhabitant;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** A space that may come to harm lies in the words that it shares with the kernel, just before these are read. */
public final class MemoryLies implements Disturbance {

    @Override
    public String id() {
        return "memory-lies";
    }

    @Override
    public String summary() {
        return "each word that user level can write and the kernel reads takes each interesting value before each entry";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.entersKernel()) return List.of();
        List<Strike> strikes = new ArrayList<>();
        List<Integer> values = InterestingValues.at(occasion);
        List<Integer> words = occasion.believed();
        Lies lies = new Lies(occasion);
        for (int word : words) for (int value : values) strikes.add(lies.strike(Map.of(word, value)));
        for (int word : words) strikes.addAll(lies.withMore(word, words));
        return strikes;
    }

    /** Where the machine stands. */
    private record Lies(Occasion occasion) {

        /** What a thread's words may say of it: that it runs, whom it waits for, where something is. */
        private static final List<Integer> MORE = List.of(0, -1, InterestingValues.NO_MEMORY);

        /** That another thread is meant, and something untrue of a word to which the kernel comes only then. */
        List<Strike> withMore(int word, List<Integer> known) {
            List<Strike> strikes = new ArrayList<>();
            for (Inhabitant each : occasion.inhabitants()) {
                Map<Integer, Integer> one = Map.of(word, each.localId());
                List<Integer> words =
                        new ArrayList<>(occasion.believed(strike(one).deed()));
                words.removeAll(known);
                for (int other : words) {
                    for (int value : MORE) {
                        Map<Integer, Integer> both = new LinkedHashMap<>(one);
                        both.put(other, value);
                        strikes.add(strike(both));
                    }
                }
            }
            return strikes;
        }

        /** @param lies value by word */
        Strike strike(Map<Integer, Integer> lies) {
            Names names = new Names(occasion);
            String name = lies.entrySet().stream()
                    .map(lie -> names.word(lie.getKey()) + " := " + names.value(lie.getValue()))
                    .collect(Collectors.joining(", "));
            return new Strike(
                    name,
                    Promise.CONTAINMENT,
                    machine -> lies.forEach((word, value) -> machine.pokePhysical(word, bytes(value))));
        }

        private static byte[] bytes(int value) {
            return ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array();
        }
    }
}
