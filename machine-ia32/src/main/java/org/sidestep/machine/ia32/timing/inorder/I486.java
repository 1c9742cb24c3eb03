package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.inorder.Figures.cycles;
import static org.sidestep.plugin.Evidence.Confidence.LOW;

import java.util.List;
import org.sidestep.plugin.Parameter;

/** The 486DX2 (SL-enhanced, so that it has CPUID), 66 MHz on a bus of 33 MHz: one pipeline. */
public final class I486 extends InOrderModel {

    // spotless:off
    private static final int FPU = 1;

    private static final Design DESIGN = new Design(
            I486Sheet.sheet(),
            false,   // one pipe
            false,   // no branch prediction, S
            true,    // one cache, S
            true,    // write-through, S
            4,       // write buffers, S
            4,       // 16-byte lines, S
            8, 4,    // KB and ways, S
            256);    // KB on the board, R

    private static final List<Parameter> FIGURES = List.of(
            Parameter.integer("mhz", 66, 25, 100, "core clock; ties cycles to device time"),
            cycles("mispredict",             2,                "S 3 taken, 1 not",   "a taken branch"),
            cycles("misaligned",             3,                "S",                  "each misaligned access"),
            cycles("lock",                   2,   1,  10, LOW, "R",                  "what a LOCK prefix adds"),
            cycles("l2.latency",             7,   5,  10, LOW, "R 2-1-1-1 on the bus", "load that hits the cache on the board, address to data"),
            cycles("l2.line",               11,   9,  16, LOW, "R",                  "until all of the line is there"),
            cycles("memory.latency",        16,  10,  30, LOW, "R",                  "load from memory, address to data"),
            cycles("memory.line",           24,  16,  40, LOW, "R",                  "until all of the line is there"),
            cycles("bus.writes",            48,  48,  96, LOW, "R two bus clocks each", "twelve stores in a row"),
            cycles("tlb.walk",              13,  13,  28, LOW, "S Intel 13..28",     "page walk with the tables in the first-level cache"),
            cycles("int.inward",            71,                "S",                  "interrupt or exception to a more privileged level"),
            cycles("int.same-level",        44,                "S",                  "interrupt or exception without change of level"),
            cycles("iret.outward",          36,                "S",                  "return to a less privileged level"),
            cycles("iret.same-level",       20,                "S",                  "return without change of level"),
            cycles("far.inward",            69,                "S",                  "call gate to a more privileged level"),
            cycles("far.outward",           35,                "S",                  "far return to a less privileged level"),
            cycles("cr3.load",               4,   4,  16, LOW, "S Intel 4",          "load of CR3 itself, without the misses that follow"),
            cycles("io",                    66,  20, 300, LOW, "R an ISA cycle is about a microsecond", "access to a port"),
            cycles("interrupt.acknowledge", 66,  20, 300, LOW, "R as io",            "acknowledge cycles at the 8259"),
            cycles("self-modified",          5,   0,  50, LOW, "R",                  "store to decoded code"));
    // spotless:on

    public I486() {
        super(
                "i486",
                "486DX2: one in-order pipeline, one write-through cache, no branch prediction",
                DESIGN,
                new Signature(0x435, FPU),
                FIGURES);
    }

    /** One TLB serves both sides on the real part; here each side has as many entries. */
    @Override
    Tlb instructionTlb() {
        return new Tlb(32, 4, 1, 1);
    }

    @Override
    Tlb dataTlb() {
        return new Tlb(32, 4, 1, 1);
    }
}
