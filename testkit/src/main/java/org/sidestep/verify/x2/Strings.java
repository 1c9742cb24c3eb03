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

    /** What became of the strings of a message. */
    record Copy(List<Copied> buffers, int bytes, boolean cut) {}

    /** A string: the offset of each of its bytes, and which word comes behind its last. */
    private record Places(List<Integer> bytes, int next) {}

    /** The string whose first descriptor is word {@code at}; pointers are told from {@code base} on. */
    private static Places places(List<Integer> words, int at, int base) {
        List<Integer> bytes = new ArrayList<>();
        int word = at;
        int descriptor;
        do {
            descriptor = words.get(word++);
            int substrings = (descriptor >>> StringItem.SUBSTRINGS_SHIFT & StringItem.SUBSTRINGS) + 1;
            for (int n = 0; n < substrings; n++) {
                int offset = words.get(word++) - base;
                for (int i = 0; i < descriptor >>> StringItem.LENGTH_SHIFT; i++) bytes.add(offset + i);
            }
        } while ((descriptor & StringItem.COMPOUND) != 0);
        return new Places(bytes, word);
    }

    /**
     * Copies strings into buffers, by the manual's "String Items and String Buffers".
     *
     * @param items of the message, descriptors and pointers, as offsets from where the sender's strings begin
     * @param accepted BR0 and following of the receiver
     */
    static Copy copy(Party from, int strings, List<Integer> items, int buffers, List<Integer> accepted) {
        List<Copied> copied = new ArrayList<>();
        boolean more = !accepted.isEmpty() && (accepted.get(0) & StringItem.ACCEPTOR) != 0;
        int bytes = 0;
        int br = 1;
        for (int mr = 0; mr < items.size(); ) {
            if (!more || br + 1 >= accepted.size()) return new Copy(copied, bytes, true);
            Places source = places(items, mr, strings);
            Places target = places(accepted, br, buffers);
            int fits = Math.min(source.bytes.size(), target.bytes.size());
            for (int i = 0; i < fits; i++) {
                byte[] one = {at(from, source.bytes.get(i))};
                copied.add(new Copied(target.bytes.get(i), ByteBuffer.wrap(one)));
            }
            bytes += fits;
            if (fits < source.bytes.size()) return new Copy(copied, bytes, true);
            more = (accepted.get(br) & StringItem.MORE) != 0;
            mr = source.next;
            br = target.next;
        }
        return new Copy(copied, bytes, false);
    }
}
