package org.sidestep.lab.part;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.lab.yaml.Yaml;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * Reads the description of one part. Its keys: {@code base}, a CPU model; {@code summary}; {@code cpuid}, leaves with four
 * words each; {@code figures}, by the names that {@code sidestep list} shows of the base.
 */
final class PartReader {

    private static final List<String> KEYS = List.of("base", "summary", "cpuid", "figures");
    private static final int LONGEST_SUMMARY = 120;
    private static final int WORDS = 4;
    static final int IDENTITY = 1;
    static final int EDX = 3;
    private static final int EXTENDED = 0x80000000;

    private final Path file;
    private final Function<String, CpuModel> models;
    private final IntSupplier executed;

    /**
     * A reader of one file.
     *
     * @param models finds a base by its id
     * @param executed EDX of CPUID leaf 1 with all features that the machine has
     */
    PartReader(Path file, Function<String, CpuModel> models, IntSupplier executed) {
        this.file = file;
        this.models = models;
        this.executed = executed;
    }

    /** @throws BadInput if anything in the text of the file cannot be used; the message begins with file, line and column */
    DescribedPart read(String id, String text) {
        Mapping root = Yaml.parse(file.toString(), text).mapping("the description of a processor");
        root.requireKnown(KEYS);
        CpuModel base = base(required(root, "base"));
        List<Parameter> parameters = parameters(base, optional(root, "figures"));
        DescribedPart part =
                new DescribedPart(id, summary(root), base, parameters, leaves(base, optional(root, "cpuid")));
        try {
            Configured.defaults(part);
        } catch (BadParameter e) {
            throw root.error(e.getMessage());
        }
        return part;
    }

    private static Node required(Mapping root, String key) {
        Node node = root.entries().get(key);
        if (node == null) throw root.error("'" + key + "' is missing");
        return node;
    }

    private static Mapping optional(Mapping root, String key) {
        Node node = root.entries().get(key);
        return node == null ? new Mapping(root.at(), Map.of(), Map.of()) : node.mapping("'" + key + "'");
    }

    private static String summary(Mapping root) {
        Node node = required(root, "summary");
        String summary = node.text("'summary'");
        if (summary.isBlank() || summary.length() > LONGEST_SUMMARY || summary.matches("(?s).*\\p{Cntrl}.*")) {
            throw node.error("'summary' must be one line of at most " + LONGEST_SUMMARY + " characters");
        }
        return summary;
    }

    private CpuModel base(Node node) {
        try {
            return models.apply(node.text("'base'"));
        } catch (BadInput e) {
            throw node.error(e.getMessage());
        }
    }

    /** The base's parameters, in its order, with the defaults that the file gives. */
    private static List<Parameter> parameters(CpuModel base, Mapping figures) {
        List<String> known = new ArrayList<>();
        for (Parameter parameter : base.parameters()) {
            if (parameter.kind() == Parameter.Kind.FIGURE) known.add(parameter.name());
        }
        figures.keys().forEach((name, at) -> {
            if (known.contains(name)) return;
            throw at.error(String.format(
                    Locale.ROOT, "'%s' has no figure '%s'%s", base.id(), name, Nearest.hint(name, known)));
        });
        List<Parameter> parameters = new ArrayList<>();
        for (Parameter parameter : base.parameters()) {
            Node own = figures.entries().get(parameter.name());
            parameters.add(own == null ? parameter : OwnFigure.read(parameter, own));
        }
        return List.copyOf(parameters);
    }

    private SortedMap<Integer, List<Integer>> leaves(CpuModel base, Mapping cpuid) {
        SortedMap<Integer, List<Integer>> leaves = new TreeMap<>();
        cpuid.entries().forEach((key, words) -> {
            int leaf = word(new Node.Scalar(cpuid.keys().get(key), key), "a leaf of CPUID");
            if (leaves.put(leaf, words(words)) != null) {
                throw cpuid.keys().get(key).error("the leaf '" + key + "' is given twice");
            }
            if (leaf == IDENTITY) requireExecuted(words, leaves.get(leaf).get(EDX));
        });
        requireReachable(base, cpuid, leaves);
        return leaves;
    }

    private static List<Integer> words(Node node) {
        List<Node> items = node.items();
        if (items.size() != WORDS) throw node.error("a leaf of CPUID has four words: [EAX, EBX, ECX, EDX]");
        return items.stream().map(item -> word(item, "a word of CPUID")).toList();
    }

    /** A word in hexadecimal, as manuals and dumps have it. */
    private static int word(Node node, String what) {
        String text = node.text(what);
        if (text.matches("0x[0-9A-Fa-f]{1,8}")) return Integer.parseUnsignedInt(text.substring(2), 16);
        if (text.matches("[0-9]")) return Integer.parseInt(text);
        throw node.error(what + " must be hexadecimal, such as 0x0C040882, not '" + text + "'");
    }

    /** What CPUID claims, the machine must do: instructions of a feature that it lacks would be undefined all the same. */
    private void requireExecuted(Node node, int claimed) {
        int there = executed.getAsInt();
        int missing = claimed & ~there;
        if (missing == 0) return;
        throw node.error(String.format(
                Locale.ROOT,
                "EDX of leaf 1 claims 0x%08X, which the machine does not have; what is left is 0x%08X",
                missing,
                claimed & there));
    }

    private static void requireReachable(CpuModel base, Mapping cpuid, SortedMap<Integer, List<Integer>> leaves) {
        CpuModel.Identity theirs = base.identity(Parameters.defaults(base));
        for (int leaf : leaves.keySet()) {
            int first = leaf < 0 ? EXTENDED : 0;
            int highest = leaves.containsKey(first) ? leaves.get(first).get(0) : theirs.cpuid(first)[0];
            if (Integer.compareUnsigned(leaf, highest) <= 0) continue;
            throw cpuid.error(String.format(
                    Locale.ROOT,
                    "leaf 0x%X is beyond the highest, 0x%X, that leaf 0x%X says in EAX",
                    leaf,
                    highest,
                    first));
        }
    }
}
