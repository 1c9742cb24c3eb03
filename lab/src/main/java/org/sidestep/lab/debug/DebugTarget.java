package org.sidestep.lab.debug;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelThreads;
import org.sidestep.lab.BadInput;
import org.sidestep.machine.Machine;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.WholeNumber;

/**
 * A machine that is debugged, and what is known of the software in it. Its run begins where it is. Used by one thread.
 */
public final class DebugTarget {

    private final Machine machine;
    private final byte[] elf;
    private final Optional<Program> program;
    private final Execution execution;
    private final Threads threads;
    private int printed;

    private DebugTarget(Machine machine, byte[] elf, Optional<KernelImage> image, Optional<KernelThreads> kernel) {
        this.machine = machine;
        this.elf = elf;
        program = image.map(KernelImage::program);
        threads = new Threads(machine, image, kernel);
        execution = new Execution(machine);
    }

    /** A cell's machine with its kernel. */
    public static DebugTarget of(Cell cell, KernelImage image) {
        return of(cell, image, cell.boot(image));
    }

    /** A machine that runs a cell and has come somewhere. */
    public static DebugTarget of(Cell cell, KernelImage image, Machine machine) {
        Optional<KernelThreads> kernel = cell.on(Axis.KERNEL).plugin().threads(cell.request(), image, machine);
        return new DebugTarget(machine, image.elf(), Optional.of(image), kernel);
    }

    /**
     * A machine with software that is not this project's own.
     *
     * @param file its image, which debuggers may read symbols from
     */
    public static DebugTarget of(Machine machine, byte[] file) {
        return new DebugTarget(machine, file, Optional.empty(), Optional.empty());
    }

    Machine machine() {
        return machine;
    }

    Execution execution() {
        return execution;
    }

    Threads threads() {
        return threads;
    }

    /** The file that was booted. */
    byte[] elf() {
        return elf;
    }

    Optional<Program> program() {
        return program;
    }

    /** What the guest has printed since this was last asked; what it prints again after going back is left out. */
    String printed() {
        String all = machine.console();
        if (all.length() <= printed) return "";
        String fresh = all.substring(printed);
        printed = all.length();
        return fresh;
    }

    /** {@code routine.place+offset (File.java:line)} if the software is known, else the address. */
    String place(int address) {
        return program.map(known -> Place.describe(known, address))
                .orElseGet(() -> String.format(Locale.ROOT, "%08x", address));
    }

    /**
     * The address that a label, a number, or a register with {@code $} names, each perhaps with {@code +number} behind it.
     *
     * @throws BadInput if it names none
     */
    int address(String text) {
        int plus = text.lastIndexOf('+');
        if (plus > 0) return address(text.substring(0, plus)) + (int) number(text.substring(plus + 1));
        if (text.startsWith("$")) return register(text.substring(1));
        Map<String, Integer> symbols = program.map(Program::symbols).orElse(Map.of());
        if (symbols.containsKey(text)) return symbols.get(text);
        OptionalLong number = WholeNumber.parse(text);
        if (number.isPresent()) return (int) number.getAsLong();
        throw new BadInput("there is no label '" + text + "' (an address is written 0x1000, a register $esp)"
                + Nearest.hint(text, symbols.keySet()));
    }

    private int register(String name) {
        if (name.equals("eip")) return machine.codeAddress();
        for (Reg32 register : Reg32.values()) {
            if (register.toString().equals(name)) return machine.register(register);
        }
        throw new BadInput("there is no register '$" + name + "' whose value is an address");
    }

    /** A count. */
    static long number(String text) {
        OptionalLong number = WholeNumber.parse(text);
        if (number.isPresent()) return number.getAsLong();
        throw new BadInput("'" + text + "' is no number" + WholeNumber.hint(text));
    }

    /** The thread of that name or number; without one, that which runs. */
    Threads.Each thread(Optional<String> name) {
        if (name.isEmpty()) return threads.running();
        return threads.find(name.get()).orElseThrow(() -> {
            var known = threads.all().stream().map(Threads.Each::name).toList();
            return new BadInput("there is no thread '" + name.get() + "'" + Nearest.hint(name.get(), known));
        });
    }

    /** Something has been changed from outside. */
    public void changed() {
        execution.history().changed();
    }

    /** The instruction pointer of a thread, as a linear address; empty if nobody knows it. */
    OptionalInt codeAddress(Threads.Each thread) {
        return thread.runs() ? OptionalInt.of(machine.codeAddress()) : thread.register("eip");
    }
}
