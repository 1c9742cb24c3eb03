package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sidestep.isa.Reg32;

/**
 * What a thread did that can be seen from outside: it began or began anew, is about to make a step, or is back from one.
 *
 * @param party whose stack it uses
 * @param micros since boot
 * @param step of {@link Kind#CALL}
 * @param registers all, as they then were
 * @param words of {@link Kind#RETURN}: its message registers from MR0 on, as they then were in memory
 * @param error of {@link Kind#RETURN}: the ErrorCode in its UTCB
 * @param buffers of {@link Kind#RETURN} with typed items: its string buffers
 * @param pager in its UTCB
 * @param actualSender in its UTCB
 * @param intendedReceiver in its UTCB
 */
record Event(
        Kind kind,
        int party,
        double micros,
        Step step,
        Map<Reg32, Integer> registers,
        List<Integer> words,
        int error,
        ByteBuffer buffers,
        int pager,
        int actualSender,
        int intendedReceiver) {

    enum Kind {
        ENTRY,
        CALL,
        RETURN
    }

    String text(List<Party> parties) {
        String name = party < 0
                ? "a thread with a stack that is none"
                : parties.get(party).name();
        String what = switch (kind) {
            case ENTRY -> "begins";
            case CALL -> "calls " + (step == null ? "something" : step.text());
            case RETURN ->
                "is back: "
                        + new TreeMap<>(registers)
                                .entrySet().stream()
                                        .map(each -> each.getKey() + " " + Integer.toHexString(each.getValue()))
                                        .collect(Collectors.joining(", "))
                        + String.format(Locale.ROOT, ", error code %x", error)
                        + (words.size() > 3 ? ", MR3.. " + Step.hex(words.subList(3, words.size())) : "");
        };
        return String.format(Locale.ROOT, "%10.3f %s %s", micros, name, what);
    }
}
