package org.sidestep.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.sidestep.asm.Program.Line;
import org.sidestep.kernel.Cause;

/**
 * To which of some instructions the trials of a campaign come. Up to the first instruction that has been changed a run goes on as it
 * did before; so a part of an exploration whose trials come to none of those need not be tried again on a mutant. It is found out
 * where it is asked for first.
 */
public final class Coverage {

    /** Parts between two of a block. */
    private static final int STRIDE = 16;

    private final List<Line> lines;
    private final Ledger ledger;
    private final Map<String, Block> blocks = new ConcurrentHashMap<>();

    /**
     * Each sixteenth part of an exploration on a course.
     *
     * @param parts the bits of the instructions to which each comes
     * @param honest those of all of them, but for what attackers do at user level, who come to harm as they like
     */
    public record Block(List<long[]> parts, long[] honest) {}

    /** Keeps blocks, so that a killed search can go on. */
    public interface Ledger {
        /** One that was found out before. */
        Optional<Block> find(String name);

        /** A block has been found out; called by any thread. */
        void put(String name, Block block);
    }

    /** @param lines of the instructions that are looked at */
    Coverage(List<Line> lines, Ledger ledger) {
        this.lines = lines;
        this.ledger = ledger;
    }

    /** Those that a patch changes; nothing if it changes others, of which nothing is known. */
    public Optional<Changed> changed(Patch patch) {
        BitSet bits = new BitSet();
        boolean stubs = false;
        for (Patch.Piece piece : patch.pieces()) {
            int known = 0;
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                int from = Math.max(piece.address(), line.address());
                int to = Math.min(piece.address() + piece.after().length, line.address() + line.length());
                if (from >= to) continue;
                bits.set(i);
                known += to - from;
                stubs |= line.purpose().equals(Cause.USER_STUB.word());
            }
            if (known < piece.after().length) return Optional.empty();
        }
        return Optional.of(new Changed(bits, stubs));
    }

    /** Some of the instructions. */
    public final class Changed {
        private final BitSet bits;
        private final boolean stubs;
        private boolean reached;

        private Changed(BitSet bits, boolean stubs) {
            this.bits = bits;
            this.stubs = stubs;
        }

        /** Whether any trial that was asked about comes there, but for attackers at user level. */
        public boolean isReached() {
            return reached;
        }

        /** Whether the run comes there that nothing disturbs. */
        boolean isReached(Lane lane, Course course) {
            return isIn(block("undisturbed on " + course, lane, made -> undisturbed(lane, made)), 0);
        }

        /** Whether trials of a part come there. */
        boolean isReached(Trials exploration, Lane lane, Course course, int part) {
            int offset = part % STRIDE;
            String name = exploration.name() + " on " + course + ", " + offset;
            Block block = block(name, lane, made -> tried(exploration, offset, lane, made));
            return part / STRIDE >= block.parts.size() || isIn(block, part / STRIDE);
        }

        private boolean isIn(Block block, int index) {
            BitSet part = BitSet.valueOf(block.parts.get(index));
            reached |= BitSet.valueOf(block.honest).intersects(bits);
            return part.intersects(bits) || stubs && part.get(lines.size());
        }
    }

    private Block block(String name, Lane lane, Function<Footprints, Block> trials) {
        return blocks.computeIfAbsent(
                name,
                n -> ledger.find(n).orElseGet(() -> {
                    Block block = lane.noted(lines.stream().map(Line::address).toList(), trials);
                    ledger.put(n, block);
                    return block;
                }));
    }

    private static Block undisturbed(Lane lane, Footprints footprints) {
        lane.undisturbed();
        long[] all = footprints.take().toLongArray();
        return new Block(List.of(all), footprints.honest().toLongArray());
    }

    private static Block tried(Trials exploration, int offset, Lane lane, Footprints footprints) {
        List<long[]> parts = new ArrayList<>();
        int count = exploration.parts(lane.boundaries().size());
        for (int part = offset; part < count; part += STRIDE) {
            exploration.explore(lane, part, part + 1);
            parts.add(footprints.take().toLongArray());
        }
        return new Block(List.copyOf(parts), footprints.honest().toLongArray());
    }
}
