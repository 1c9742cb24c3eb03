package org.sidestep.isa;

import org.sidestep.layout.Field;

/**
 * A memory operand {@code size seg:[base + index * scale + displacement + symbol]}.
 *
 * @param size bytes accessed, or 0 if the other operand tells
 * @param segment override, or null for the default segment
 * @param base base register or null
 * @param index index register (never ESP) or null
 * @param scale 1, 2, 4 or 8
 * @param symbol label whose address is added, or null
 * @param field the structure field that this operand names, for the listing only, or null
 */
public record Mem(
        int size, Seg segment, Reg32 base, Reg32 index, int scale, int displacement, Target symbol, Field field)
        implements Operand {

    /** {@code [base + displacement]}. */
    public static Mem base(Reg32 base, int displacement) {
        return new Mem(0, null, base, null, 1, displacement, null, null);
    }

    /** {@code [address]}. */
    public static Mem absolute(int address) {
        return new Mem(0, null, null, null, 1, address, null, null);
    }

    /** {@code [symbol]}. */
    public static Mem at(Target symbol) {
        return new Mem(0, null, null, null, 1, 0, symbol, null);
    }

    /** {@code [symbol + index * scale]}, for tables. */
    public static Mem at(Target symbol, Reg32 index, int scale) {
        return new Mem(0, null, null, index, scale, 0, symbol, null);
    }

    /** {@code [index * scale + displacement]}. */
    public static Mem index(Reg32 index, int scale, int displacement) {
        return new Mem(0, null, null, index, scale, displacement, null, null);
    }

    public Mem sized(int bytes) {
        return new Mem(bytes, segment, base, index, scale, displacement, symbol, field);
    }

    public Mem byte_() {
        return sized(1);
    }

    public Mem word() {
        return sized(2);
    }

    public Mem dword() {
        return sized(4);
    }

    /** The same operand through an overriding segment register. */
    public Mem in(Seg override) {
        return new Mem(size, override, base, index, scale, displacement, symbol, field);
    }

    public Mem plus(int bytes) {
        return new Mem(size, segment, base, index, scale, displacement + bytes, symbol, field);
    }

    public Mem of(Field named) {
        return new Mem(size, segment, base, index, scale, displacement, symbol, named);
    }

    /** As GNU as writes it, with the names of symbol and field: {@code dword ptr fs:[ebx+tcb.partner]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(sizeName());
        if (segment != null) text.append(segment.text()).append(':');
        text.append('[');
        if (base != null) text.append(base.text()).append('+');
        if (index != null) text.append(index.text()).append('*').append(scale).append('+');
        if (symbol != null) text.append(symbol.name()).append('+');
        if (field != null && field.offset() == displacement)
            return text.append(field).append(']').toString();
        return text.append(displacement).append(']').toString();
    }

    private String sizeName() {
        return switch (size) {
            case 0 -> "";
            case 1 -> "byte ptr ";
            case 2 -> "word ptr ";
            case 4 -> "dword ptr ";
            case 6 -> "fword ptr ";
            case 8 -> "qword ptr ";
            case 10 -> "tbyte ptr ";
            case 16 -> "xmmword ptr ";
            default -> size + " bytes ptr ";
        };
    }
}
