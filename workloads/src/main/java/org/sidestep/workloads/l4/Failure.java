package org.sidestep.workloads.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.AL;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;

/** How the root task ends a run that went wrong: it says why on the console port and writes the exit code. */
final class Failure extends L4Code {

    private static final int EXIT_PORT = 0xF4;
    private static final int CONSOLE_PORT = 0xE9;

    Failure(UserProgram program) {
        super(program);
    }

    /** Where to jump with the offending message in EAX, ESI, EBX, EBP. */
    Label of(ExitCode code) {
        return label("root.exit." + code.name().toLowerCase(Locale.ROOT));
    }

    void emit() {
        for (ExitCode code : ExitCode.values()) end(code);
        report();
        print();
        hex();
    }

    private void end(ExitCode code) {
        here(of(code));
        if (code != ExitCode.SUCCESS) {
            push(EBP);
            push(EBX);
            push(ESI);
            push(EAX);
            mov(ESI, text(code));
            call(label("root.report"));
        }
        mov(AL, code.number());
        op("out", new Imm(EXIT_PORT), AL);
        jmp(here(fresh("end")));
    }

    private Label text(ExitCode code) {
        program.data();
        Label text = here(of(code).name() + ".text");
        asm.bytes(("root: " + code.text() + "; from, mr0, mr1, mr2:\0").getBytes(StandardCharsets.US_ASCII));
        program.code();
        return text;
    }

    private void report() {
        routine("root.report", "in   ESI text, EAX, ESI, EBX, EBP of the message above the return address");
        call(label("root.print"));
        for (int word = 1; word <= 4; word++) {
            mov(EBX, Mem.base(ESP, 4 * word).dword());
            call(label("root.hex"));
        }
        mov(AL, '\n');
        op("out", new Imm(CONSOLE_PORT), AL);
        ret();
    }

    private void print() {
        routine("root.print", "in   ESI text, ended by NUL");
        Label end = fresh("end");
        Label next = here(fresh("next"));
        op("lodsb");
        test(AL, AL);
        j(Condition.Z, end);
        op("out", new Imm(CONSOLE_PORT), AL);
        jmp(next);
        here(end);
        ret();
    }

    private void hex() {
        routine("root.hex", "in   EBX number");
        program.data();
        Label digits = here("root.digits");
        asm.bytes("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        program.code();
        mov(AL, ' ');
        op("out", new Imm(CONSOLE_PORT), AL);
        mov(ECX, 8);
        Label digit = here(fresh("digit"));
        op("rol", EBX, new Imm(4));
        mov(EAX, EBX);
        and(EAX, 15);
        mov(AL, Mem.at(digits, EAX, 1));
        op("out", new Imm(CONSOLE_PORT), AL);
        dec(ECX);
        jnz(digit);
        ret();
    }
}
