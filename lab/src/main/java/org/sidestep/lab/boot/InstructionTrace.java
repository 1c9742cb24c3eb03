package org.sidestep.lab.boot;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;

/** Runs a machine instruction by instruction and writes a line for each: cycle, address, bytes, text, changed registers. */
final class InstructionTrace implements Observer, AutoCloseable {

    private static final int LONGEST = 15;

    private final BootedMachine machine;
    private final Path file;
    private final BufferedWriter out;
    private final Decoder decoder = new Decoder();
    private Registers before;
    private String instruction;

    InstructionTrace(BootedMachine machine, Path file) {
        this.machine = machine;
        this.file = file;
        try {
            out = new BufferedWriter(new OutputStreamWriter(OutputFile.stream(file), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
        machine.observe(this);
    }

    /** Runs until the clock has reached {@code cycles} or the guest stops. */
    Stop run(long cycles) {
        while (true) {
            begin();
            long done = machine.instructions();
            Stop stop = machine.run(new Limits(cycles, done + 1));
            // A repeated string instruction that is not complete yet counts when it is.
            if (machine.instructions() > done || stop.kind() == Stop.Kind.EXIT) end();
            if (stop.kind() != Stop.Kind.INSTRUCTION_LIMIT) return stop;
        }
    }

    @Override
    public void interrupt(Machine source, int vector) {
        write(String.format(Locale.ROOT, "interrupt %02x", vector));
        begin();
    }

    @Override
    public void fault(Machine source, int vector, int errorCode) {
        write(String.format(Locale.ROOT, "%-52s raises exception %02x, error code %x", instruction, vector, errorCode));
        begin();
    }

    private void begin() {
        before = Registers.of(machine);
        instruction = instruction();
    }

    private void end() {
        write(String.format(
                        Locale.ROOT,
                        "%-80s%s",
                        instruction,
                        Registers.of(machine).changedSince(before))
                .stripTrailing());
    }

    private void write(String line) {
        try {
            out.write(line);
            out.write("\n");
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
    }

    private String instruction() {
        StringBuilder bytes = new StringBuilder();
        String text;
        try {
            Instruction next = decoder.decode(this::nextByte, machine.codeSize() == 32);
            for (int i = 0; i < Math.min(next.length, LONGEST); i++) {
                bytes.append(String.format(Locale.ROOT, "%02x ", codeByte(i)));
            }
            text = Disassembler.text(next, machine.eip());
        } catch (NotMapped e) {
            text = e.getMessage();
        } finally {
            fetched = 0;
        }
        return String.format(
                Locale.ROOT,
                "%12d %04x:%08x %-24s %s",
                machine.cycles(),
                machine.selector(Seg.CS),
                machine.eip(),
                bytes,
                text);
    }

    private int fetched;

    private int nextByte() {
        return codeByte(fetched++);
    }

    private int codeByte(int offset) {
        return machine.peek(machine.codeAddress() + offset) & 0xFF;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
    }

    /** General and segment registers and EFLAGS at one moment. */
    private record Registers(int[] general, int[] segments, int eflags) {

        static Registers of(Machine machine) {
            int[] general = new int[8];
            for (Reg32 register : Reg32.values()) general[register.number()] = machine.register(register);
            int[] segments = new int[6];
            for (Seg segment : Seg.values()) segments[segment.number()] = machine.selector(segment);
            return new Registers(general, segments, machine.eflags());
        }

        String changedSince(Registers earlier) {
            StringBuilder text = new StringBuilder();
            for (Reg32 register : Reg32.values()) {
                int i = register.number();
                if (general[i] != earlier.general[i])
                    text.append(String.format(Locale.ROOT, " %s=%08x", register.text(), general[i]));
            }
            for (Seg segment : Seg.values()) {
                int i = segment.number();
                if (segments[i] != earlier.segments[i])
                    text.append(String.format(Locale.ROOT, " %s=%04x", segment.text(), segments[i]));
            }
            if (eflags != earlier.eflags) text.append(String.format(Locale.ROOT, " eflags=%08x", eflags));
            return text.toString();
        }
    }
}
