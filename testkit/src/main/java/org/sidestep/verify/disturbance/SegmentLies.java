package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Seg;
import org.sidestep.machine.CachedSegment;
import org.sidestep.machine.DescriptorTable;
import org.sidestep.machine.Machine;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** A thread enters the kernel with segment registers and flags of its own choice, of those that level 3 can load. */
public final class SegmentLies implements Disturbance {

    private static final List<Seg> SEGMENTS = List.of(Seg.DS, Seg.ES, Seg.FS, Seg.GS);
    private static final int DESCRIPTOR = 8;
    private static final int LEVEL_3 = 3;

    private static final int NT = 1 << 14;
    private static final int AC = 1 << 18;
    private static final int ID = 1 << 21;

    // the access rights of a descriptor (SDM vol. 3, figure 3-8), as CachedSegment has them
    private static final int PRESENT = 1 << 7;
    private static final int CODE_OR_DATA = 1 << 4;
    private static final int CODE = 1 << 3;
    private static final int READABLE = 1 << 1;
    private static final int DPL_SHIFT = 5;
    private static final int GRANULAR = 1 << 15;

    @Override
    public String id() {
        return "segment-lies";
    }

    @Override
    public String summary() {
        return "each data segment register takes each selector that level 3 can load, and each flag is set, before each entry";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.entersKernel() || !occasion.expendable()) return List.of();
        List<Strike> strikes = new ArrayList<>();
        for (CachedSegment segment : loadable(occasion.machine())) {
            for (Seg register : SEGMENTS) strikes.add(load(List.of(register), segment));
            strikes.add(load(SEGMENTS, segment));
        }
        strikes.add(set("DF", Eflags.DF));
        strikes.add(set("NT", NT));
        strikes.add(set("AC", AC));
        strikes.add(set("ID", ID));
        return strikes;
    }

    private static Strike load(List<Seg> registers, CachedSegment segment) {
        return new Strike(
                String.format(Locale.ROOT, "%s=%04x", registers, segment.selector()),
                Promise.CONTAINMENT,
                machine -> registers.forEach(register -> machine.debugger().setSegment(register, segment)));
    }

    private static Strike set(String name, int flag) {
        return new Strike(
                name, Promise.CONTAINMENT, machine -> machine.debugger().setEflags(machine.eflags() | flag));
    }

    /** The null selector, and the data and readable code segments of level 3 in the GDT. */
    private static List<CachedSegment> loadable(Machine machine) {
        List<CachedSegment> segments = new ArrayList<>();
        segments.add(CachedSegment.unusable(0));
        DescriptorTable gdt = machine.debugger().gdtr();
        for (int offset = DESCRIPTOR; offset + DESCRIPTOR - 1 <= gdt.limit(); offset += DESCRIPTOR) {
            int low = machine.peek(gdt.base() + offset);
            int high = machine.peek(gdt.base() + offset + 4);
            int rights = high >>> 8 & 0xF0FF;
            boolean data = (rights & CODE) == 0 || (rights & READABLE) != 0;
            boolean present = (rights & PRESENT) != 0 && (rights & CODE_OR_DATA) != 0;
            if (present && data && (rights >>> DPL_SHIFT & LEVEL_3) == LEVEL_3) {
                segments.add(segment(offset | LEVEL_3, low, high, rights));
            }
        }
        return segments;
    }

    private static CachedSegment segment(int selector, int low, int high, int rights) {
        int base = high & 0xFF000000 | (high & 0xFF) << 16 | low >>> 16;
        int limit = high & 0xF0000 | low & 0xFFFF;
        return new CachedSegment(selector, base, (rights & GRANULAR) != 0 ? limit << 12 | 0xFFF : limit, rights, true);
    }
}
