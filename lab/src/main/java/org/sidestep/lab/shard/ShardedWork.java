package org.sidestep.lab.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.util.List;

/**
 * What is done in shards, so that these know each other and it can be finished.
 *
 * @param <W> its own kind
 */
interface ShardedWork<W extends ShardedWork<W>> {

    /** Reads what {@link #bytes} wrote; nothing may be missing. */
    ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    ObjectWriter WRITER = JSON.writerWithDefaultPrettyPrinter();

    /** Names it. */
    String digest();

    /** All that must be known of it. */
    default byte[] bytes() {
        try {
            return WRITER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What tells it from another, in words. */
    List<String> differences(W other);
}
