package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.Figures.count;
import static org.sidestep.machine.ia32.timing.Figures.cycles;
import static org.sidestep.machine.ia32.timing.Figures.mhz;
import static org.sidestep.plugin.Evidence.Confidence.LOW;
import static org.sidestep.plugin.Evidence.Confidence.MEDIUM;

import java.util.List;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** The Pentium "P54C", CPUID 00000525, at 100 MHz on a bus of 66 MHz: two pipes in lockstep. */
public final class P5 extends InOrderModel {

    // spotless:off
    private static final int FPU = 1, VME = 1 << 1, DE = 1 << 2, PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, MCE = 1 << 7, CX8 = 1 << 8;

    /** Read when somebody asks: of the models that there are a run needs few. */
    private static final class DataSheet {
        static final Design DESIGN = new Design(
                P5Clocks.clocks(),
                true,    // second pipe, S
                true,    // branch target buffer, S
                false,   // caches of instructions and data apart, S
                false,   // write-back, S
                5);      // 32-byte lines, M

        static final List<Parameter> FIGURES = List.of(
                mhz(100),
                count("tlb.code.entries",        "entries",  32, 1, 4096, "R", "4 KB translations for instructions"),
                count("tlb.code.ways",           "ways",      4, 1,   64, "R", "associativity"),
                count("tlb.code.large.entries",  "entries",  32, 1, 4096, "R", "4 MB translations for instructions"),
                count("tlb.code.large.ways",     "ways",      4, 1,   64, "R", "associativity"),
                count("tlb.data.entries",        "entries",  64, 1, 4096, "R", "4 KB translations for data"),
                count("tlb.data.ways",           "ways",      4, 1,   64, "R", "associativity"),
                count("tlb.data.large.entries",  "entries",   8, 1, 4096, "R", "4 MB translations for data"),
                count("tlb.data.large.ways",     "ways",      4, 1,   64, "R", "associativity"),
                count("cache.l1i.size",          "KB",        8, 1, 65536, "M", "first-level cache for instructions"),
                count("cache.l1i.ways",          "ways",      2, 1,   64, "M", "associativity"),
                count("cache.l1d.size",          "KB",        8, 1, 65536, "M", "first-level cache for data"),
                count("cache.l1d.ways",          "ways",      2, 1,   64, "M", "associativity"),
                count("cache.l2.size",           "KB",      256, 1, 65536, "R", "cache on the board"),
                count("cache.l2.ways",           "ways",      1, 1,   64, "R", "associativity"),
                count("btb.entries",             "branches", 256, 1, 65536, "S", "branch target buffer"),
                count("btb.ways",                "ways",      4, 1,   64, "S", "associativity"),
                count("write-buffer.entries",    "stores",    2, 1,   64, "S", "one for each pipe"),
                cycles("walk.cycles",            18, MEDIUM, 16,  22, "M 16..22", "page walk with all tables in the first-level cache"),
                cycles("cache.l2.latency",        9, MEDIUM,  9,  13, "M 9, 13 at a stride of 4 KB", "load that hits the cache on the board, address to data"),
                cycles("cache.l2.line",          13, MEDIUM, 13,  14, "D from POPAD 18.6 and string instructions", "until all of a line has come from the board"),
                cycles("memory.latency",         28, MEDIUM, 15,  42, "M 15..30, worst 42", "load from memory, address to data"),
                cycles("memory.line",            36, LOW,    20,  50, "R", "until all of a line has come from memory"),
                cycles("bus.writes",             92, "M PUSH 7.67 each", "twelve stores in a row that miss the cache"),
                cycles("misaligned.cycles",       3, "S", "each misaligned access"),
                cycles("locked.cycles",          15, "M LOCK ADD 18", "what a LOCK prefix adds"),
                cycles("escape.cycles",           1, "S", "decoding the first byte of a two-byte opcode, but that of a branch"),
                cycles("mispredict.cycles",       3, "S 3, and 4 in the V pipe", "fetch went elsewhere than the branch"),
                cycles("trap.cycles",            48, "S", "interrupt or exception to a more privileged level"),
                cycles("trap.same-level.cycles", 31, LOW,    16,  37, "R", "interrupt or exception without change of level"),
                cycles("iret.cycles",            27, "S", "return to a less privileged level"),
                cycles("iret.same-level.cycles", 10, LOW,     7,  15, "R", "return without change of level"),
                cycles("call-gate.cycles",       44, "S", "call gate to a more privileged level"),
                cycles("far-return.cycles",      23, "S", "far return to a less privileged level"),
                cycles("cr3.cycles",             21, LOW,    15,  40, "R", "load of CR3 itself, without the misses that follow"),
                cycles("io.cycles",             100, LOW,    40, 500, "R an ISA cycle is about a microsecond", "access to a port"),
                cycles("acknowledge.cycles",    100, LOW,    40, 500, "R as io", "acknowledge cycles at the 8259"),
                cycles("self-modified.cycles",   20, LOW,     5, 100, "R", "store to decoded code"));
    }
    // spotless:on

    public P5() {
        super("p5", "Pentium P54C: two in-order pipes, pairing, address interlock, branch target buffer", 0x525);
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
        return FPU | VME | DE | PSE | TSC | MSR | MCE | CX8;
    }
}
