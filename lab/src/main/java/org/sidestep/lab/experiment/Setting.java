package org.sidestep.lab.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Location;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.lab.yaml.Node.Scalar;
import org.sidestep.lab.yaml.Node.Sequence;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameters;

/** One value of an axis as the file gives it: a plugin's id and some of its parameters, not yet checked. */
record Setting(Location at, String id, Map<String, Scalar> parameters) {

    /** The keys that name the plugin; a file uses either. */
    static final List<String> IDS = List.of("id", "model");

    /** All values that a node stands for: an id, a mapping with an id, or a sequence of those. */
    static List<Setting> read(Node node) {
        if (node instanceof Scalar scalar) return List.of(new Setting(scalar.at(), scalar.text(), Map.of()));
        if (node instanceof Mapping mapping) return product(mapping);
        List<Setting> settings = new ArrayList<>();
        for (Node item : node.items()) {
            if (item instanceof Sequence) throw item.error("a list within a list");
            settings.addAll(read(item));
            MatrixReader.requireFew(settings.size(), node);
        }
        if (settings.isEmpty()) throw node.error("an empty list");
        return settings;
    }

    /** Every parameter may be a list; the mapping stands for all combinations. */
    private static List<Setting> product(Mapping mapping) {
        Node id = id(mapping);
        List<Setting> settings = List.of(new Setting(mapping.at(), id.text("'id'"), Map.of()));
        for (Map.Entry<String, Node> parameter : mapping.entries().entrySet()) {
            if (IDS.contains(parameter.getKey())) continue;
            MatrixReader.requireFew(
                    (long) settings.size() * parameter.getValue().items().size(), mapping);
            List<Setting> longer = new ArrayList<>();
            if (parameter.getValue().items().isEmpty())
                throw parameter.getValue().error("an empty list");
            for (Setting setting : settings) {
                for (Node value : parameter.getValue().items()) {
                    Scalar scalar = new Scalar(value.at(), value.text("'" + parameter.getKey() + "'"));
                    longer.add(setting.with(parameter.getKey(), scalar));
                }
            }
            settings = longer;
        }
        return settings;
    }

    private static Node id(Mapping mapping) {
        List<Node> ids = IDS.stream()
                .map(mapping.entries()::get)
                .filter(Objects::nonNull)
                .toList();
        if (ids.isEmpty()) throw mapping.error("'id' is missing");
        if (ids.size() > 1) throw ids.get(1).error("'id' and 'model' mean the same; give one");
        return ids.get(0);
    }

    Setting with(String parameter, Scalar value) {
        Map<String, Scalar> more = new LinkedHashMap<>(parameters);
        more.put(parameter, value);
        return new Setting(at, id, Collections.unmodifiableMap(more));
    }

    /** Checks the parameters, each where it stands. */
    <E extends Extension> Configured<E> configure(E extension) {
        Map<String, String> given = new LinkedHashMap<>();
        parameters.forEach((name, value) -> {
            try {
                Parameters.of(extension, Map.of(name, value.text()));
            } catch (BadParameter e) {
                throw value.error(e.getMessage());
            }
            given.put(name, value.text());
        });
        try {
            return Configured.of(extension, given);
        } catch (BadParameter e) {
            throw at.error(e.getMessage());
        } catch (Throwable e) { // a plugin may throw anything
            throw at.error("'" + id + "' cannot check its parameters: " + Provider.message(e));
        }
    }
}
