package org.sidestep.kernel.l4.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The boot information of X.2's loaders, to which a word of the interface page points: a header, a record for each module, strings. */
final class BootInformation {

    static final int MAGIC = 0x14B0021D;
    static final int VERSION = 1;

    private static final Struct HEADER = Struct.upwards("bootInformation", 0);

    static final Field HEADER_MAGIC = HEADER.word("magic");
    static final Field HEADER_VERSION = HEADER.word("version");
    /** Bytes of all, strings included. */
    static final Field HEADER_SIZE = HEADER.word("size");
    /** Offset of the first record. */
    static final Field FIRST = HEADER.word("first");

    static final Field COUNT = HEADER.word("count");
    private static final Field RESERVED = HEADER.bytes("reserved", 12);

    private static final Struct RECORD = Struct.upwards("bootModule", 0);

    static final Field TYPE = RECORD.word("type");
    static final Field RECORD_VERSION = RECORD.word("version");
    /** Offset of the next record from this one. */
    static final Field NEXT = RECORD.word("next");

    static final Field START = RECORD.word("start");
    static final Field SIZE = RECORD.word("size");
    /** Offset of the string from the record, or 0. */
    static final Field COMMAND_LINE = RECORD.word("commandLine");

    static final int HEADER_BYTES = RESERVED.offset() + RESERVED.size();
    static final int RECORD_BYTES = COMMAND_LINE.offset() + COMMAND_LINE.size();
    static final int MODULE = 1;

    private record Module(int start, int size, byte[] commandLine) {}

    private final List<Module> modules = new ArrayList<>();

    void module(int start, int size, String commandLine) {
        modules.add(new Module(start, size, (commandLine + '\0').getBytes(StandardCharsets.UTF_8)));
    }

    byte[] bytes() {
        int strings = HEADER_BYTES + RECORD_BYTES * modules.size();
        int size =
                strings + modules.stream().mapToInt(m -> m.commandLine.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(HEADER_MAGIC.offset(), MAGIC)
                .putInt(HEADER_VERSION.offset(), VERSION)
                .putInt(HEADER_SIZE.offset(), size)
                .putInt(FIRST.offset(), HEADER_BYTES)
                .putInt(COUNT.offset(), modules.size());
        int record = HEADER_BYTES;
        for (Module module : modules) {
            bytes.putInt(record + TYPE.offset(), MODULE)
                    .putInt(record + RECORD_VERSION.offset(), VERSION)
                    .putInt(record + NEXT.offset(), RECORD_BYTES)
                    .putInt(record + START.offset(), module.start)
                    .putInt(record + SIZE.offset(), module.size)
                    .putInt(record + COMMAND_LINE.offset(), strings - record);
            bytes.position(strings).put(module.commandLine);
            strings += module.commandLine.length;
            record += RECORD_BYTES;
        }
        return bytes.array();
    }
}
