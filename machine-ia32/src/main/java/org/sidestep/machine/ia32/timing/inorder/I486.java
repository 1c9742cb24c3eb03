package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.Figures.count;
import static org.sidestep.machine.ia32.timing.Figures.cycles;
import static org.sidestep.machine.ia32.timing.Figures.mhz;
import static org.sidestep.plugin.Evidence.Confidence.LOW;

import java.util.List;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * The 486DX2 (SL-enhanced, so that it has CPUID), 66 MHz on a bus of 33 MHz: one pipe. The real part has one TLB for both
 * sides; here each side has as many entries. Nor has it 4 MB pages or a cycle counter, which a kernel may need that is to run
 * on it all the same: the setting {@code extended} says whether CPUID offers them, as the machine has them.
 */
public final class I486 extends InOrderModel {

    // spotless:off
    private static final int FPU = 1, PSE = 1 << 3, TSC = 1 << 4;

    /** Read when somebody asks: of the models that there are a run needs few. */
    private static final class DataSheet {
        static final Design DESIGN = new Design(
                I486Clocks.clocks(),
                false,   // one pipe, S
                false,   // no branch prediction, S
                true,    // one cache, S
                true,    // write-through, S
                4);      // 16-byte lines, S

        static final List<Parameter> FIGURES = List.of(
                mhz(66),
                Parameter.flag("extended", true, "CPUID offers 4 MB pages and a cycle counter, which no 486 has but kernels need"),
                count("tlb.code.entries",        "entries",  32, 1, 4096, "R", "4 KB translations for instructions"),
                count("tlb.code.ways",           "ways",      4, 1,   64, "R", "associativity"),
                count("tlb.code.large.entries",  "entries",  32, 1, 4096, "R", "4 MB translations for instructions"),
                count("tlb.code.large.ways",     "ways",      4, 1,   64, "R", "associativity"),
                count("tlb.data.entries",        "entries",  32, 1, 4096, "R", "4 KB translations for data"),
                count("tlb.data.ways",           "ways",      4, 1,   64, "R", "associativity"),
                count("tlb.data.large.entries",  "entries",  32, 1, 4096, "R", "4 MB translations for data"),
                count("tlb.data.large.ways",     "ways",      4, 1,   64, "R", "associativity"),
                count("cache.l1.size",           "KB",        8, 1, 65536, "S", "first-level cache"),
                count("cache.l1.ways",           "ways",      4, 1,   64, "S", "associativity"),
                count("cache.l2.size",           "KB",      256, 1, 65536, "R", "cache on the board"),
                count("cache.l2.ways",           "ways",      1, 1,   64, "R", "associativity"),
                count("write-buffer.entries",    "stores",    4, 1,   64, "S", "stores on their way to the bus"),
                cycles("walk.cycles",            13, LOW,    13,  28, "S 13..28", "page walk with all tables in the first-level cache"),
                cycles("cache.l2.latency",        7, LOW,     5,  10, "R 2-1-1-1 on the bus", "load that hits the cache on the board, address to data"),
                cycles("cache.l2.line",          11, LOW,     9,  16, "R", "until all of a line has come from the board"),
                cycles("memory.latency",         16, LOW,    10,  30, "R", "load from memory, address to data"),
                cycles("memory.line",            24, LOW,    16,  40, "R", "until all of a line has come from memory"),
                cycles("bus.writes",             48, LOW,    48,  96, "R two bus clocks each", "twelve stores in a row"),
                cycles("misaligned.cycles",       3, "S", "each misaligned access"),
                cycles("locked.cycles",           2, LOW,     1,  10, "R", "what a LOCK prefix adds"),
                cycles("escape.cycles",           1, "S", "decoding the first byte of a two-byte opcode, but that of a branch"),
                cycles("mispredict.cycles",       2, "S 3 taken, 1 not", "a taken branch"),
                cycles("trap.cycles",            71, "S", "interrupt or exception to a more privileged level"),
                cycles("trap.same-level.cycles", 44, "S", "interrupt or exception without change of level"),
                cycles("iret.cycles",            36, "S", "return to a less privileged level"),
                cycles("iret.same-level.cycles", 20, "S", "return without change of level"),
                cycles("call-gate.cycles",       69, "S", "call gate to a more privileged level"),
                cycles("far-return.cycles",      35, "S", "far return to a less privileged level"),
                cycles("cr3.cycles",              4, LOW,     4,  16, "S 4..16", "load of CR3 itself, without the misses that follow"),
                cycles("io.cycles",              66, LOW,    20, 300, "R an ISA cycle is about a microsecond", "access to a port"),
                cycles("acknowledge.cycles",     66, LOW,    20, 300, "R as io", "acknowledge cycles at the 8259"));
    }
    // spotless:on

    public I486() {
        super("i486", "486DX2: one in-order pipe, one write-through cache, no branch prediction", 0x435);
    }

    @Override
    Design design() {
        return DataSheet.DESIGN;
    }

    @Override
    List<Parameter> figures() {
        return DataSheet.FIGURES;
    }

    @Override
    int features(Parameters values) {
        return values.flag("extended") ? FPU | PSE | TSC : FPU;
    }
}
