package org.sidestep.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Watch;
import org.sidestep.verification.Promise;

/** Notes to which of some instructions the trials on one machine come. */
final class Footprints implements AutoCloseable {

    /** Of whom nothing is noted. */
    static final Footprints NONE = new Footprints();

    private final Map<Integer, Integer> bits = new HashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final BitSet user = new BitSet();
    private final BitSet trial = new BitSet();
    private final BitSet part = new BitSet();
    private final BitSet honest = new BitSet();

    private Footprints() {}

    /**
     * Begins to note.
     *
     * @param addresses of the instructions, of which each has the bit of its place; the bit behind is of the middle of any
     *     instruction at user level, where an attacker may jump
     * @param stubs instructions at user level, with their lengths
     */
    Footprints(Machine machine, List<Integer> addresses, Map<Integer, Integer> stubs) {
        for (int i = 0; i < addresses.size(); i++) {
            int bit = i;
            int address = addresses.get(bit);
            bits.put(address, bit);
            if (stubs.containsKey(address)) user.set(bit);
            watches.add(machine.watch(address, (at, passed) -> trial.set(bit)));
        }
        stubs.forEach((address, length) -> {
            for (int i = 1; i < length; i++)
                watches.add(machine.watch(address + i, (at, passed) -> trial.set(addresses.size())));
        });
    }

    /** The trial ends as a known one did. */
    void add(KnownRun.Rest rest) {
        bits.forEach((address, bit) -> {
            if (!trial.get(bit) && rest.executes(address)) trial.set(bit);
        });
    }

    /** What a thread that may come to harm does at user level is its own affair. */
    void trialEnded(Promise promise) {
        part.or(trial);
        if (promise == Promise.CONTAINMENT) trial.andNot(user);
        honest.or(trial);
        trial.clear();
    }

    /** The bits of all instructions since the last time. */
    BitSet take() {
        BitSet taken = (BitSet) part.clone();
        part.clear();
        return taken;
    }

    /** Of all trials, but for those at user level that only attackers come to. */
    BitSet honest() {
        return honest;
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
