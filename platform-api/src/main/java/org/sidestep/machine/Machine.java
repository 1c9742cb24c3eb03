package org.sidestep.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.SortedMap;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;

/**
 * An IA-32 machine. Its only clock is {@link #cycles()}, which the CPU model drives; the same image and the same calls
 * give the same states, bit for bit, on every host. Not thread-safe: one caller at a time.
 *
 * <p>The inspection methods (registers, {@link #peek}) have no effect on the guest, its caches, TLBs or time.
 */
public interface Machine extends AutoCloseable {

    /** The machine is not used any more; what it is made of may serve another. Who does not call it loses nothing but time. */
    @Override
    default void close() {}

    /**
     * Loads a Multiboot ELF image: segments by physical address, CPU in the Multiboot machine state (protected mode,
     * paging off, EAX = magic, EBX = information structure), ready at the entry point.
     *
     * @throws BadImage if the file is no loadable image; the message says why
     */
    void load(byte[] elf);

    /** Runs until one of {@code limits} is met or the guest stops by itself. */
    Stop run(Limits limits);

    /** Executes one instruction (or delivers one interrupt or fault). */
    Stop step();

    /** Cycles since reset. */
    long cycles();

    /** Instructions completed since reset; a repeated string instruction counts one. */
    long instructions();

    /** Event counts since reset. */
    Counters counters();

    /** What the CPU model has charged so far; see {@link Timing#charges}. */
    default SortedMap<String, Long> charges() {
        return Collections.emptySortedMap();
    }

    int register(Reg32 register);

    void setRegister(Reg32 register, int value);

    int eip();

    void setEip(int eip);

    int eflags();

    int selector(Seg segment);

    int control(Cr register);

    /** Current privilege level, 0..3. */
    int cpl();

    /** Linear address of the next instruction (CS base + EIP). */
    int codeAddress();

    /**
     * Reads a 32-bit word at a linear address through the current page tables, without any effect on the guest.
     *
     * @throws NotMapped if no memory is mapped there
     */
    int peek(int linear);

    /** Reads physical memory; where there is none, all bits are set. */
    byte[] peekPhysical(int address, int length);

    /** Reads a 32-bit word of physical memory. */
    default int peekPhysical(int address) {
        return ByteBuffer.wrap(peekPhysical(address, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    /** Writes physical memory from outside, as a debugger does; decoded code is refreshed. */
    void pokePhysical(int address, byte[] bytes);

    /**
     * Pulses an interrupt request line of the 8259 pair when the instruction counter reaches {@code instruction}: it is
     * taken at that instruction boundary if the guest accepts interrupts there.
     */
    void interruptAt(long instruction, int irq);

    /** What the guest has written to the serial port and the debug console port so far. */
    String console();

    /** Adds an observer; observers see events in the order in which they were added. */
    void observe(Observer observer);

    /**
     * Asks for {@link Observer#passed} whenever execution reaches {@code linear}; observers are told once, however many such
     * watches there are. Costs the guest nothing.
     */
    Watch watch(int linear);

    /** Tells {@code probe}, behind the observers, whenever execution reaches {@code linear}. Costs the guest nothing. */
    default Watch watch(int linear, Probe probe) {
        throw new UnsupportedOperationException("this machine knows no probes");
    }

    /**
     * What a debugger or verifier can do with this machine.
     *
     * @throws UnsupportedOperationException if it offers nothing of the kind
     */
    default Debugger debugger() {
        throw new UnsupportedOperationException("this machine cannot be debugged");
    }

    /** The complete state: CPU, memory, devices, caches, TLBs, predictor, clock. Observers and watches are not part of it. */
    Snapshot snapshot();

    /** Goes back to a snapshot of this machine or of one with the same configuration. */
    void restore(Snapshot snapshot);

    /**
     * From now on writes down what comes from outside: characters, keys and pulsed interrupt lines. Changes that a debugger
     * makes are not among it; neither is going back to a snapshot.
     *
     * @throws UnsupportedOperationException if this machine cannot be recorded
     */
    default Recorder record() {
        throw new UnsupportedOperationException("this machine cannot be recorded");
    }

    /**
     * Lets the inputs of a recording come when they came, whatever the limits of the runs that follow; at its end {@link #run}
     * returns {@link Stop.Kind#REQUEST}.
     *
     * @throws IllegalArgumentException if the machine is not in the state in which the recording began
     */
    default void replay(Recording recording) {
        throw new UnsupportedOperationException("this machine cannot replay");
    }

    /** An opaque, immutable machine state. */
    interface Snapshot {}
}
