package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.x2.StringItem;

/** The strings that programs send, simple or compound, out of what each party has of bytes into its buffers. */
final class Strings {

    private Strings() {}

    /** What is where in a party's strings. */
    static byte at(Party party, int offset) {
        return (byte) (party.number() * 37 + offset * 11 + (offset >>> 4));
    }

    /** Some bytes in a party's buffers. */
    record Copied(int offset, ByteBuffer bytes) {}

    /** A byte that is copied, from one address to another. */
    record Move(int source, int target) {}

    /**
     * How the strings of a message are copied.
     *
     * @param cut whether not all of them have a place
     */
    record Plan(List<Move> moves, boolean cut) {}

    /** A string: the address of each of its bytes, and which word comes behind its last. */
    private record Places(List<Integer> bytes, int next) {}

    /** The string whose first descriptor is word {@code at}. */
    private static Places places(List<Integer> words, int at) {
        List<Integer> bytes = new ArrayList<>();
        int word = at;
        int descriptor;
        do {
            descriptor = words.get(word++);
            int substrings = (descriptor >>> StringItem.SUBSTRINGS_SHIFT & StringItem.SUBSTRINGS) + 1;
            for (int n = 0; n < substrings; n++) {
                int first = words.get(word++);
                for (int i = 0; i < descriptor >>> StringItem.LENGTH_SHIFT; i++) bytes.add(first + i);
            }
        } while ((descriptor & StringItem.COMPOUND) != 0);
        return new Places(bytes, word);
    }

    /**
     * Plans copying strings into buffers, by the manual's "String Items and String Buffers".
     *
     * @param items of the message, descriptors and pointers
     * @param accepted BR0 and following of the receiver
     */
    static Plan plan(List<Integer> items, List<Integer> accepted) {
        List<Move> moves = new ArrayList<>();
        boolean more = !accepted.isEmpty() && (accepted.get(0) & StringItem.ACCEPTOR) != 0;
        int br = 1;
        for (int mr = 0; mr < items.size(); ) {
            if (!more || br + 1 >= accepted.size()) return new Plan(moves, true);
            Places source = places(items, mr);
            Places target = places(accepted, br);
            int fits = Math.min(source.bytes.size(), target.bytes.size());
            for (int i = 0; i < fits; i++) moves.add(new Move(source.bytes.get(i), target.bytes.get(i)));
            if (fits < source.bytes.size()) return new Plan(moves, true);
            more = (accepted.get(br) & StringItem.MORE) != 0;
            mr = source.next;
            br = target.next;
        }
        return new Plan(moves, false);
    }
}
