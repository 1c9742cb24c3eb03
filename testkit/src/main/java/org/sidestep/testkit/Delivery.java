package org.sidestep.testkit;

import java.util.List;
import java.util.Locale;

/**
 * A message as its receiver found it.
 *
 * @param place label at which the receiver went on
 * @param from the sender as the receiver was told
 * @param tag MR0
 * @param words MR1 .. MRu; none if the tag reports an error
 */
public record Delivery(String place, int from, int tag, List<Integer> words) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s from %08x tag %08x %s",
                place,
                from,
                tag,
                words.stream().map(Integer::toHexString).toList());
    }
}
