package org.sidestep.lab.fake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.x2.ThreadId;

/** A machine whose image is a text of happenings, one a line: so that tests know exactly what there is to observe. */
final class ScriptMachine implements Machine {

    static final int CURRENT_UTCB = 0x2000;
    static final int GLOBAL_ID_OFFSET = 4;
    private static final int UTCBS = 0x3000;

    private final List<Observer> observers = new ArrayList<>();
    private final Set<Integer> watched = new HashSet<>();
    private List<String> script = List.of();
    private long cycles;
    private long instructions;
    private long cr3Loads;
    private int cpl = 3;
    private int thread;

    @Override
    public void load(byte[] elf) {
        script = new String(elf, StandardCharsets.UTF_8).lines().toList();
    }

    @Override
    public Stop run(Limits limits) {
        for (String line : script) {
            String[] words = line.split(" ", -1);
            int value = words.length > 1 ? Integer.parseInt(words[1]) : 0;
            switch (words[0]) {
                case "cycles" -> cycles += value;
                case "pass" -> pass(value);
                case "enter" -> enter(value);
                case "interrupt" -> observers.forEach(o -> o.interrupt(this, value));
                case "leave" -> change(0, 3, -2);
                case "current" -> thread = value;
                case "cr3" -> cr3Loads++;
                case "sleep" -> sleep(value);
                case "exit" -> {
                    return new Stop(Stop.Kind.EXIT, value, "exit");
                }
                case "triple-fault" -> {
                    return new Stop(Stop.Kind.TRIPLE_FAULT, 0, "triple fault: #PF while delivering #DF\nregisters");
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        return new Stop(Stop.Kind.CYCLE_LIMIT, 0, "limit");
    }

    private void pass(int address) {
        instructions++;
        if (watched.contains(address)) observers.forEach(o -> o.passed(this, address));
    }

    private void enter(int vector) {
        change(3, 0, vector);
        instructions++;
    }

    private void change(int from, int to, int vector) {
        cpl = to;
        observers.forEach(o -> o.privilegeChanged(this, from, to, vector));
    }

    private static void sleep(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long cycles() {
        return cycles;
    }

    @Override
    public long instructions() {
        return instructions;
    }

    @Override
    public Counters counters() {
        return new Counters(0, 0, 0, 0, cr3Loads, 0, 0);
    }

    @Override
    public int cpl() {
        return cpl;
    }

    @Override
    public int peek(int linear) {
        if (linear == CURRENT_UTCB) return UTCBS + 0x100 * thread;
        if (linear == UTCBS + 0x100 * thread + GLOBAL_ID_OFFSET) return ThreadId.global(thread);
        throw new NotMapped(linear);
    }

    @Override
    public String console() {
        return "hello\nout of luck\n";
    }

    @Override
    public void observe(Observer observer) {
        observers.add(observer);
    }

    @Override
    public Watch watch(int linear) {
        watched.add(linear);
        return () -> watched.remove(linear);
    }

    @Override
    public Stop step() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int register(Reg32 register) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setRegister(Reg32 register, int value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int eip() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setEip(int eip) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int eflags() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int selector(Seg segment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int control(Cr register) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int codeAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] peekPhysical(int address, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pokePhysical(int address, byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void interruptAt(long instruction, int irq) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Snapshot snapshot() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void restore(Snapshot snapshot) {
        throw new UnsupportedOperationException();
    }
}
