package org.sidestep.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sidestep.testkit.Delivery;
import org.sidestep.testkit.Outcome;
import org.sidestep.verification.Promise;
import org.sidestep.workload.Observables;
import org.sidestep.workload.Observables.Order;

/** Of what the threads of a run received, that which neither policy nor disturbance may change: streams of messages by name. */
public record Promised(Map<String, List<Object>> streams) {

    /** The space of a thread that cannot be named, since what should name it has come to harm. */
    private static final String NOWHERE = "";

    /** What {@code outcome} has of it, and what {@code promise} is about. */
    public static Promised of(Outcome outcome, Observables observables, Promise promise) {
        Set<String> except = new HashSet<>();
        if (promise == Promise.CONTAINMENT) {
            except.addAll(observables.expendable());
            except.add(NOWHERE);
        }
        Map<String, List<Object>> streams = new TreeMap<>();
        Map<String, String> spaces = spaces(observables);
        outcome.deliveries().forEach((thread, deliveries) -> {
            if (except.contains(spaces.getOrDefault(thread, NOWHERE))) return;
            Order order = observables.orders().getOrDefault(thread, Order.EXACT);
            deliveries.forEach(delivery -> add(streams, thread, order, delivery, except, spaces));
        });
        return new Promised(streams);
    }

    private static Map<String, String> spaces(Observables observables) {
        Map<String, String> spaces = new TreeMap<>();
        observables
                .threads()
                .forEach((number, name) -> spaces.put(name, observables.spaces().get(number)));
        return spaces;
    }

    private static void add(
            Map<String, List<Object>> streams,
            String thread,
            Order order,
            Delivery delivery,
            Set<String> except,
            Map<String, String> spaces) {
        String name = switch (order) {
            case NONE -> null;
            case EXACT, ANY_SENDER -> thread;
            case BY_SENDER -> String.format(Locale.ROOT, "%s from %s", thread, delivery.sender());
        };
        if (name == null || except.contains(spaces.getOrDefault(delivery.sender(), NOWHERE))) return;
        streams.computeIfAbsent(name, n -> new ArrayList<>())
                .add(order == Order.ANY_SENDER ? delivery.content() : delivery);
    }

    /** The first difference of each stream, in lines; empty if there is none. */
    public List<String> differences(Promised actual) {
        List<String> lines = new ArrayList<>();
        streams.forEach((name, expected) -> {
            List<Object> came = actual.streams.getOrDefault(name, List.of());
            if (expected.equals(came)) return;
            for (int i = 0; i < Math.max(expected.size(), came.size()); i++) {
                Object wanted = i < expected.size() ? expected.get(i) : "nothing";
                Object got = i < came.size() ? came.get(i) : "nothing";
                if (wanted.equals(got)) continue;
                lines.add(String.format(
                        Locale.ROOT, "%s, message %d: expected %s, received %s", name, i + 1, wanted, got));
                return;
            }
        });
        actual.streams.keySet().stream()
                .filter(name -> !streams.containsKey(name))
                .forEach(name -> lines.add(String.format(
                        Locale.ROOT,
                        "%s: expected nothing, received %s",
                        name,
                        actual.streams.get(name).get(0))));
        return lines;
    }
}
