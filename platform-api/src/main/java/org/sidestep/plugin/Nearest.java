package org.sidestep.plugin;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the word that a user probably meant. */
public final class Nearest {

    /** How many words a hint names at most. */
    private static final int MOST = 5;

    /** How many words can be listed as they are. */
    private static final int FEW = 30;

    private Nearest() {}

    /** {@code "; did you mean 'x'?"}, or what is known when nothing is close. */
    public static String hint(String word, Collection<String> known) {
        List<String> close = close(word, known);
        if (close.isEmpty()) return known.isEmpty() ? "; there are none" : "; known: " + brief(known);
        return "; did you mean '" + String.join("' or '", close) + "'?";
    }

    /** The nearest words, or else those that share a part between dots. */
    private static List<String> close(String word, Collection<String> known) {
        Optional<String> best = of(word, known);
        if (best.isPresent()) {
            int distance = distance(word, best.get());
            return known.stream()
                    .filter(k -> distance(word, k) == distance)
                    .sorted()
                    .limit(MOST)
                    .toList();
        }
        Set<String> parts = new HashSet<>(Arrays.asList(word.split("\\.")));
        return known.stream()
                .filter(k -> Arrays.stream(k.split("\\.")).anyMatch(parts::contains))
                .sorted()
                .limit(MOST)
                .toList();
    }

    /** All words, or where there are too many, what they begin with. */
    private static String brief(Collection<String> known) {
        if (known.size() <= FEW) return String.join(", ", known);
        return known.stream()
                .map(word -> word.contains(".") ? word.substring(0, word.indexOf('.')) + ".*" : word)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The known word at the smallest edit distance, if that is at most a third of its length (and at least 2). */
    public static Optional<String> of(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String k) -> distance(word, k)).thenComparing(k -> k))
                .filter(k -> distance(word, k) <= Math.max(2, k.length() / 3));
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
