package org.sidestep.machine.ia32;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.sidestep.machine.ia32.device.BusMaster;
import org.sidestep.machine.ia32.memory.PageHash;

/**
 * Hashes saved states by walking through their fields, so that a field which is added takes part by itself. Only for what
 * saving returns: a running machine also has caches, which a hash must not see.
 */
final class StateHash {
    /** How parts are wired together, which is no state. */
    private static final List<Class<?>> WIRING = List.of(BusMaster.class, Runnable.class, IntConsumer.class);

    /** What never changes and may be large, by class and name. */
    private static final Set<String> CONSTANT =
            Set.of("Disk.image", "Uart.console", "DebugConsole.console", "Apics.refusals");

    private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
            return fields(type);
        }
    };

    private long hash;

    private StateHash() {}

    static long of(Object state) {
        StateHash walk = new StateHash();
        walk.add(state);
        return walk.hash;
    }

    private static Field[] fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> c = type; c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                boolean wiring = WIRING.stream().anyMatch(w -> w.isAssignableFrom(field.getType()));
                String name = c.getSimpleName() + '.' + field.getName();
                if (Modifier.isStatic(field.getModifiers()) || wiring || CONSTANT.contains(name)) continue;
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields.toArray(Field[]::new);
    }

    private void add(long value) {
        hash = PageHash.mixed(hash, value);
    }

    private void add(Object value) {
        if (value == null) add(0x6E756C6CL);
        else if (value instanceof Number number) add(number.longValue());
        else if (value instanceof Boolean flag) add(flag ? 1 : 0);
        else if (value instanceof Enum<?> constant) add(constant.ordinal());
        else if (value instanceof String text) addText(text);
        else if (value instanceof Map<?, ?> map) addMap(map);
        else if (value instanceof Collection<?> collection) addAll(collection);
        else if (value.getClass().isArray()) addArray(value);
        else addFields(value);
    }

    private void addText(String text) {
        add(text.length());
        for (int i = 0; i < text.length(); i++) add(text.charAt(i));
    }

    private void addMap(Map<?, ?> map) {
        requireOrder(map instanceof HashMap);
        add(map.size());
        map.forEach((key, value) -> {
            add(key);
            add(value);
        });
    }

    private void addAll(Collection<?> collection) {
        requireOrder(collection instanceof HashSet);
        add(collection.size());
        for (Object element : collection) add(element);
    }

    private static void requireOrder(boolean without) {
        if (without) throw new IllegalStateException("a state holds a collection without an order");
    }

    private void addArray(Object array) {
        int length = Array.getLength(array);
        add(length);
        if (array instanceof int[] words) for (int word : words) add(word);
        else if (array instanceof byte[] bytes) for (byte octet : bytes) add(octet);
        else if (array instanceof long[] words) for (long word : words) add(word);
        else if (array instanceof Object[] elements) for (Object element : elements) add(element);
        else for (int i = 0; i < length; i++) add(Array.get(array, i));
    }

    private void addFields(Object object) {
        for (Field field : FIELDS.get(object.getClass())) {
            try {
                Class<?> type = field.getType();
                if (type == int.class) add(field.getInt(object));
                else if (type == long.class) add(field.getLong(object));
                else if (type == boolean.class) add(field.getBoolean(object) ? 1 : 0);
                else add(field.get(object));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("cannot read the state of " + object.getClass(), e);
            }
        }
    }
}
