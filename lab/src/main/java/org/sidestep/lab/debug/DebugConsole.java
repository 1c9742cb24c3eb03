package org.sidestep.lab.debug;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.debug.Execution.Halt;
import org.sidestep.lab.debug.Execution.Watched;
import org.sidestep.machine.DataAccess;

/** A debugger for a terminal: a command a line. An empty line repeats the last. */
public final class DebugConsole {

    private static final String HELP = """
            step [N]            s    N instructions or deliveries of interrupts (1)
            back [N]            bs   as many back
            continue            c    up to the next breakpoint or watched access
            reverse             rc   back to the last one
            break PLACE         b    stop before the instruction there; PLACE: lipc.forward, 0x1000, $eip+4
            watch PLACE [N]          stop behind a write to N bytes (4); going back, before it
            delete                   all breakpoints and watches
            where               w    thread, clock, place, instruction
            registers           r
            memory PLACE [N]    x    N words (8)
            code [PLACE] [N]    l    N instructions (8), from where it stands
            threads             t    all threads: number, name, place, what they do
            utcb [THREAD]            the words of a UTCB by name
            tcb [THREAD]             the words of a thread control block by name
            quit                q
            """;

    private final DebugTarget target;
    private final Inspection inspection;
    private final PrintWriter out;
    private final BooleanSupplier interrupted;
    private final List<Integer> breakpoints = new ArrayList<>();
    private final List<Watched> watches = new ArrayList<>();

    /** @param interrupted whether the user has had enough of a run */
    public DebugConsole(DebugTarget target, PrintWriter out, BooleanSupplier interrupted) {
        this.target = target;
        this.inspection = new Inspection(target);
        this.out = out;
        this.interrupted = interrupted;
    }

    /** Reads commands until there are no more, or {@code quit}. A mistake is told and changes nothing. */
    public void run(BufferedReader commands) throws IOException {
        String last = "";
        out.print(inspection.where());
        prompt();
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String command = line.isBlank() ? last : line.strip();
            last = command;
            if (command.equals("quit") || command.equals("q")) return;
            try {
                if (!command.isEmpty()) out.print(execute(List.of(command.split("\\s+"))));
            } catch (BadInput e) {
                out.println(e.getMessage());
            }
            prompt();
        }
        out.println();
        out.flush();
    }

    private void prompt() {
        out.print("(sidestep) ");
        out.flush();
    }

    private String execute(List<String> words) {
        return switch (words.get(0)) {
            case "step", "s" -> repeat(words, target.execution()::step);
            case "back", "bs" -> repeat(words, target.execution()::back);
            case "continue", "c" -> told(target.execution().resume(interrupted));
            case "reverse", "rc" -> told(target.execution().reverse(interrupted));
            case "break", "b" -> breakAt(target.address(word(words, 1).orElseThrow(() -> lacking("PLACE"))));
            case "watch" -> watch(words);
            case "delete" -> delete();
            default ->
                inspect(inspection, words)
                        .orElseThrow(() -> new BadInput("there is no command '" + words.get(0) + "'; say help"));
        };
    }

    /** The commands that change nothing; empty if it is none of them. */
    static Optional<String> inspect(Inspection inspection, List<String> words) {
        return Optional.ofNullable(
                switch (words.get(0)) {
                    case "help" -> HELP;
                    case "where", "w" -> inspection.where();
                    case "registers", "r" -> inspection.registers();
                    case "memory", "x" ->
                        inspection.memory(
                                inspection.address(word(words, 1).orElseThrow(() -> lacking("PLACE"))),
                                number(words, 2, 8));
                    case "code", "l" ->
                        inspection.code(inspection.address(word(words, 1).orElse("$eip")), number(words, 2, 8));
                    case "threads", "t" -> inspection.threads();
                    case "utcb" -> inspection.utcb(rest(words));
                    case "tcb" -> inspection.tcb(rest(words));
                    default -> null;
                });
    }

    private static BadInput lacking(String what) {
        return new BadInput("say " + what + " too; see help");
    }

    private static Optional<String> word(List<String> words, int index) {
        return words.size() > index ? Optional.of(words.get(index)) : Optional.empty();
    }

    /** A thread's name may have several words. */
    private static Optional<String> rest(List<String> words) {
        return words.size() < 2 ? Optional.empty() : Optional.of(String.join(" ", words.subList(1, words.size())));
    }

    private static long number(List<String> words, int index, long otherwise) {
        return word(words, index).map(DebugTarget::number).orElse(otherwise);
    }

    private interface Move {
        Halt once();
    }

    private String repeat(List<String> words, Move move) {
        long times = number(words, 1, 1);
        if (times < 1) throw new BadInput("at least once, not " + times + " times");
        Halt halt = move.once();
        for (long i = 1; i < times && halt.reason() == Halt.Reason.STEP && !interrupted.getAsBoolean(); i++) {
            halt = move.once();
        }
        return told(halt);
    }

    private String told(Halt halt) {
        String why = switch (halt.reason()) {
            case STEP -> "";
            case BREAKPOINT -> "breakpoint\n";
            case WATCH ->
                String.format(
                        Locale.ROOT,
                        "watched data at %08x\n",
                        halt.watched().orElseThrow().address());
            case INTERRUPTED -> "interrupted\n";
            case END -> halt.end() + "; 'back' and 'reverse' still work\n";
            case BEGIN -> "this is where the run began\n";
        };
        return target.printed() + why + inspection.where();
    }

    private String breakAt(int address) {
        target.execution().setBreakpoint(address);
        breakpoints.add(address);
        return "breakpoint at " + target.place(address) + "\n";
    }

    private String watch(List<String> words) {
        int address = target.address(word(words, 1).orElseThrow(() -> lacking("PLACE")));
        long length = number(words, 2, 4);
        if (length < 1 || length > 1 << 20) throw new BadInput("from 1 byte to 1 MiB, not " + length);
        Watched watched = new Watched(address, (int) length, DataAccess.Kind.WRITE);
        target.execution().setWatch(watched);
        watches.add(watched);
        return String.format(Locale.ROOT, "writes to %d bytes at %08x\n", length, address);
    }

    private String delete() {
        breakpoints.forEach(target.execution()::removeBreakpoint);
        watches.forEach(target.execution()::removeWatch);
        breakpoints.clear();
        watches.clear();
        return "";
    }
}
