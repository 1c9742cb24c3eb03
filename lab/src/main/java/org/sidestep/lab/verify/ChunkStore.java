package org.sidestep.lab.verify;

import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Tally;

/** Tallies of the chunks of a campaign. A file is named by all that the tally depends on: the subject, the chunk and the code. */
final class ChunkStore implements Campaign.Ledger {

    private final FinishedParts parts;
    private final String subject;
    private final String code;
    private final BiConsumer<Tally, Boolean> done;

    /**
     * Keeps chunks among other finished parts.
     *
     * @param fingerprints of the code that verdicts depend on
     * @param done is told of each chunk what it came to, and whether that was known from earlier
     */
    ChunkStore(FinishedParts parts, Cell subject, Map<String, String> fingerprints, BiConsumer<Tally, Boolean> done) {
        this.parts = parts;
        this.subject = subject.text();
        this.code = fingerprints.toString();
        this.done = done;
    }

    /** Damaged files are as good as none: their chunks are tried again. */
    @Override
    public Tally find(Campaign.Chunk chunk) {
        Tally tally = parts.find(key(chunk), Tally.class).orElse(null);
        if (tally != null) done.accept(tally, true);
        return tally;
    }

    @Override
    public void put(Campaign.Chunk chunk, Tally tally) {
        parts.put(key(chunk), tally);
        done.accept(tally, false);
    }

    /** Names a chunk by all that its tally depends on. */
    String key(Campaign.Chunk chunk) {
        return String.join(
                "\n",
                subject,
                chunk.course().toString(),
                chunk.exploration().name(),
                String.format(
                        Locale.ROOT,
                        "%d-%d, of each %s, until %d have failed",
                        chunk.from(),
                        chunk.to(),
                        chunk.every(),
                        chunk.enough()),
                code);
    }
}
