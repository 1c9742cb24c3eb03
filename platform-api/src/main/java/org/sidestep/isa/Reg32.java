package org.sidestep.isa;

/** A 32-bit general register, in modrm order. */
public enum Reg32 implements Register {
    EAX,
    ECX,
    EDX,
    EBX,
    ESP,
    EBP,
    ESI,
    EDI;

    private static final Reg32[] ALL = values();

    public static Reg32 of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }

    /** The memory operand of unspecified size at {@code [this + displacement]}. */
    public Mem at(int displacement) {
        return Mem.base(this, displacement);
    }

    /** The memory operand for a named field of the structure that this register points to. */
    public Mem at(org.sidestep.layout.Field field) {
        return Mem.base(this, field.offset()).sized(field.size()).of(field);
    }

    /** {@code [this + index * scale + displacement]}. */
    public Mem at(Reg32 index, int scale, int displacement) {
        return new Mem(0, null, this, index, scale, displacement, null, null);
    }
}
