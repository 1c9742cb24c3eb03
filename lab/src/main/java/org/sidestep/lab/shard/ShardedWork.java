package org.sidestep.lab.shard;

import java.util.List;

/**
 * What is done in shards, so that these know each other and it can be finished.
 *
 * @param <W> its own kind
 */
interface ShardedWork<W extends ShardedWork<W>> {

    /** Names it. */
    String digest();

    /** All that must be known of it. */
    byte[] bytes();

    /** What tells it from another, in words. */
    List<String> differences(W other);
}
