package org.sidestep.lab.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.yaml.Node.Location;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.lab.yaml.Node.Scalar;
import org.sidestep.lab.yaml.Node.Sequence;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads a YAML document into {@link Node}s. */
public final class Yaml {

    /** Bytes of a file. */
    private static final int LARGEST = 4 << 20;

    /** Lists and mappings inside each other. */
    private static final int DEEPEST = 32;

    private final String file;
    private final YAMLParser parser;
    private int depth;

    private Yaml(String file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * The text of a file.
     *
     * @param what it is, with its article, for the message if it is too large
     */
    public static String load(Path file, String what) {
        return InputFile.readText(file, LARGEST, "the most that " + what + " may have");
    }

    /** The only document in {@code text}; {@code file} is its name in messages. */
    public static Node parse(String file, String text) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            Yaml yaml = new Yaml(file, parser);
            JsonToken first = parser.nextToken();
            if (first == null) throw new BadInput(file + ": is empty");
            Node root = yaml.node(first);
            if (parser.nextToken() != null)
                throw yaml.here().error("a second document begins here; there must be only one");
            return root;
        } catch (JsonProcessingException e) {
            throw malformed(file, e);
        } catch (IOException e) {
            throw BadInput.unreadable(file, e);
        }
    }

    private Node node(JsonToken token) throws IOException {
        Location at = here();
        if (parser.isCurrentAlias()) throw at.error("aliases are not supported");
        if (!token.isStructStart()) return new Scalar(at, parser.getText());
        if (++depth > DEEPEST) throw at.error("more than " + DEEPEST + " lists and mappings inside each other");
        Node node = token == JsonToken.START_OBJECT ? mapping(at) : sequence(at);
        depth--;
        return node;
    }

    private Mapping mapping(Location at) throws IOException {
        Map<String, Node> entries = new LinkedHashMap<>();
        Map<String, Location> keys = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            Location keyAt = here();
            if (keys.put(key, keyAt) != null) throw keyAt.error("'" + key + "' is given twice");
            entries.put(key, node(parser.nextToken()));
        }
        return new Mapping(at, entries, keys);
    }

    private Sequence sequence(Location at) throws IOException {
        List<Node> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(token));
        }
        return new Sequence(at, items);
    }

    private Location here() {
        return location(file, parser.currentTokenLocation());
    }

    private static Location location(String file, JsonLocation location) {
        return location == null
                ? new Location(file, 1, 1)
                : new Location(file, location.getLineNr(), location.getColumnNr());
    }

    /** The YAML reader's own account of the problem is one line at the place itself, unlike the message made from it. */
    private static BadInput malformed(String file, JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Mark mark = marked.getProblemMark();
            Location at = new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
            return at.error("malformed YAML: " + marked.getProblem());
        }
        return location(file, e.getLocation()).error("malformed YAML: " + e.getOriginalMessage());
    }
}
