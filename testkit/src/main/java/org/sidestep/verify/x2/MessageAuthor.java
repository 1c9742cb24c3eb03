package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.StringItem;

/** What the messages of a random program have in them, and what their receivers have room for. */
final class MessageAuthor {

    static final int LONGEST_SUBSTRING = 19;
    static final int MOST_DESCRIPTORS = 2;
    static final int MOST_SUBSTRINGS = 3;

    private static final int[] UNTYPED = {0, 0, 1, 1, 2, 2, 3, 4, 7, 20, 59};
    /** Of the window, those in which most is done. */
    private static final int MEETING_PAGES = 8;

    private final SplittableRandom random;
    private final Player player;
    /** Whether the program does more with memory than others. */
    private final boolean memory;
    /** Who may be made anew; null if nobody. */
    private final Party dynamic;

    MessageAuthor(SplittableRandom random, Player player, boolean memory, Party dynamic) {
        this.random = random;
        this.player = player;
        this.memory = memory;
        this.dynamic = dynamic;
    }

    /** Fills the message's words; out: its tag. A thread that is made anew may take any message for that which starts it. */
    int message(Party self, Party to, List<Integer> words) {
        int untyped = random.nextInt(60) == 0 ? 63 : UNTYPED[random.nextInt(UNTYPED.length)];
        if (to.equals(dynamic) && random.nextInt(3) == 0) untyped = Protocol.START_WORDS;
        for (int i = 0; i < untyped; i++) words.add(random.nextInt());
        if (to.equals(dynamic) && untyped == Protocol.START_WORDS) {
            words.set(0, player.address(ScriptedThreads.ENTRY));
            words.set(1, to.block());
            return MessageTag.of(random.nextInt(1 << 16), untyped);
        }
        int strings = random.nextInt(memory ? 3 : 6) == 0 ? 1 + random.nextInt(2) : 0;
        int maps = random.nextInt(memory ? 2 : 6) == 0 ? 1 + random.nextInt(2) : 0;
        int typed = words.size();
        for (int i = 0; i < maps; i++) {
            int type = random.nextInt(5) == 0 ? MapItem.GRANT : MapItem.MAP;
            words.add(windowPage() | type);
            words.add(fpage() | random.nextInt(8));
        }
        int last = ScriptedThreads.STRINGS_SIZE - LONGEST_SUBSTRING;
        for (int i = 0; i < strings; i++)
            string(words, 0, length -> inWindow() ? windowPlace() : player.strings(self) + random.nextInt(last));
        int tag = MessageTag.of(random.nextInt(1 << 16), untyped, words.size() - typed);
        while (words.size() > ScriptedThreads.WORDS) words.remove(words.size() - 1);
        return tag;
    }

    List<Integer> buffers(Party self) {
        int window = switch (random.nextInt(memory ? 6 : 3)) {
            case 0 -> Fpage.NIL;
            case 1, 2 -> Fpage.COMPLETE;
            default -> fpage();
        };
        if (random.nextInt(4) == 0) return List.of(window);
        int count = random.nextInt(3);
        List<Integer> buffers = new ArrayList<>(List.of(window | StringItem.ACCEPTOR));
        int[] free = {player.buffers(self)};
        for (int i = 0; i < count; i++) {
            string(buffers, i + 1 < count ? StringItem.MORE : 0, length -> {
                if (inWindow()) return windowPlace();
                int place = free[0] + random.nextInt(2);
                free[0] = place + length;
                return place;
            });
        }
        if (count == 0) buffers.add(StringItem.OTHER_TYPE);
        return buffers;
    }

    /**
     * One more string, or buffer, of some descriptors with some substrings each.
     *
     * @param flags of the first descriptor
     * @param places where a substring of a length begins
     */
    void string(List<Integer> words, int flags, IntUnaryOperator places) {
        int descriptors = 1 + random.nextInt(MOST_DESCRIPTORS);
        for (int n = 0; n < descriptors; n++) {
            int length = random.nextInt(LONGEST_SUBSTRING);
            int substrings = 1 + random.nextInt(MOST_SUBSTRINGS);
            int compound = n + 1 < descriptors ? StringItem.COMPOUND : 0;
            words.add(StringItem.of(length, substrings) | compound | (n == 0 ? flags : 0));
            for (int i = 0; i < substrings; i++) words.add(places.applyAsInt(length));
        }
    }

    /** Whether a string, or a place for one, is where pages come and go. */
    private boolean inWindow() {
        return random.nextInt(memory ? 3 : 12) == 0;
    }

    /** Where a page begins, or where it ends and the next one begins. */
    int windowPlace() {
        return windowPage() + (random.nextInt(3) == 0 ? 0 : Fpage.PAGE_SIZE - random.nextInt(LONGEST_SUBSTRING));
    }

    /** Few, so that they meet. */
    int windowPage() {
        int page = random.nextInt(random.nextInt(3) == 0 ? MEETING_PAGES : MEETING_PAGES / 4);
        return player.address(ScriptedThreads.WINDOW) + page * Fpage.PAGE_SIZE;
    }

    /** A naturally aligned part of the window, without rights. */
    int fpage() {
        int size = Fpage.PAGE_SIZE << Math.min(random.nextInt(4), random.nextInt(4));
        if (memory && random.nextInt(4) == 0)
            size = ScriptedThreads.WINDOW_PAGES * Fpage.PAGE_SIZE >>> random.nextInt(2);
        return Fpage.of(windowPage() & -size, size, 0);
    }
}
