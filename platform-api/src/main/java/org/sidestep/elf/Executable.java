package org.sidestep.elf;

import java.util.List;
import java.util.Locale;
import org.sidestep.machine.BadImage;

/**
 * The loadable part of an image, checked: every segment lies inside the file, and no two of them overlap in memory.
 *
 * @param entry the physical entry point
 * @param segments those that occupy memory, in file order
 */
public record Executable(int entry, List<Segment> segments) {

    public Executable {
        segments = List.copyOf(segments);
        checkOverlap(segments);
    }

    /** Bytes {@code [offset, offset + fileSize)} of the file at {@code physical}, followed by zeros up to {@code memorySize}. */
    public record Segment(int offset, int fileSize, long virtual, long physical, long memorySize) {
        public long end() {
            return physical + memorySize;
        }

        boolean overlaps(Segment other) {
            return physical < other.end() && other.physical < end();
        }
    }

    /** The first address behind the image. */
    public long end() {
        return segments.stream().mapToLong(Segment::end).max().orElseThrow();
    }

    private static void checkOverlap(List<Segment> segments) {
        for (int i = 0; i < segments.size(); i++) {
            for (Segment earlier : segments.subList(0, i)) {
                Segment segment = segments.get(i);
                check(
                        !segment.overlaps(earlier),
                        "segments at physical 0x%x and 0x%x overlap",
                        earlier.physical,
                        segment.physical);
            }
        }
    }

    /** Refuses an image unless {@code holds}. */
    public static void check(boolean holds, String message, Object... arguments) {
        if (!holds) throw new BadImage(String.format(Locale.ROOT, message, arguments));
    }
}
