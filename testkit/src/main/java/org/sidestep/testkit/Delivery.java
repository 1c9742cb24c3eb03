package org.sidestep.testkit;

import java.util.List;
import java.util.Locale;

/**
 * A message as its receiver found it.
 *
 * @param place label at which the receiver went on
 * @param from the sender as the receiver was told
 * @param sender the name of the thread that this names to the receiver
 * @param tag MR0
 * @param words MR1 .. MRu; none if the tag reports an error
 */
public record Delivery(String place, int from, String sender, int tag, List<Integer> words) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s from %s (%08x) %s", place, sender, from, content());
    }

    /** Tag and words, whoever sent them. */
    public Content content() {
        return new Content(tag, words);
    }

    /** What a message says. */
    public record Content(int tag, List<Integer> words) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "tag %08x %s",
                    tag,
                    words.stream().map(Integer::toHexString).toList());
        }
    }
}
