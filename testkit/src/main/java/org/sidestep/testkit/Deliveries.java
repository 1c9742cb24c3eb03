package org.sidestep.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.testkit.Booted.Received;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ThreadId;

/** Records the messages that arrive at a workload's delivery labels, with the thread that the machine says is running. */
final class Deliveries implements Observer {

    private final KernelImage image;
    private final Map<Integer, String> places = new LinkedHashMap<>();
    private final List<Received> received = new ArrayList<>();

    Deliveries(Machine machine, KernelImage image) {
        this.image = image;
        for (String label : image.observables().deliveries()) {
            int address = image.program().address(label);
            places.put(address, label);
            machine.watch(address);
        }
        machine.observe(this);
    }

    @Override
    public void passed(Machine machine, int address) {
        String place = places.get(address);
        if (place == null) return;
        int utcb = machine.peek(image.currentUtcb());
        received.add(new Received(thread(machine, utcb), delivery(machine, place, utcb)));
    }

    /** The name of the thread that an id names in the current space. */
    private String thread(Machine machine, int id) {
        try {
            int global = (id & ThreadId.GLOBAL) == 0 ? machine.peek(id + image.globalIdOffset()) : id;
            int number = ThreadId.number(global);
            return image.observables().threads().getOrDefault(number, "thread " + number);
        } catch (NotMapped e) {
            return "nobody";
        }
    }

    private Delivery delivery(Machine machine, String place, int utcb) {
        int tag = machine.register(Reg32.ESI);
        int count = (tag & MessageTag.ERROR) == 0 ? tag & MessageTag.UNTYPED : 0;
        List<Integer> words = words(machine, utcb, count);
        int from = machine.register(Reg32.EAX);
        return new Delivery(place, from, thread(machine, from), tag, List.copyOf(words));
    }

    /** MR1 and so on; as far as there are any, where a policy is wrong and no UTCB is named. */
    private static List<Integer> words(Machine machine, int utcb, int count) {
        List<Integer> words = new ArrayList<>();
        try {
            for (int i = 1; i <= count; i++) {
                words.add(
                        switch (i) {
                            case 1 -> machine.register(Reg32.EBX);
                            case 2 -> machine.register(Reg32.EBP);
                            default -> machine.peek(utcb + 4 * i);
                        });
            }
        } catch (NotMapped e) {
            return words;
        }
        return words;
    }

    /** What each thread received, in order, and then that of {@code rest}. */
    Map<String, List<Delivery>> byThread(List<Received> rest) {
        Map<String, List<Delivery>> threads = new TreeMap<>();
        Stream.concat(received.stream(), rest.stream())
                .forEach(each -> threads.computeIfAbsent(each.thread(), thread -> new ArrayList<>())
                        .add(each.delivery()));
        return threads;
    }

    List<Received> since(int from) {
        return List.copyOf(received.subList(from, received.size()));
    }

    int count() {
        return received.size();
    }

    void truncate(int count) {
        received.subList(count, received.size()).clear();
    }
}
