package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.fault.Fault;

/** Decimal adjustment (SDM vol. 2, AAA to DAS). */
final class Decimal {
    private static final int AL_SHIFT = 24;

    private Decimal() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("daa",  Binder.always((cpu, op) -> packed(cpu, 1)));
        set.put("das",  Binder.always((cpu, op) -> packed(cpu, -1)));
        set.put("aaa",  Binder.always((cpu, op) -> unpacked(cpu, 1)));
        set.put("aas",  Binder.always((cpu, op) -> unpacked(cpu, -1)));
        set.put("aam",  Binder.always(Decimal::aam));
        set.put("aad",  Binder.always(Decimal::aad));
        set.put("salc", Binder.always((cpu, op) -> cpu.reg8(Cpu.EAX, cpu.flags.cf() ? 0xFF : 0)));
        // spotless:on
    }

    private static void packed(Cpu cpu, int sign) {
        int al = cpu.reg8(Cpu.EAX);
        boolean low = (al & 15) > 9 || cpu.flags.af();
        boolean high = al > 0x99 || cpu.flags.cf();
        int adjusted = al + sign * ((low ? 6 : 0) + (high ? 0x60 : 0));
        // DAS also reports the borrow of its low adjustment.
        boolean borrow = low && sign < 0 && al < 6;
        cpu.reg8(Cpu.EAX, adjusted);
        cpu.flags.result(adjusted << AL_SHIFT >> AL_SHIFT);
        cpu.flags.carry(high || borrow, false, low);
    }

    private static void unpacked(Cpu cpu, int sign) {
        int ax = cpu.reg16(Cpu.EAX);
        boolean adjust = (ax & 15) > 9 || cpu.flags.af();
        if (adjust) ax += sign * 0x106;
        cpu.reg16(Cpu.EAX, ax & 0xFF0F);
        cpu.flags.carry(adjust, false, adjust);
    }

    private static void aam(Cpu cpu, Op op) {
        int base = op.imm & 0xFF;
        if (base == 0) throw Fault.de();
        int al = cpu.reg8(Cpu.EAX);
        cpu.reg16(Cpu.EAX, al / base << 8 | al % base);
        cpu.flags.logic(al % base << AL_SHIFT >> AL_SHIFT);
    }

    private static void aad(Cpu cpu, Op op) {
        int ax = cpu.reg16(Cpu.EAX);
        int al = (ax & 0xFF) + (ax >> 8) * op.imm & 0xFF;
        cpu.reg16(Cpu.EAX, al);
        cpu.flags.logic(al << AL_SHIFT >> AL_SHIFT);
    }
}
