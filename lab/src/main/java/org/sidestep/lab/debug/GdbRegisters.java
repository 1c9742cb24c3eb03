package org.sidestep.lab.debug;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.layout.Field;
import org.sidestep.machine.CachedSegment;
import org.sidestep.machine.FloatingPoint;
import org.sidestep.machine.Machine;

/**
 * The registers that gdb sees, in its order for an i386, then those that only a system has, and of a known kernel each thread's
 * UTCB and control block, as structures whose fields have the names that they have here ("Debugging with GDB", appendix G).
 */
final class GdbRegisters {

    private static final int WORD = 4;
    private static final int EXTENDED = 10;
    private static final int XMM_BYTES = 16;
    private static final int FXSAVE_ST = 32;
    private static final int FXSAVE_XMM = 160;

    private static final List<Reg32> GENERAL = List.of(Reg32.values());
    private static final List<Seg> SEGMENTS = List.of(Seg.CS, Seg.SS, Seg.DS, Seg.ES, Seg.FS, Seg.GS);
    private static final List<Cr> CONTROL = List.of(Cr.CR0, Cr.CR2, Cr.CR3, Cr.CR4);

    private final DebugTarget target;
    private final Machine machine;
    private final List<Register> registers = new ArrayList<>();
    private final StringBuilder description = new StringBuilder();

    private interface Reader {
        /** The bytes of a thread's register; empty if nobody knows them. */
        Optional<byte[]> read(Threads.Each thread);
    }

    private interface Writer {
        void write(int value);
    }

    /**
     * One of them.
     *
     * @param writer empty if it cannot be changed
     */
    private record Register(int bytes, Reader reader, Optional<Writer> writer) {}

    GdbRegisters(DebugTarget target) {
        this.target = target;
        this.machine = target.machine();
        description.append(
                "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n");
        description.append("<architecture>i386</architecture>\n");
        core();
        sse();
        system();
        if (!target.threads().utcbFields().isEmpty()) kernel();
        description.append("</target>\n");
    }

    /** What gdb is told of them. */
    String description() {
        return description.toString();
    }

    /** All of a thread in hex, an {@code x} for each digit that nobody knows. */
    String all(Threads.Each thread) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < registers.size(); i++) text.append(one(thread, i));
        return text.toString();
    }

    boolean exists(int number) {
        return number >= 0 && number < registers.size();
    }

    /** One that exists. */
    String one(Threads.Each thread, int number) {
        Register register = registers.get(number);
        return register.reader.read(thread).map(GdbPackets::hex).orElse("xx".repeat(register.bytes));
    }

    /** Changes one of the processor; false if it cannot be changed. */
    boolean write(int number, byte[] value) {
        Optional<Writer> writer = registers.get(number).writer;
        if (writer.isEmpty() || value.length != WORD) return false;
        try {
            writer.get()
                    .write(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt());
        } catch (IllegalArgumentException e) {
            // The processor cannot hold the value.
            return false;
        }
        target.changed();
        return true;
    }

    private void core() {
        feature("org.gnu.gdb.i386.core");
        for (Reg32 register : GENERAL) {
            String type = register == Reg32.ESP || register == Reg32.EBP ? "data_ptr" : "int";
            word(register.toString(), type, () -> machine.register(register), v -> machine.setRegister(register, v));
        }
        word("eip", "code_ptr", machine::codeAddress, this::goTo);
        word("eflags", "int", machine::eflags, machine.debugger()::setEflags);
        for (Seg segment : SEGMENTS) word(segment.toString(), "int", () -> machine.selector(segment), null);
        for (int i = 0; i < 8; i++) {
            int at = FXSAVE_ST + 16 * i;
            floating("st" + i, "i387_ext", EXTENDED, fp -> image(fp, at, EXTENDED));
        }
        floating("fctrl", "int", WORD, fp -> bytes(fp.control()));
        floating("fstat", "int", WORD, fp -> bytes(fp.status()));
        floating("ftag", "int", WORD, fp -> bytes(tags(fp)));
        floating("fiseg", "int", WORD, fp -> half(fp, 12));
        floating("fioff", "int", WORD, fp -> image(fp, 8, WORD));
        floating("foseg", "int", WORD, fp -> half(fp, 20));
        floating("fooff", "int", WORD, fp -> image(fp, 16, WORD));
        floating("fop", "int", WORD, fp -> half(fp, 6));
        end();
    }

    private void sse() {
        feature("org.gnu.gdb.i386.sse");
        description.append("<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>\n");
        description.append("<vector id=\"v16i8\" type=\"int8\" count=\"16\"/>\n");
        description.append("<vector id=\"v4i32\" type=\"int32\" count=\"4\"/>\n");
        description.append("<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/>");
        description.append(
                "<field name=\"v16_int8\" type=\"v16i8\"/><field name=\"v4_int32\" type=\"v4i32\"/></union>\n");
        for (int i = 0; i < 8; i++) {
            int at = FXSAVE_XMM + XMM_BYTES * i;
            floating("xmm" + i, "vec128", XMM_BYTES, fp -> image(fp, at, XMM_BYTES));
        }
        floating("mxcsr", "int", WORD, fp -> bytes(fp.mxcsr()));
        end();
    }

    private void system() {
        feature("org.sidestep.system");
        for (Seg segment : SEGMENTS) {
            word(segment + "_base", "data_ptr", () -> segment(segment).base(), null);
        }
        for (Cr register : CONTROL) {
            word(
                    register.toString(),
                    "uint32",
                    () -> machine.control(register),
                    v -> machine.debugger().setControl(register, v));
        }
        end();
    }

    private CachedSegment segment(Seg segment) {
        return machine.debugger().segment(segment);
    }

    private void kernel() {
        feature("org.sidestep.threads");
        structure("utcb", target.threads().utcbFields(), target.threads()::utcb);
        structure("tcb", target.threads().tcbFields(), target.threads()::tcb);
        end();
    }

    private void structure(String name, List<Field> fields, Reader reader) {
        StringBuilder struct = new StringBuilder("<struct id=\"" + name + "_words\">");
        int at = Threads.low(fields);
        int fillers = 0;
        for (Field field : fields) {
            if (field.offset() > at) {
                struct.append(field("_" + fillers++, array((field.offset() - at) / WORD)));
            }
            struct.append(field(field.name(), field.size() == WORD ? "uint32" : array(field.size() / WORD)));
            at = field.offset() + field.size();
        }
        description.append(struct).append("</struct>\n");
        add(name, name + "_words", Threads.size(fields), reader, Optional.empty());
    }

    private static String field(String name, String type) {
        return String.format(Locale.ROOT, "<field name=\"%s\" type=\"%s\"/>", name, type);
    }

    /** The type of so many words, declared once. */
    private String array(int words) {
        String id = "words" + words;
        String declared = String.format(Locale.ROOT, "<vector id=\"%s\" type=\"uint32\" count=\"%d\"/>\n", id, words);
        if (description.indexOf(declared) < 0) description.append(declared);
        return id;
    }

    private void feature(String name) {
        description.append("<feature name=\"").append(name).append("\">\n");
    }

    private void end() {
        description.append("</feature>\n");
    }

    private interface Word {
        int read();
    }

    private void word(String name, String type, Word word, Writer writer) {
        add(
                name,
                type,
                WORD,
                thread -> {
                    if (thread.runs()) return Optional.of(bytes(word.read()));
                    var known = thread.register(name);
                    return known.isPresent() ? Optional.of(bytes(known.getAsInt())) : Optional.empty();
                },
                Optional.ofNullable(writer));
    }

    private interface Part {
        byte[] of(FloatingPoint state);
    }

    /** Floating-point registers are those of whoever used them last: they are shown of the thread that runs. */
    private void floating(String name, String type, int bytes, Part part) {
        add(
                name,
                type,
                bytes,
                thread -> thread.runs() ? Optional.of(part.of(machine.debugger().floatingPoint())) : Optional.empty(),
                Optional.empty());
    }

    private void add(String name, String type, int bytes, Reader reader, Optional<Writer> writer) {
        registers.add(new Register(bytes, reader, writer));
        description.append(
                String.format(Locale.ROOT, "<reg name=\"%s\" bitsize=\"%d\" type=\"%s\"/>\n", name, bytes * 8, type));
    }

    /** gdb's instruction pointer is linear. */
    private void goTo(int linear) {
        machine.setEip(linear - segment(Seg.CS).base());
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(WORD)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static byte[] image(FloatingPoint state, int at, int length) {
        return Arrays.copyOfRange(state.image(), at, at + length);
    }

    private static byte[] half(FloatingPoint state, int at) {
        byte[] image = state.image();
        return bytes((image[at] & 0xFF) | (image[at + 1] & 0xFF) << 8);
    }

    /** The tag word as FSTENV writes it (SDM vol. 1, "x87 FPU Tag Word"): 0 valid, 1 zero, 2 special, 3 empty. */
    private static int tags(FloatingPoint state) {
        int tags = 0;
        int top = state.status() >> 11 & 7;
        for (int physical = 0; physical < 8; physical++) {
            boolean used = (state.used() >> physical & 1) != 0;
            tags |= (used ? tag(state, physical - top & 7) : 3) << 2 * physical;
        }
        return tags;
    }

    private static int tag(FloatingPoint state, int st) {
        int exponent = state.signExponent(st) & 0x7FFF;
        long significand = state.significand(st);
        if (exponent == 0 && significand == 0) return 1;
        return exponent == 0 || exponent == 0x7FFF || significand >= 0 ? 2 : 0;
    }
}
