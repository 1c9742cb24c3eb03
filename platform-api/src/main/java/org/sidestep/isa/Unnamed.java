package org.sidestep.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The registers that an instruction uses without naming them as operands. General registers are given by number; of one that
 * is written in part, the rest shows through. Flags are beside them on the {@link InstructionForm}.
 *
 * @param reads general registers that are read as data
 * @param writes general registers that receive results
 * @param addresses general registers that an access goes by; they are read
 * @param steps general registers that an access moves on: stack and string pointers; they are written
 * @param counters general registers that count the iterations if there is a repeat prefix; they are read and written
 * @param readsTop whether st(0) is read; likewise {@code readsSecond}, st(1)
 * @param writesTop whether what is st(0) after the instruction is written
 * @param pushes by how many registers everything moves away from the top of the x87 stack; negative for a pop
 */
public record Unnamed(
        List<Integer> reads,
        List<Integer> writes,
        List<Integer> addresses,
        List<Integer> steps,
        List<Integer> counters,
        boolean readsTop,
        boolean readsSecond,
        boolean writesTop,
        int pushes) {

    private static final String MARKS = ">@+%";

    static final Unnamed NOTHING = parse("");

    /**
     * Reads a row's notation, words apart by blanks: {@code eax} is read, {@code >eax} written, {@code @esi} an address,
     * {@code +esi} moved on, {@code @+esi} both, {@code %ecx} a counter; {@code st}, {@code st1} and {@code >st} are of the
     * x87 stack, which {@code push}, {@code pop} and {@code pop2} move.
     */
    static Unnamed parse(String text) {
        List<String> words = text.isEmpty() ? List.of() : List.of(text.split(" "));
        int pushes = words.contains("push") ? 1 : words.contains("pop") ? -1 : words.contains("pop2") ? -2 : 0;
        return new Unnamed(
                registers(words, ' '),
                registers(words, '>'),
                registers(words, '@'),
                registers(words, '+'),
                registers(words, '%'),
                words.contains("st"),
                words.contains("st1"),
                words.contains(">st"),
                pushes);
    }

    /** The registers that carry a mark, or those without any if it is a blank, in the order of the text. */
    private static List<Integer> registers(List<String> words, char mark) {
        List<Integer> numbers = new ArrayList<>();
        for (String word : words) {
            int name = 0;
            while (MARKS.indexOf(word.charAt(name)) >= 0) name++;
            boolean carries = mark == ' ' ? name == 0 : word.lastIndexOf(mark, name) >= 0;
            if (carries && !isOfStack(word)) numbers.add(number(word.substring(name)));
        }
        return List.copyOf(numbers);
    }

    private static boolean isOfStack(String word) {
        return switch (word) {
            case "st", "st1", ">st", "push", "pop", "pop2" -> true;
            default -> false;
        };
    }

    private static int number(String register) {
        return Reg32.valueOf(register.toUpperCase(Locale.ROOT)).number();
    }

    boolean isNothing() {
        boolean registers =
                reads.isEmpty() && writes.isEmpty() && addresses.isEmpty() && steps.isEmpty() && counters.isEmpty();
        return registers && !readsTop && !readsSecond && !writesTop && pushes == 0;
    }
}
