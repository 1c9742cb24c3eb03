package org.sidestep.experiment;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.WholeNumber;

/**
 * A cell in one line, in one way only:
 *
 * <pre>machine=ia32 machine.memory=16 cpu=p3-coppermine cpu.trap.cycles=60 ... seed=1 limit.cycles=200000000</pre>
 *
 * <p>Each axis in the order of {@link Axis#ALL}, behind it the plugin's parameters by name, at last seed, layout (if it is not the
 * first) and limit. Settings
 * are always written; figures and ablations where they differ from the plugin's own. The order in which a plugin declares
 * its parameters is not seen. Bytes of names and values that could be taken for something else are written as {@code %20}.
 */
public final class CellText {

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/+,@#()|<>";

    private CellText() {}

    /** The text of {@code cell}. */
    public static String of(Cell cell) {
        List<String> items = new ArrayList<>();
        cell.plugins().forEach((axis, configured) -> {
            items.add(item(axis.name(), configured.plugin().id()));
            new TreeMap<>(configured.chosen())
                    .forEach((name, value) -> items.add(item(axis + "." + name, Cell.text(value))));
        });
        items.add(item(Cell.SEED, Long.toString(cell.seed())));
        if (cell.layout() != Cell.FIRST_LAYOUT) items.add(item(Cell.LAYOUT, Integer.toString(cell.layout())));
        items.add(item(Cell.LIMIT, Long.toString(cell.maxCycles())));
        return String.join(" ", items);
    }

    /**
     * The cell that has this text. Items may stand in any order; a parameter that is not named has its default.
     *
     * @param plugins finds the plugin of an axis by its id, and refuses what it does not know
     * @throws BadParameter if an axis, the seed or the limit is missing, if something is named twice or is nothing that a
     *     cell has, or if a value is not allowed
     */
    public static Cell parse(String text, BiFunction<Axis<?>, String, ? extends Extension> plugins) {
        Map<String, String> items = items(text);
        Map<Axis<?>, Configured<?>> configured = new LinkedHashMap<>();
        for (Axis<?> axis : Axis.ALL) {
            Extension plugin = plugins.apply(axis, take(items, axis.name()));
            Map<String, String> given = new LinkedHashMap<>();
            String prefix = axis + ".";
            items.forEach((name, value) -> {
                if (name.startsWith(prefix)) given.put(name.substring(prefix.length()), value);
            });
            items.keySet().removeIf(name -> name.startsWith(prefix));
            if (!axis.spi().isInstance(plugin)) {
                throw new BadParameter(String.format(Locale.ROOT, "'%s' is no %s", plugin.id(), axis));
            }
            configured.put(axis, Configured.of(plugin, given));
        }
        long seed = number(items, Cell.SEED);
        long limit = number(items, Cell.LIMIT);
        long layout = items.containsKey(Cell.LAYOUT) ? number(items, Cell.LAYOUT) : Cell.FIRST_LAYOUT;
        if (layout < Cell.FIRST_LAYOUT || layout > Integer.MAX_VALUE) {
            throw new BadParameter(String.format(Locale.ROOT, "layouts count from 1: there is no %d", layout));
        }
        if (!items.isEmpty()) {
            throw new BadParameter(String.format(
                    Locale.ROOT, "a cell has no '%s'", items.keySet().iterator().next()));
        }
        return new Cell(configured, seed, limit, (int) layout);
    }

    private static Map<String, String> items(String text) {
        Map<String, String> items = new LinkedHashMap<>();
        for (String item : text.strip().split("\\s+")) {
            int equals = item.indexOf('=');
            if (equals <= 0) {
                throw new BadParameter(String.format(Locale.ROOT, "'%s' is not of the form name=value", item));
            }
            String name = decoded(item.substring(0, equals));
            if (items.put(name, decoded(item.substring(equals + 1))) != null) {
                throw new BadParameter(String.format(Locale.ROOT, "'%s' is named twice", name));
            }
        }
        return items;
    }

    private static String take(Map<String, String> items, String name) {
        String value = items.remove(name);
        if (value == null) throw new BadParameter(String.format(Locale.ROOT, "'%s' is missing", name));
        return value;
    }

    private static long number(Map<String, String> items, String name) {
        String text = take(items, name);
        OptionalLong value = WholeNumber.parse(text);
        if (value.isPresent() && value.getAsLong() >= 0) return value.getAsLong();
        throw new BadParameter(
                String.format(Locale.ROOT, "'%s' is not a value of %s%s", text, name, WholeNumber.hint(text)));
    }

    private static String item(String name, String value) {
        return encoded(name) + "=" + encoded(value);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(octet) >= 0) encoded.append((char) octet);
            else encoded.append(String.format(Locale.ROOT, "%%%02X", octet & 0xFF));
        }
        return encoded.toString();
    }

    private static String decoded(String text) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.write(bytes[i]);
                continue;
            }
            boolean digits =
                    i + 2 < bytes.length && HexFormat.isHexDigit(bytes[i + 1]) && HexFormat.isHexDigit(bytes[i + 2]);
            if (!digits) {
                throw new BadParameter(
                        String.format(Locale.ROOT, "'%s': two hexadecimal digits must follow a %%", text));
            }
            decoded.write(HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
            i += 2;
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
