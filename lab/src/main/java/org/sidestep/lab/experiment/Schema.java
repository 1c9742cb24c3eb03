package org.sidestep.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.plugin.Parameter;

/** The JSON Schema of experiment files, made from the reader's own {@link Key} tables and the plugins of a catalog. */
public final class Schema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Definitions beside those of the axes. */
    private static final String FIGURE = "figure";

    private static final String SWITCH = "switch";

    /** Before the name of an axis: one value of it. */
    private static final String ONE = "one-";

    /** Figures with the same first word that get a line each. */
    private static final int MANY = 20;

    private final Catalog catalog;

    private Schema(Catalog catalog) {
        this.catalog = catalog;
    }

    public static ObjectNode of(Catalog catalog) {
        return new Schema(catalog).file();
    }

    private ObjectNode file() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Sidestep experiment");
        schema.setAll(mapping(Key.FILE));
        ObjectNode axes = schema.putObject("$defs");
        for (Axis<?> axis : Axis.ALL) {
            axes.set(axis.name(), oneOrMore(reference(ONE + axis)));
            axes.set(ONE + axis, setting(axis));
        }
        axes.set(FIGURE, oneOrMore(type("integer").put("minimum", 0)));
        axes.set(SWITCH, oneOrMore(onOff()));
        return schema;
    }

    private ObjectNode mapping(List<Key> keys) {
        ObjectNode mapping = type("object");
        ObjectNode properties = mapping.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Key key : keys) {
            ObjectNode property = value(key);
            property.put("description", key.description());
            properties.set(key.name(), property);
            if (key.required()) required.add(key.name());
        }
        if (!required.isEmpty()) mapping.set("required", required);
        return mapping.put("additionalProperties", false);
    }

    private ObjectNode value(Key key) {
        return switch (key.shape()) {
            case TEXT, EXPECTATION -> type("string");
            case TEXTS -> oneOrMore(type("string"));
            case COUNT -> type("integer").put("minimum", 1);
            case LAYOUTS -> type("integer").put("minimum", 1).put("maximum", Layouts.MOST);
            case SEEDS -> oneOrMore(type("integer").put("minimum", 0));
            case AXIS -> JSON.objectNode().put("$ref", "#/$defs/" + key.name());
            case BLOCK -> mapping(Key.BLOCK);
            case BLOCKS -> oneOrMore(mapping(Key.BLOCK));
            case LIMIT -> mapping(Key.LIMIT);
            case SELECTION -> selection();
            case COUNTERPART -> mapping(Key.COUNTERPART);
            case BOUND -> words(Bound.words());
            case VERIFY -> {
                ObjectNode either = JSON.objectNode();
                either.putArray("anyOf").add(words(Bound.words())).add(mapping(Key.VERIFY));
                yield either;
            }
            case AGGREGATE -> words(List.of("max", "min", "each"));
            case CLAIMS -> type("array").set("items", mapping(Key.CLAIM));
        };
    }

    /** Selections name coordinates that depend on the plugins: any key, one or more values, or an axis as in the matrix. */
    private static ObjectNode selection() {
        ObjectNode values = oneOrMore(scalar());
        values.withArray("anyOf").add(type("object"));
        return type("object").set("additionalProperties", values);
    }

    private ObjectNode setting(Axis<?> axis) {
        ArrayNode forms = JSON.arrayNode();
        forms.add(words(catalog.on(axis).stream().map(Provider::id).toList()));
        for (Provider<?> provider : catalog.on(axis)) {
            ObjectNode form = type("object");
            ObjectNode properties = form.putObject("properties");
            List<String> ids = axis == Axis.CPU ? Setting.IDS : Setting.IDS.subList(0, 1);
            for (String key : ids) properties.set(key, constant(provider));
            parameters(form, properties, provider.readable().parameters());
            ArrayNode identified = form.putArray("oneOf");
            for (String key : ids) identified.addObject().putArray("required").add(key);
            forms.add(form.put("additionalProperties", false));
        }
        return JSON.objectNode().set("anyOf", forms);
    }

    /** Figures of which there are many under one head, such as latencies, are one pattern: a line each would be too much. */
    private static void parameters(ObjectNode form, ObjectNode properties, List<Parameter> parameters) {
        Map<String, List<Parameter>> byHead = parameters.stream()
                .collect(Collectors.groupingBy(Schema::head, LinkedHashMap::new, Collectors.toList()));
        for (List<Parameter> group : byHead.values()) {
            if (group.size() > MANY) {
                String names = group.stream()
                        .map(parameter -> parameter.name().replace(".", "\\."))
                        .collect(Collectors.joining("|", "^(", ")$"));
                form.withObject("/patternProperties").set(names, reference(FIGURE));
            } else {
                for (Parameter parameter : group) properties.set(parameter.name(), parameter(parameter));
            }
        }
    }

    /** The first word of a figure's name; every other parameter is a group of its own. */
    private static String head(Parameter parameter) {
        String name = parameter.name();
        boolean figure = parameter.kind() == Parameter.Kind.FIGURE;
        return figure && name.contains(".") ? name.substring(0, name.indexOf('.')) + "." : name;
    }

    private static ObjectNode constant(Provider<?> provider) {
        return JSON.objectNode()
                .put("const", provider.id())
                .put("description", provider.extension().summary());
    }

    private static ObjectNode parameter(Parameter parameter) {
        switch (parameter.kind()) {
            case FIGURE -> {
                return described(reference(FIGURE), parameter);
            }
            case ABLATION -> {
                return described(reference(SWITCH), parameter);
            }
            default -> {}
        }
        ObjectNode value = switch (parameter.type()) {
            case INTEGER -> type("integer").put("minimum", parameter.min()).put("maximum", parameter.max());
            case CHOICE -> words(parameter.choices());
            case FLAG -> onOff();
            case TEXT -> type("string");
        };
        return described(oneOrMore(value), parameter);
    }

    /** YAML editors differ in whether on and off are words or truth values. */
    private static ObjectNode onOff() {
        ArrayNode words = JSON.arrayNode().add("on").add("off").add(true).add(false);
        return JSON.objectNode().set("enum", words);
    }

    private static ObjectNode described(ObjectNode value, Parameter parameter) {
        value.put("description", parameter.summary());
        return value.set("default", defaultOf(parameter));
    }

    private static ObjectNode reference(String definition) {
        return JSON.objectNode().put("$ref", "#/$defs/" + definition);
    }

    private static JsonNode defaultOf(Parameter parameter) {
        return parameter.defaultValue() instanceof Long number
                ? JSON.numberNode(number)
                : JSON.textNode(Cell.text(parameter.defaultValue()));
    }

    private static ObjectNode oneOrMore(ObjectNode one) {
        ObjectNode either = JSON.objectNode();
        ArrayNode forms = either.putArray("anyOf");
        forms.add(one);
        forms.add(type("array").<ObjectNode>set("items", one.deepCopy()).put("minItems", 1));
        return either;
    }

    private static ObjectNode scalar() {
        return JSON.objectNode()
                .set("type", JSON.arrayNode().add("string").add("number").add("boolean"));
    }

    private static ObjectNode words(List<String> words) {
        ObjectNode choice = JSON.objectNode();
        words.forEach(choice.putArray("enum")::add);
        return choice;
    }

    private static ObjectNode type(String type) {
        return JSON.objectNode().put("type", type);
    }
}
