package org.sidestep.lab.verify;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Course;
import org.sidestep.verify.Failure;

/**
 * A failed trial as a file from which it can be run again, to the cycle.
 *
 * @param subject the text of the cell in question
 * @param kind how it failed
 * @param details what was expected and what came
 */
@JsonPropertyOrder({"subject", "course", "blows", "kind", "details"})
public record Replay(String subject, Course course, List<Blow> blows, Failure.Kind kind, List<String> details) {

    private static final int LARGEST = 1 << 20;

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    private static final ObjectWriter WRITER =
            JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    static Replay of(String subject, Failure failure) {
        return new Replay(subject, failure.course(), failure.blows(), failure.kind(), failure.details());
    }

    byte[] bytes() {
        try {
            return WRITER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads one.
     *
     * @throws BadInput if it is none
     */
    public static Replay read(Path file) {
        byte[] bytes = InputFile.read(file, LARGEST, "so it is no replay file");
        try {
            Replay replay = JSON.readValue(bytes, Replay.class);
            if (replay != null && replay.subject != null && replay.course != null && replay.blows != null)
                return replay;
            throw new BadInput(file + ": no replay file of sidestep verify; it writes failure-N.json");
        } catch (JsonProcessingException e) {
            throw new BadInput(file + ": no replay file of sidestep verify: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw BadInput.unreadable(file, e);
        }
    }
}
