package org.sidestep.verify.disturbance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.verification.Disturbance;
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
        Names names = new Names(occasion);
        for (int word : occasion.believed()) {
            String where = names.word(word);
            for (int value : values) strikes.add(lie(where + " := " + names.value(value), word, value));
        }
        return strikes;
    }

    private static Strike lie(String name, int word, int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
        return new Strike(name, Promise.CONTAINMENT, machine -> machine.pokePhysical(word, bytes));
    }
}
