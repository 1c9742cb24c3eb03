package org.sidestep.lab.boot;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;

/** Runs a machine until its guest ends, something wanted has happened, or the user has had enough. */
public final class BootRun implements AutoCloseable {

    // spotless:off
    public static final int DONE = 0, TEXT_MISSING = 1, LIMIT = 3, FAILED = 4, INTERRUPTED = 130;
    // spotless:on

    /** How often the host's side of the machine is looked after, in guest time. */
    private static final int SLICES_PER_SECOND = 500;

    private static final long FOREVER = 0;

    private final BootedMachine machine;
    private final HeldInput typed;
    private final HeldInput pressed;
    private final Outputs outputs;
    private final PrintWriter messages;
    private final int kiloHertz;
    private final Optional<InstructionTrace> trace;
    private volatile boolean interrupted;

    /**
     * @param typed what comes to the serial port
     * @param pressed what comes to the keyboard
     * @param messages for what is not the guest's
     */
    public BootRun(
            BootedMachine machine,
            int kiloHertz,
            HeldInput typed,
            HeldInput pressed,
            Outputs outputs,
            Optional<Path> trace,
            PrintWriter messages) {
        this.machine = machine;
        this.kiloHertz = kiloHertz;
        this.typed = typed;
        this.pressed = pressed;
        this.outputs = outputs;
        this.messages = messages;
        this.trace = trace.map(file -> new InstructionTrace(machine, file));
    }

    /** Makes {@link #run} return soon. May be called from any thread. */
    public void interrupt() {
        interrupted = true;
    }

    /**
     * The exit code.
     *
     * @param text what has to appear for the run to be a success: on the screen, or somebody requests its end
     */
    public int run(long maxCycles, Optional<String> text) {
        Input live = typed.isLive() ? typed : pressed;
        Pace pace = new Pace(machine, kiloHertz, live);
        while (true) {
            takeInput();
            Stop stop = runUntil(Math.min(maxCycles, machine.cycles() + kiloHertz * 1000L / SLICES_PER_SECOND));
            outputs.flush();
            if (interrupted) return explain("interrupted", INTERRUPTED);
            if (isShown(text)) return DONE;
            switch (stop.kind()) {
                case CYCLE_LIMIT -> {
                    if (machine.cycles() >= maxCycles) return limit(stop);
                    pace.keep();
                }
                case HALTED -> {
                    boolean mayWake = (machine.eflags() & Eflags.IF) != 0 && live.await(FOREVER);
                    if (!mayWake) return explain(stop.reason(), FAILED);
                }
                case EXIT -> {
                    return exit(stop, text.isPresent());
                }
                case REQUEST -> {
                    return DONE;
                }
                default -> {
                    return explain(stop.reason(), FAILED);
                }
            }
        }
    }

    /** Whether the text screen shows the text; what waits for another text on it is let through. */
    private boolean isShown(Optional<String> text) {
        if (text.isEmpty() && !typed.isHeld() && !pressed.isHeld()) return false;
        String screen = machine.screen();
        typed.shown(screen);
        pressed.shown(screen);
        return text.filter(screen::contains).isPresent();
    }

    private void takeInput() {
        byte[] characters = typed.arrived();
        if (characters.length > 0) machine.type(characters);
        byte[] keys = pressed.arrived();
        if (keys.length > 0) machine.press(keys);
    }

    private Stop runUntil(long cycles) {
        return trace.isPresent() ? trace.get().run(cycles) : machine.run(Limits.cycles(cycles));
    }

    private int limit(Stop stop) {
        diagnose();
        messages.println(String.format(Locale.ROOT, "sidestep: %s at %08x", stop.reason(), machine.codeAddress()));
        showScreen();
        return LIMIT;
    }

    private int exit(Stop stop, boolean expectsText) {
        if (!expectsText || stop.code() != 0) return stop.code();
        messages.println("sidestep: the guest exited before it printed the text");
        return TEXT_MISSING;
    }

    private int explain(String reason, int code) {
        diagnose();
        // What follows the first line of a reason is such a report too.
        messages.println("sidestep: " + reason.lines().findFirst().orElse(""));
        showScreen();
        messages.print(machine.report());
        return code;
    }

    /** What the author of a kernel most wants to know comes first. */
    private void diagnose() {
        machine.diagnosis().ifPresent(mistake -> messages.println("sidestep: " + mistake));
    }

    /** What a guest without a serial console has said. */
    private void showScreen() {
        String screen = machine.screen().stripTrailing();
        if (!machine.console().isEmpty() || screen.isEmpty()) return;
        messages.println("screen:");
        messages.println(screen);
    }

    @Override
    public void close() {
        trace.ifPresent(InstructionTrace::close);
    }
}
