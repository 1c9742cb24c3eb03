package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.inorder.Figures.cycles;
import static org.sidestep.plugin.Evidence.Confidence.LOW;
import static org.sidestep.plugin.Evidence.Confidence.MEDIUM;

import java.util.List;
import org.sidestep.plugin.Parameter;

/** The Pentium "P54C", CPUID 00000525, at 100 MHz on a bus of 66 MHz: two pipelines in lockstep. */
public final class P5 extends InOrderModel {

    // spotless:off
    private static final int FPU = 1, VME = 1 << 1, DE = 1 << 2, PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, CX8 = 1 << 8;

    private static final Design DESIGN = new Design(
            P5Sheet.sheet(),
            true,    // second pipe, S
            true,    // branch target buffer, S
            false,   // caches of instructions and data apart, S
            false,   // write-back, S
            2,       // write buffers, one for each pipe, S
            5,       // 32-byte lines, M
            8, 2,    // KB and ways of each, M
            256);    // KB on the board, R

    private static final List<Parameter> FIGURES = List.of(
            Parameter.integer("mhz", 100, 60, 200, "core clock; ties cycles to device time"),
            cycles("mispredict",             3,                   "S 3, and 4 in the V pipe", "a branch goes elsewhere than fetch did"),
            cycles("misaligned",             3,                   "S",                  "each misaligned access"),
            cycles("lock",                  15,                   "M LOCK ADD 18",      "what a LOCK prefix adds"),
            cycles("l2.latency",             9,   9,  13, MEDIUM, "M 9, 13 at a stride of 4 KB", "load that hits the cache on the board, address to data"),
            cycles("l2.line",               13,  13,  14, MEDIUM, "D from POPAD 18.6 and string instructions", "until all of the line is there"),
            cycles("memory.latency",        28,  15,  42, MEDIUM, "M 15..30, worst 42", "load from memory, address to data"),
            cycles("memory.line",           36,  20,  50, LOW,    "R",                  "until all of the line is there"),
            cycles("bus.writes",            92,                   "M PUSH 7.67 each",   "twelve stores in a row that miss the cache"),
            cycles("tlb.walk",              18,  16,  22, MEDIUM, "M 16..22",           "page walk with the tables in the first-level cache"),
            cycles("int.inward",            48,                   "S",                  "interrupt or exception to a more privileged level"),
            cycles("int.same-level",        31,  16,  37, LOW,    "R",                  "interrupt or exception without change of level"),
            cycles("iret.outward",          27,                   "S",                  "return to a less privileged level"),
            cycles("iret.same-level",       10,   7,  15, LOW,    "R",                  "return without change of level"),
            cycles("far.inward",            44,                   "S",                  "call gate to a more privileged level"),
            cycles("far.outward",           23,                   "S",                  "far return to a less privileged level"),
            cycles("cr3.load",              21,  15,  40, LOW,    "R Intel 21",         "load of CR3 itself, without the misses that follow"),
            cycles("io",                   100,  40, 500, LOW,    "R an ISA cycle is about a microsecond", "access to a port"),
            cycles("interrupt.acknowledge", 100, 40, 500, LOW,    "R as io",            "acknowledge cycles at the 8259"),
            cycles("self-modified",         20,   5, 100, LOW,    "R",                  "store to decoded code"));
    // spotless:on

    public P5() {
        super(
                "p5",
                "Pentium P54C: two in-order pipelines, pairing, address interlock, branch target buffer",
                DESIGN,
                new Signature(0x525, FPU | VME | DE | PSE | TSC | MSR | CX8),
                FIGURES);
    }

    @Override
    Tlb instructionTlb() {
        return new Tlb(32, 4, 1, 1); // R
    }

    @Override
    Tlb dataTlb() {
        return new Tlb(64, 4, 8, 4); // R
    }
}
