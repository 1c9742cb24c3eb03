package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.kernel.l4.tss.Tss;

/** SYSENTER, clock, interrupt controllers and timer. */
public final class Devices extends KernelRoutines {

    private static final int PIT_HERTZ = 1_193_182;
    private static final int PIT_COUNTER0 = 0x40;
    private static final int PIT_CONTROL = 0x43;
    /** Counter 0, low then high byte, mode 2 (rate generator). */
    private static final int PIT_RATE_GENERATOR = 0x34;

    /** Counts over which the cycle counter is compared with the timer: 5 ms. */
    private static final int CALIBRATION_COUNTS = PIT_HERTZ / 200;

    private static final int PIC1 = 0x20;
    private static final int PIC2 = 0xA0;
    private static final int ALL_BUT_TIMER = 0xFE;
    private static final int END_OF_INTERRUPT = 0x20;

    private static final int CPUID_SEP = 1 << 11;
    private static final int MSR_SYSENTER_CS = 0x174;

    private final Console console;

    public Devices(Kernel kernel) {
        super(kernel);
        console = new Console(kernel);
    }

    @Override
    public void emit() {
        sysenter();
        pic();
        clock();
    }

    private void sysenter() {
        routine(at.bootSysenter);
        Label text = fresh("text");
        if (kernel.entersBySysenter()) {
            mov(EAX, 1);
            op("cpuid");
            mov(ESI, text);
            test(EDX, CPUID_SEP);
            exitIf(Z, at.bootPanic, "the processor has no SYSENTER");
            mov(ECX, MSR_SYSENTER_CS);
            xor(EDX, EDX);
            mov(EAX, Selectors.KERNEL_CODE);
            op("wrmsr");
            inc(ECX);
            mov(EAX, Tss.ESP0_ADDRESS);
            op("wrmsr");
            inc(ECX);
            mov(EAX, at.sysenter);
            op("wrmsr");
        }
        ret();
        console.text(text, "Sidestep: this kernel needs a processor with SYSENTER");
    }

    /** Who sleeps from one interrupt of the timer to the next polls nothing. */
    private void clock() {
        routine(at.bootClock);
        timerLeadsTo(label("boot.tick"));
        startCounter(CALIBRATION_COUNTS);
        op("sti");
        asm.comment("the first one may be older than the counter's start");
        op("hlt");
        op("hlt");
        op("rdtsc");
        mov(ESI, EAX);
        op("hlt");
        op("rdtsc");
        op("cli");
        phase("kHz = cycles * timer frequency / (counts * 1000)");
        sub(EAX, ESI);
        mov(EDX, PIT_HERTZ);
        op("mul", EDX);
        mov(ECX, CALIBRATION_COUNTS * 1000);
        op("div", ECX);
        mov(Kip.kernelWord(Kip.INTERNAL_FREQUENCY), EAX);
        mov(Kip.kernelWord(Kip.EXTERNAL_FREQUENCY), EAX);
        phase("from now on it is the kernel's");
        timerLeadsTo(kernel.labels.vectors.get(Vectors.TIMER));
        startCounter(Math.toIntExact(Math.round(kernel.parameters().integer("tick") * (PIT_HERTZ / 1e6))));
        ret();

        routine("boot.tick", "the timer's interrupt, while the kernel sleeps. Keeps all");
        push(EAX);
        out(PIC1, END_OF_INTERRUPT);
        pop(EAX);
        op("iret");
    }

    private void timerLeadsTo(Label handler) {
        mov(EAX, handler);
        lea(EDI, Mem.at(at.idt).plus(8 * Vectors.TIMER));
        call(at.bootGate);
    }

    private void startCounter(int counts) {
        out(PIT_CONTROL, PIT_RATE_GENERATOR);
        out(PIT_COUNTER0, counts & 0xFF);
        out(PIT_COUNTER0, counts >> 8 & 0xFF);
    }

    private void out(int port, int value) {
        mov(Reg8.AL, value);
        op("out", imm(port), Reg8.AL);
    }

    private void pic() {
        routine(at.bootPic);
        for (int pic : new int[] {PIC1, PIC2}) {
            boolean master = pic == PIC1;
            out(pic, 0x11);
            out(pic + 1, master ? Vectors.IRQ : Vectors.IRQ + 8);
            out(pic + 1, master ? 4 : 2);
            out(pic + 1, 1);
            out(pic + 1, master ? ALL_BUT_TIMER : 0xFF);
        }
        ret();
    }
}
