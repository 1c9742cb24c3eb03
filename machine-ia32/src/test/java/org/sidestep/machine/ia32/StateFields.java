package org.sidestep.machine.ia32;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** All places below an object that can hold another value: fields that are not final, elements of arrays, and collections. */
final class StateFields {
    private static final String OURS = "org.sidestep.machine.";

    /** Of a longer array, so many elements at both ends and in the middle stand for all. */
    private static final int SAMPLES = 2;

    private final Set<String> left;
    private final List<Place> places = new ArrayList<>();
    private final Set<String> seen = new TreeSet<>();
    private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());

    /** A place, by the way that leads there from the root: objects on the way may be replaced by others. */
    record Place(Object root, List<Object> way, String name) {

        Object get() {
            Object at = root;
            for (Object step : way) at = follow(at, step);
            return at;
        }

        void set(Object value) {
            Object holder = root;
            for (Object step : way.subList(0, way.size() - 1)) holder = follow(holder, step);
            Object last = way.get(way.size() - 1);
            if (last instanceof Integer index) Array.set(holder, index, value);
            else write((Field) last, holder, value);
        }

        private static void write(Field field, Object holder, Object value) {
            try {
                field.set(holder, value);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Object follow(Object at, Object step) {
            if (step instanceof Key key) return ((Map<?, ?>) at).get(key.key);
            if (step instanceof Integer index)
                return at instanceof List<?> list ? list.get(index) : Array.get(at, index);
            try {
                return ((Field) step).get(at);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The content, such that it can be compared later with that of another object. */
        String content() {
            return text(get());
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(name).append(" (");
            way.forEach(step -> text.append(step instanceof Field field ? "." + field.getName() : "[" + step + "]"));
            return text.append(')').toString();
        }
    }

    /** A step to a value of a map. */
    private record Key(Object key) {}

    private StateFields(Set<String> left) {
        this.left = left;
    }

    /** @param left fields, as Class.field, and whole classes that are not looked at and not followed */
    static StateFields below(Object root, Set<String> left) {
        StateFields fields = new StateFields(left);
        Deque<Place> toDo = new ArrayDeque<>();
        toDo.add(new Place(root, List.of(), "root"));
        while (!toDo.isEmpty()) fields.visit(toDo.remove(), toDo);
        return fields;
    }

    List<Place> places() {
        return places;
    }

    /** All fields and classes that have been seen, those that are left alone too. */
    Set<String> seen() {
        return seen;
    }

    private void visit(Place place, Deque<Place> toDo) {
        Object object = place.get();
        if (object == null || !visited.add(object)) return;
        if (object.getClass().isArray()) {
            visitArray(place, object, toDo);
            return;
        }
        if (object instanceof Map<?, ?> map) {
            map.keySet()
                    .forEach(key -> add(new Place(place.root, with(place.way, new Key(key)), place.name), true, toDo));
            return;
        }
        if (object instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++)
                add(new Place(place.root, with(place.way, i), place.name), true, toDo);
            return;
        }
        for (Class<?> c = object.getClass(); c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                String name = name(c, field);
                if (Modifier.isStatic(field.getModifiers())) continue;
                seen.add(name);
                if (left.contains(name)) continue;
                field.setAccessible(true);
                add(new Place(place.root, with(place.way, field), name), Modifier.isFinal(field.getModifiers()), toDo);
            }
        }
    }

    private static String name(Class<?> type) {
        return type.getName().replaceFirst(".*\\.", "").replace('$', '.');
    }

    private static String name(Class<?> type, Field field) {
        return name(type) + "." + field.getName();
    }

    private void visitArray(Place place, Object array, Deque<Place> toDo) {
        int length = Array.getLength(array);
        for (int i = 0; i < length; i++) {
            boolean sample = i < SAMPLES || i >= length - SAMPLES || Math.abs(i - length / 2) < SAMPLES;
            if (sample) add(new Place(place.root, with(place.way, i), place.name), false, toDo);
        }
    }

    private void add(Place place, boolean constant, Deque<Place> toDo) {
        Object value = place.get();
        boolean fixed = value != null && value.getClass().getName().contains("Immutable");
        boolean list = value instanceof List<?> all && (fixed || !all.isEmpty() && isFollowed(all.get(0)));
        boolean map = value instanceof Map<?, ?> m && m.values().stream().anyMatch(this::isFollowed);
        if (value != null && (isFollowed(value) || list || map)) toDo.add(place);
        else if (!fixed && isContainer(value) || !constant) places.add(place);
    }

    private static List<Object> with(List<Object> way, Object step) {
        List<Object> longer = new ArrayList<>(way);
        longer.add(step);
        return longer;
    }

    private static boolean isContainer(Object value) {
        return value instanceof Collection
                || value instanceof Map
                || value instanceof StringBuilder
                || value instanceof BitSet;
    }

    private boolean isFollowed(Object value) {
        if (value == null) return false;
        Class<?> type = value.getClass();
        seen.add(name(type));
        if (left.contains(name(type))) return false;
        if (type.isArray()) return true;
        return type.getName().startsWith(OURS) && !type.isHidden() && !type.isEnum() && !isValue(type);
    }

    /** A record of primitives: replaced as a whole. */
    private static boolean isValue(Class<?> type) {
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .allMatch(c -> c.getType().isPrimitive());
    }

    static String text(Object value) {
        if (value instanceof Map<?, ?> map) {
            StringBuilder text = new StringBuilder();
            map.forEach(
                    (k, v) -> text.append(text(k)).append('=').append(text(v)).append(' '));
            return text.toString();
        }
        if (value instanceof Collection<?> all)
            return all.stream().map(StateFields::text).toList().toString();
        if (value instanceof byte[] bytes) return Arrays.toString(bytes);
        return String.valueOf(value);
    }

    /**
     * Values that differ from {@code old}, the likeliest first; or, of a container, the container itself with one element
     * more.
     *
     * @param type what the place can hold
     */
    @SuppressWarnings("unchecked")
    static List<Object> others(Object old, Class<?> type) {
        if (old instanceof Integer v) return List.of(v ^ 1, v + 1, v - 1, v ^ 1 << 10);
        if (old instanceof Long v) return List.of(v ^ 1, v + 1, v - 1);
        if (old instanceof Short v) return List.of((short) (v ^ 1));
        if (old instanceof Byte v) return List.of((byte) (v ^ 1), (byte) (v - 1));
        if (old instanceof Boolean v) return List.of(!v);
        if (old instanceof String v) return List.of(v + "x");
        if (old == null && type == String.class) return List.of("x");
        if (old == null && type.isArray()) return List.of(Array.newInstance(type.getComponentType(), 512));
        if (old instanceof Enum<?> v) {
            return Arrays.stream(v.getDeclaringClass().getEnumConstants())
                    .filter(constant -> constant != v)
                    .map(Object.class::cast)
                    .toList();
        }
        if (old instanceof StringBuilder v) return List.of(v.append('x'));
        if (old instanceof EnumMap || old instanceof EnumSet) return List.of();
        if (old instanceof Map<?, ?>) return List.of(more((Map<Object, Object>) old));
        if (old instanceof Collection<?>) return List.of(more((Collection<Object>) old));
        if (old != null && isValue(old.getClass())) return List.of(another(old.getClass(), old));
        if (old == null && isValue(type)) return List.of(another(type, null));
        return List.of();
    }

    private static Object more(Map<Object, Object> map) {
        if (map.isEmpty()) map.put(3, new byte[512]);
        else map.replaceAll((key, value) -> value instanceof Long number ? (Object) (number + 1) : new byte[512]);
        return map;
    }

    private static Object more(Collection<Object> all) {
        all.add(7);
        return all;
    }

    /** A record with another first component, all others zero if there is none to copy. */
    private static Object another(Class<?> type, Object value) {
        try {
            RecordComponent[] components = type.getRecordComponents();
            Object[] arguments = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                components[i].getAccessor().setAccessible(true);
                Object zero = Array.get(Array.newInstance(components[i].getType(), 1), 0);
                arguments[i] =
                        value == null ? zero : components[i].getAccessor().invoke(value);
            }
            arguments[0] = others(arguments[0], components[0].getType()).get(0);
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
