package org.sidestep.asm;

import java.util.List;
import java.util.Locale;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Target;

/** A piece of a section whose place, and for branches and alignment also size, is settled by linking. */
abstract class Fragment {

    /** The line that it gets in the listing. */
    final Origin origin;

    /** Offset in the section, as far as known. */
    int offset;

    Fragment(Origin origin) {
        this.origin = origin;
    }

    /** Where a fragment came from, for the listing, and what it is for; its texts are put together for who reads them. */
    static final class Origin {
        private static final Operand[] NONE = {};

        private final Emission emission;
        private final Program.Line.Kind kind;
        private final String text;
        private final Operand[] operands;
        private final String purpose;

        Origin(Emission emission, Program.Line.Kind kind, String text, String purpose) {
            this(emission, kind, text, NONE, purpose);
        }

        /** That of an instruction. */
        Origin(Emission emission, Operand[] operands, String purpose) {
            this(emission, Program.Line.Kind.CODE, "", operands, purpose);
        }

        private Origin(Emission emission, Program.Line.Kind kind, String text, Operand[] operands, String purpose) {
            this.emission = emission;
            this.kind = kind;
            this.text = text;
            this.operands = operands;
            this.purpose = purpose;
        }

        String source() {
            return emission.source();
        }

        boolean hasSource() {
            return emission.isKnown();
        }

        Program.Line.Kind kind() {
            return kind;
        }

        String text() {
            return operands.length == 0 ? text : names(operands);
        }

        String purpose() {
            return purpose;
        }

        /** The names that the listing shows in an instruction: {@code [tcb.partner+4]} for memory, a label otherwise. */
        private static String names(Operand[] operands) {
            String memory = "";
            String other = "";
            for (Operand operand : operands) {
                if (operand instanceof Mem mem) memory = name(mem);
                else if (operand instanceof Target target) other = target.name();
                else if (operand instanceof Far far && far.offset() instanceof Target target) other = target.name();
            }
            return memory + other;
        }

        private static String name(Mem mem) {
            if (mem.symbol() == null && mem.field() == null) return "";
            String symbol = mem.symbol() == null ? "" : mem.symbol().name();
            String field = mem.field() == null ? "" : mem.field().toString();
            String joint = symbol.isEmpty() || field.isEmpty() ? "" : "+";
            int beyond =
                    mem.displacement() - (mem.field() == null ? 0 : mem.field().offset());
            String rest = beyond == 0 ? "" : String.format(Locale.ROOT, "%+d", beyond);
            return "[" + symbol + joint + field + rest + "]";
        }
    }

    /** Bytes, if it stands at this linear address. */
    abstract int size(int address);

    /** The same once more, for another place. */
    Fragment copy() {
        throw new AssemblyException(origin.source() + ": is no instruction");
    }

    /** Writes the bytes; {@code address} is the linear address of the first. */
    void write(byte[] out, int at, int address) {}

    /** Whether it has a longer form. */
    boolean mayGrow() {
        return false;
    }

    /** Takes a longer form if the present one does not reach; returns whether it did. */
    boolean grow(int address) {
        return false;
    }

    /** Whether it is an instruction behind which execution never goes on. */
    boolean endsFlow() {
        return false;
    }

    /** Fixed bytes with fields that depend on addresses. */
    static final class Bytes extends Fragment {
        private final byte[] bytes;
        private final List<Fixup> fixups;

        Bytes(Origin origin, byte[] bytes, List<Fixup> fixups) {
            super(origin);
            this.bytes = bytes;
            this.fixups = fixups;
        }

        @Override
        Fragment copy() {
            return new Bytes(origin, bytes, fixups);
        }

        /** RET, IRET, JMP in all their forms, SYSEXIT, UD2. */
        @Override
        boolean endsFlow() {
            int opcode = bytes[0] & 0xFF;
            return switch (opcode) {
                case 0xC2, 0xC3, 0xCA, 0xCB, 0xCF, 0xE9, 0xEA, 0xEB -> true;
                case 0xFF -> (bytes[1] >> 3 & 6) == 4;
                case 0x0F -> bytes[1] == 0x35 || bytes[1] == 0x0B;
                default -> false;
            };
        }

        @Override
        int size(int address) {
            return bytes.length;
        }

        @Override
        void write(byte[] out, int at, int address) {
            System.arraycopy(bytes, 0, out, at, bytes.length);
            for (Fixup fixup : fixups) patch(fixup, out, at, address);
        }

        private void patch(Fixup fixup, byte[] out, int at, int address) {
            int value = fixup.target().address() + fixup.addend();
            if (fixup.relative()) value -= address + bytes.length;
            if (fixup.size() == 1 && value != (byte) value) {
                throw new AssemblyException(origin.source() + ": '"
                        + fixup.target().name() + "' is " + value + " bytes away, out of the reach of a short branch");
            }
            for (int i = 0; i < fixup.size(); i++) out[at + fixup.at() + i] = (byte) (value >> (8 * i));
        }
    }

    /** A branch that starts short and becomes near when its target is out of reach. */
    static final class Branch extends Fragment {
        private static final int TWO_BYTES = 0x0F;

        private final Encoding brief;
        private final Encoding longer;
        private final Bytes near;
        private Bytes chosen;
        private final Fixup target;

        Branch(Origin origin, Encoding brief, Encoding near) {
            super(origin);
            this.brief = brief;
            this.longer = near;
            this.near = new Bytes(origin, near.bytes(), near.fixups());
            this.chosen = new Bytes(origin, brief.bytes(), brief.fixups());
            this.target = brief.fixups().get(0);
        }

        @Override
        Fragment copy() {
            return new Branch(origin, brief, longer);
        }

        @Override
        boolean endsFlow() {
            return near.endsFlow();
        }

        /** Whether it is a Jcc: its two forms are the only ones whose lowest opcode bit negates the condition. */
        boolean isConditional() {
            return longer.bytes()[0] == TWO_BYTES;
        }

        Target target() {
            return target.target();
        }

        /** A conditional branch on the opposite condition. */
        Branch negated() {
            return new Branch(origin, brief.withBitFlipped(0), longer.withBitFlipped(1));
        }

        @Override
        int size(int address) {
            return chosen.size(address);
        }

        @Override
        boolean mayGrow() {
            return true;
        }

        @Override
        boolean grow(int address) {
            if (chosen == near) return false;
            int distance = target.target().address() - (address + chosen.size(address));
            if (distance == (byte) distance) return false;
            chosen = near;
            return true;
        }

        @Override
        void write(byte[] out, int at, int address) {
            chosen.write(out, at, address);
        }
    }

    /** NOPs, or other bytes and NOPs, in the place of an instruction. */
    static final class Blank extends Fragment {
        private final Fragment instead;
        private final byte[] bytes;

        Blank(Fragment instead, byte[] bytes) {
            super(instead.origin);
            this.instead = instead;
            this.bytes = bytes;
        }

        @Override
        int size(int address) {
            return instead.size(address);
        }

        @Override
        boolean mayGrow() {
            return instead.mayGrow();
        }

        @Override
        boolean grow(int address) {
            return instead.grow(address);
        }

        @Override
        void write(byte[] out, int at, int address) {
            int size = size(address);
            int put = Math.min(bytes.length, size);
            System.arraycopy(bytes, 0, out, at, put);
            Nops.fill(out, at + put, size - put);
        }
    }

    /** Padding up to a multiple of the alignment. */
    static final class Padding extends Fragment {
        private final int alignment;
        private final boolean code;

        Padding(Origin origin, int alignment, boolean code) {
            super(origin);
            this.alignment = alignment;
            this.code = code;
        }

        @Override
        int size(int address) {
            return -address & alignment - 1;
        }

        @Override
        void write(byte[] out, int at, int address) {
            if (code) Nops.fill(out, at, size(address));
        }
    }

    /** Zeroed space, or (of size 0) a heading. */
    static final class Space extends Fragment {
        private final int bytes;

        Space(Origin origin, int bytes) {
            super(origin);
            this.bytes = bytes;
        }

        @Override
        int size(int address) {
            return bytes;
        }
    }

    /** Binds a label. */
    static final class Mark extends Fragment {
        final Label label;

        Mark(Origin origin, Label label) {
            super(origin);
            this.label = label;
        }

        @Override
        int size(int address) {
            return 0;
        }
    }
}
