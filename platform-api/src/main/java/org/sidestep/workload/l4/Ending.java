package org.sidestep.workload.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.workload.UserProgram;

/** How the root task ends a run: it says on COM1 how that went, and writes the exit code. */
final class Ending extends L4Code {

    /** Variables that say how a message was wrong: the address of a text, a number or 0 that belongs to it, and two words. */
    static final List<String> WRONG = List.of("wrong.text", "wrong.number", "wrong.received", "wrong.expected");

    private static final int EXIT_PORT = 0xF4;
    private static final int COM1 = 0x3F8;
    private static final int LINE_STATUS = COM1 + 5;
    private static final int TRANSMITTER_EMPTY = 0x20;

    Ending(UserProgram program) {
        super(program);
    }

    /** Where to jump with the offending message in EAX, ESI, EBX, EBP. */
    Label of(ExitCode code) {
        return label("root.exit." + code.name().toLowerCase(Locale.ROOT));
    }

    void emit() {
        for (ExitCode code : ExitCode.values()) end(code);
        for (String word : WRONG) variable(word);
        report();
        wrong();
        print();
        hex();
        put();
    }

    private void end(ExitCode code) {
        here(of(code));
        if (code == ExitCode.SUCCESS) {
            mov(ESI, text(code, "\r\n"));
            call(label("root.print"));
        } else if (code == ExitCode.WRONG) {
            mov(ESI, text(code, "; "));
            call(label("root.wrong"));
        } else {
            cmp(at(label(WRONG.get(0))), 0);
            exitIf(Condition.NE, of(ExitCode.WRONG), "a thread has left word of a wrong message");
            push(EBP);
            push(EBX);
            push(ESI);
            push(EAX);
            mov(ESI, text(code, "; from, mr0, mr1, mr2:"));
            call(label("root.report"));
        }
        mov(AL, code.number());
        op("out", new Imm(EXIT_PORT), AL);
        jmp(here(fresh("end")));
    }

    private Label text(ExitCode code, String end) {
        return text(of(code).name() + ".text", "root: " + code.text() + end);
    }

    private void wrong() {
        Label word = fresh("word");
        Label none = fresh("none");
        routine("root.wrong", "in   ESI text, and what a thread has left in " + WRONG);
        call(label("root.print"));
        mov(ESI, at(label(WRONG.get(0))));
        test(ESI, ESI);
        exitIf(Condition.Z, none, "a false report");
        call(label("root.print"));
        mov(EAX, at(label(WRONG.get(1))));
        test(EAX, EAX);
        jz(word);
        asm.comment("two decimal digits");
        op("aam", new Imm(10));
        push(EAX);
        mov(AL, AH);
        add(AL, '0');
        call(label("root.put"));
        pop(EAX);
        add(AL, '0');
        call(label("root.put"));
        here(word);
        mov(EBX, at(label(WRONG.get(2))));
        call(label("root.hex"));
        mov(ESI, text("root.instead", ", expected"));
        call(label("root.print"));
        mov(EBX, at(label(WRONG.get(3))));
        call(label("root.hex"));
        here(none);
        mov(ESI, text("root.line", "\r\n"));
        jmp(label("root.print"));
    }

    private void report() {
        routine("root.report", "in   ESI text, EAX, ESI, EBX, EBP of the message above the return address");
        call(label("root.print"));
        for (int word = 1; word <= 4; word++) {
            mov(EBX, Mem.base(ESP, 4 * word).dword());
            call(label("root.hex"));
        }
        mov(AL, '\r');
        call(label("root.put"));
        mov(AL, '\n');
        jmp(label("root.put"));
    }

    private void print() {
        routine("root.print", "in   ESI text, ended by NUL");
        Label end = fresh("end");
        Label next = here(fresh("next"));
        op("lodsb");
        test(AL, AL);
        j(Condition.Z, end);
        call(label("root.put"));
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
        call(label("root.put"));
        mov(ECX, 8);
        Label digit = here(fresh("digit"));
        op("rol", EBX, new Imm(4));
        mov(EAX, EBX);
        and(EAX, 15);
        mov(AL, Mem.at(digits, EAX, 1));
        call(label("root.put"));
        dec(ECX);
        jnz(digit);
        ret();
    }

    private void put() {
        routine("root.put", "in   AL character. Clobbers EDX");
        mov(AH, AL);
        mov(EDX, LINE_STATUS);
        Label full = here(fresh("full"));
        op("in", AL, Reg16.DX);
        test(AL, TRANSMITTER_EMPTY);
        jz(full);
        mov(AL, AH);
        mov(EDX, COM1);
        op("out", Reg16.DX, AL);
        ret();
    }
}
