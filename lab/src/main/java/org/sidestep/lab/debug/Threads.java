package org.sidestep.lab.debug;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelThreads;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.verify.AddressSpaceView;

/** The threads that a kernel has made; the processor itself while it runs none of them, or a kernel that is not known. */
final class Threads {

    /** Beyond all thread numbers, which have 18 bits. */
    static final int PROCESSOR = 1 << 18;

    private final Machine machine;
    private final Optional<KernelImage> image;
    private final Optional<KernelThreads> kernel;

    /**
     * One of them.
     *
     * @param number its number in the kernel, or {@link #PROCESSOR}
     * @param runs whether the processor's registers are its own
     */
    record Each(int number, String name, String doing, boolean runs, Optional<KernelThreads.Seen> seen) {

        /** A register of one that does not run, if it is known with which value it will go on. */
        OptionalInt register(String name) {
            Integer value =
                    seen.map(KernelThreads.Seen::registers).orElse(Map.of()).get(name);
            return value == null ? OptionalInt.empty() : OptionalInt.of(value);
        }
    }

    Threads(Machine machine, Optional<KernelImage> image, Optional<KernelThreads> kernel) {
        this.machine = machine;
        this.image = image;
        this.kernel = kernel;
    }

    /** All, one of which runs. */
    List<Each> all() {
        List<KernelThreads.Seen> seen = kernel.map(KernelThreads::all).orElse(List.of());
        int running = image.map(known -> known.running(machine))
                .orElse(OptionalInt.empty())
                .orElse(PROCESSOR);
        List<Each> all = new ArrayList<>();
        for (KernelThreads.Seen thread : seen) all.add(each(thread, thread.number() == running));
        if (all.stream().noneMatch(Each::runs)) {
            all.add(0, new Each(PROCESSOR, "processor", "runs no thread", true, Optional.empty()));
        }
        return all;
    }

    private Each each(KernelThreads.Seen thread, boolean runs) {
        String doing = thread.doing();
        if (runs && !thread.believed()) doing = "runs at user level; the kernel believes: " + doing;
        if (!runs && thread.believed()) doing = "switched at user level; the kernel believes: " + doing;
        return new Each(thread.number(), thread.name(), doing, runs, Optional.of(thread));
    }

    Each running() {
        return all().stream().filter(Each::runs).findFirst().orElseThrow();
    }

    /** The one with that number, if it exists. */
    Optional<Each> find(int number) {
        return all().stream().filter(each -> each.number() == number).findFirst();
    }

    /** The one with that name or number, if it exists. */
    Optional<Each> find(String text) {
        return all().stream()
                .filter(each -> each.name().equals(text)
                        || Integer.toString(each.number()).equals(text))
                .findFirst();
    }

    List<Field> utcbFields() {
        return kernel.map(KernelThreads::utcb).orElse(List.of());
    }

    List<Field> tcbFields() {
        return kernel.map(KernelThreads::tcb).orElse(List.of());
    }

    /** The words of a thread's UTCB from its lowest field on; empty if it has none. */
    Optional<byte[]> utcb(Each thread) {
        return thread.seen().filter(seen -> seen.utcb() != 0).flatMap(seen -> structure(seen.utcb(), utcbFields()));
    }

    /** The words of a thread's control block from its lowest field on; empty for the processor. */
    Optional<byte[]> tcb(Each thread) {
        return thread.seen().flatMap(seen -> structure(seen.tcb(), tcbFields()));
    }

    private Optional<byte[]> structure(int address, List<Field> fields) {
        int low = low(fields);
        try {
            return Optional.of(machine.debugger().peek(address + low, size(fields)));
        } catch (NotMapped e) {
            return Optional.empty();
        }
    }

    /** The offset of the lowest field. */
    static int low(List<Field> fields) {
        return fields.stream().mapToInt(Field::offset).min().orElse(0);
    }

    /** Bytes from the lowest field to the end of the highest. */
    static int size(List<Field> fields) {
        return fields.stream()
                        .mapToInt(field -> field.offset() + field.size())
                        .max()
                        .orElse(0)
                - low(fields);
    }

    /** Memory as a thread sees it, in its own address space; as much as is mapped, perhaps nothing. */
    byte[] memory(Each thread, int linear, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            OptionalInt octet = octet(thread, linear + i);
            if (octet.isEmpty()) return Arrays.copyOf(bytes, i);
            bytes[i] = (byte) octet.getAsInt();
        }
        return bytes;
    }

    private OptionalInt octet(Each thread, int linear) {
        try {
            if (thread.runs() || thread.seen().isEmpty()) {
                return OptionalInt.of(machine.debugger().peek(linear, 1)[0]);
            }
            AddressSpaceView space =
                    AddressSpaceView.of(machine, thread.seen().get().pageDirectory());
            OptionalInt physical = space.physical(linear);
            return physical.isEmpty() ? physical : OptionalInt.of(machine.peekPhysical(physical.getAsInt(), 1)[0]);
        } catch (NotMapped e) {
            return OptionalInt.empty();
        }
    }

    /** A structure's words by name, a line each. */
    static String text(List<Field> fields, byte[] bytes) {
        StringBuilder text = new StringBuilder();
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (Field field : fields) {
            text.append(String.format(Locale.ROOT, "%-18s", field.name()));
            for (int at = 0; at < field.size(); at += 4) {
                if (at > 0 && at % 32 == 0) text.append(String.format(Locale.ROOT, "\n%-18s", ""));
                text.append(String.format(Locale.ROOT, " %08x", words.getInt(field.offset() - low(fields) + at)));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
