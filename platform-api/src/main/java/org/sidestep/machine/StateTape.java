package org.sidestep.machine;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * State as values, in the order in which its owner's parts list it. Each part lists its own once, in a method that serves
 * both to record the state and to put it back:
 *
 * <pre>
 * busFree = tape.number(busFree);
 * tape.array(tags);
 * </pre>
 *
 * <p>What does not change after construction is not listed: a state goes only into an owner that was constructed alike.
 */
public final class StateTape {

    private enum Mode {
        RECORD,
        /** Nothing changes; only whether a recording fits is looked at. */
        COMPARE,
        PUT_BACK
    }

    private final Mode mode;
    private long[] numbers;
    private final List<Object> objects;
    private int numbersPassed;
    private int objectsPassed;

    private StateTape(Mode mode, long[] numbers, List<Object> objects) {
        this.mode = mode;
        this.numbers = numbers;
        this.objects = objects;
    }

    /** What {@code owner} lists on the tape. */
    public static Recording record(Consumer<StateTape> owner) {
        StateTape tape = new StateTape(Mode.RECORD, new long[64], new ArrayList<>());
        owner.accept(tape);
        return new Recording(Arrays.copyOf(tape.numbers, tape.numbersPassed), tape.objects);
    }

    /** A recorded state; immutable. */
    public static final class Recording {
        private final long[] numbers;
        private final List<Object> objects;

        private Recording(long[] numbers, List<Object> objects) {
            this.numbers = numbers;
            this.objects = objects;
        }

        /**
         * Puts the state back into {@code owner}.
         *
         * @throws IllegalArgumentException if the state is of an owner of another shape; nothing has changed then
         */
        public void putBack(Consumer<StateTape> owner) {
            StateTape check = new StateTape(Mode.COMPARE, numbers, objects);
            owner.accept(check);
            check.requireFit(check.numbersPassed == numbers.length && check.objectsPassed == objects.size());
            owner.accept(new StateTape(Mode.PUT_BACK, numbers, objects));
        }

        /** Whether the states are the same. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Recording recording
                    && Arrays.equals(numbers, recording.numbers)
                    && Arrays.deepEquals(objects.toArray(), recording.objects.toArray());
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(numbers) + Arrays.deepHashCode(objects.toArray());
        }
    }

    /** Whether a recorded state is being put back. */
    public boolean putsBack() {
        return mode == Mode.PUT_BACK;
    }

    public int integer(int value) {
        return (int) number(value);
    }

    public boolean flag(boolean value) {
        return number(value ? 1 : 0) != 0;
    }

    public long number(long value) {
        int place = numbersPassed++;
        if (mode == Mode.RECORD) {
            if (place == numbers.length) numbers = Arrays.copyOf(numbers, 2 * place);
            numbers[place] = value;
            return value;
        }
        requireFit(place < numbers.length);
        return mode == Mode.COMPARE ? value : numbers[place];
    }

    /** Something immutable, or null. */
    @SuppressWarnings("unchecked") // the same place of the list gave it
    public <T> T object(T value) {
        if (mode == Mode.RECORD) {
            objects.add(value);
            return value;
        }
        Object recorded = next();
        return mode == Mode.COMPARE ? value : (T) recorded;
    }

    /** An array of numbers, whose length does not change. */
    public void array(int[] values) {
        if (mode == Mode.RECORD) objects.add(values.clone());
        else array(values, int[].class, values.length);
    }

    public void array(long[] values) {
        if (mode == Mode.RECORD) objects.add(values.clone());
        else array(values, long[].class, values.length);
    }

    public void array(byte[] values) {
        if (mode == Mode.RECORD) objects.add(values.clone());
        else array(values, byte[].class, values.length);
    }

    private void array(Object values, Class<?> type, int length) {
        Object recorded = next();
        requireFit(type.isInstance(recorded) && Array.getLength(recorded) == length);
        if (mode == Mode.PUT_BACK) System.arraycopy(recorded, 0, values, 0, length);
    }

    private Object next() {
        requireFit(objectsPassed < objects.size());
        return objects.get(objectsPassed++);
    }

    private void requireFit(boolean fits) {
        if (!fits) throw new IllegalArgumentException("the state is of something that was configured otherwise");
    }
}
