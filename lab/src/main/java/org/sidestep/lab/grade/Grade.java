package org.sidestep.lab.grade;

import java.util.List;

/** What one submission is worth. */
public record Grade(String submission, List<Mark> marks) {

    /**
     * What became of an item.
     *
     * @param expected the claim in words, with its bound
     * @param came the measured value, or why there is none
     * @param again the command that shows it
     */
    public record Mark(Suite.Item item, boolean passed, String expected, String came, String again) {
        public int points() {
            return passed ? item.points() : 0;
        }
    }

    public int points() {
        return marks.stream().mapToInt(Mark::points).sum();
    }
}
