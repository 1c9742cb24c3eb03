package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;

/** What the kernel has to say while it starts, on COM1. Later it is silent, and the port is the root task's. */
final class Console extends KernelRoutines {

    private static final int DATA = 0x3F8;
    private static final int INTERRUPT_ENABLE = DATA + 1;
    private static final int LINE_CONTROL = DATA + 3;
    private static final int LINE_STATUS = DATA + 5;

    private static final int DIVISOR_ACCESS = 0x80;
    private static final int EIGHT_BITS = 3;
    private static final int TRANSMITTER_EMPTY = 0x20;

    Console(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.bootPrint);
        Label end = fresh("end");
        write(end);
        here(end);
        ret();
    }

    /** COM1 at 115200 baud, without interrupts. Clobbers EAX, EDX. */
    void initialise() {
        out(INTERRUPT_ENABLE, 0);
        out(LINE_CONTROL, DIVISOR_ACCESS);
        out(DATA, 1);
        out(INTERRUPT_ENABLE, 0);
        out(LINE_CONTROL, EIGHT_BITS);
    }

    private void out(int port, int value) {
        mov(EDX, port);
        mov(Reg8.AL, value);
        op("out", Reg16.DX, Reg8.AL);
    }

    /** Writes the text at ESI, then leaves for {@code end}; position-independent, needs no stack. Clobbers EAX, EDX, ESI. */
    void write(Label end) {
        Label next = here(fresh("next"));
        mov(EDX, LINE_STATUS);
        op("in", Reg8.AL, Reg16.DX);
        test(Reg8.AL, TRANSMITTER_EMPTY);
        jz(next);
        op("lodsb");
        test(Reg8.AL, Reg8.AL);
        exitIf(Z, end, "the text ends here");
        mov(EDX, DATA);
        op("out", Reg16.DX, Reg8.AL);
        jmp(next);
    }

    /** Says which kernel this is. Clobbers EAX, EDX, ESI. */
    void banner() {
        KernelProvider.Request request = kernel.request;
        Label banner = fresh("banner");
        mov(ESI, banner);
        call(at.bootPrint);
        text(
                banner,
                String.format(
                        Locale.ROOT,
                        "Sidestep L4 X.2: entry %s, ipc %s, validation %s, scheduler %s",
                        kernel.parameters().choice("entry"),
                        request.ipc().plugin().id(),
                        request.validation().plugin().id(),
                        request.scheduler().plugin().id()));
    }

    /** A line of text, in the kernel's data. */
    void text(Label place, String line) {
        kernel.data();
        lowText(place, line);
        kernel.text();
    }

    /** A line of text, here. */
    void lowText(Label place, String line) {
        here(place);
        asm.bytes((line + "\r\n\0").getBytes(StandardCharsets.US_ASCII));
    }
}
