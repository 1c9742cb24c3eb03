package org.sidestep.workloads;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sidestep.x2.StringItem;

/**
 * The strings of a message, or the buffers of a receiver: lists of parts, each some substrings of one length at offsets in a
 * memory area. What a transfer from one to the other does, by the manual: {@link #copy}.
 */
final class Strings {

    private record Part(int length, int[] offsets) {}

    /** A word as it stands in a message or buffer register: a pointer is an offset in the area. */
    record Word(int value, boolean pointer) {}

    private final List<List<Part>> strings = new ArrayList<>();

    /** None, yet. */
    static Strings none() {
        return new Strings();
    }

    /** One string that begins with these substrings. */
    static Strings of(int length, int... offsets) {
        return none().next(length, offsets);
    }

    /** Another string. */
    Strings next(int length, int... offsets) {
        strings.add(new ArrayList<>());
        return and(length, offsets);
    }

    /** The last string goes on with substrings of another length. */
    Strings and(int length, int... offsets) {
        strings.get(strings.size() - 1).add(new Part(length, offsets));
        return this;
    }

    boolean isEmpty() {
        return strings.isEmpty();
    }

    /** How many words {@link #words} has. */
    int size() {
        return words(false).size();
    }

    /** @param buffers whether these are buffers, of which all but the last say that another follows */
    List<Word> words(boolean buffers) {
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < strings.size(); i++) {
            List<Part> parts = strings.get(i);
            boolean more = buffers && i < strings.size() - 1;
            for (int n = 0; n < parts.size(); n++) {
                Part part = parts.get(n);
                int descriptor = StringItem.of(part.length, part.offsets.length);
                if (n < parts.size() - 1) descriptor |= StringItem.COMPOUND;
                if (more && n == 0) descriptor |= StringItem.MORE;
                words.add(new Word(descriptor, false));
                for (int offset : part.offsets) words.add(new Word(offset, true));
            }
        }
        return words;
    }

    /** What a transfer came to. */
    record Copied(int bytes, boolean cut) {}

    /** Copies these strings of {@code from} to the {@code buffers} of {@code to}. */
    Copied copy(byte[] from, Strings buffers, byte[] to) {
        int bytes = 0;
        for (int i = 0; i < strings.size(); i++) {
            if (i >= buffers.strings.size()) return new Copied(bytes, true);
            int[] source = places(strings.get(i));
            int[] target = places(buffers.strings.get(i));
            int fits = Math.min(source.length, target.length);
            for (int n = 0; n < fits; n++) to[target[n]] = from[source[n]];
            bytes += fits;
            if (fits < source.length) return new Copied(bytes, true);
        }
        return new Copied(bytes, false);
    }

    private static int[] places(List<Part> parts) {
        return parts.stream()
                .flatMapToInt(part ->
                        Arrays.stream(part.offsets).flatMap(offset -> IntStream.range(offset, offset + part.length)))
                .toArray();
    }
}
