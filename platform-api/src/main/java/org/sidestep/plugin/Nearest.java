package org.sidestep.plugin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that a user probably meant. */
public final class Nearest {

    private Nearest() {}

    /** {@code "; did you mean 'x'?"}, or the list of all words when none is close. */
    public static String hint(String word, Collection<String> known) {
        Optional<String> best = of(word, known);
        if (best.isPresent()) return "; did you mean '" + best.get() + "'?";
        return known.isEmpty() ? "; there are none" : "; known: " + String.join(", ", known);
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
