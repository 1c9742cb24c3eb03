package org.sidestep.kernel.l4.check;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.ExceptionText;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelDiagnosis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.entry.InsideFaults;
import org.sidestep.kernel.l4.entry.KernelExit;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;
import org.sidestep.x2.Utcb;

/** Reads from the kernel's structures why a run ended: a panic, threads that were killed or wait for help, a deadlock. */
public final class Diagnosis implements KernelDiagnosis, Observer {

    private final KernelImage image;
    private final Kernel kernel;
    private final ThreadLayout thread;
    private final Tcb tcb;
    private final Optional<Field> publishedPartner;
    private final Set<Integer> kills;
    /** TCB to what its thread was killed for, put into words when asked for. */
    private final Map<Integer, Supplier<String>> killed = new LinkedHashMap<>();

    private Structures structures;
    private ThreadNames names;
    private int lastVector;
    /** Null until somebody asks. */
    private Program sourced;

    public Diagnosis(KernelProvider.Request request, KernelImage image) {
        kernel = new Kernel(request);
        this.image = image;
        thread = kernel.thread;
        tcb = kernel.tcb;
        publishedPartner = kernel.policy.publishedPartner();
        kills = image.probes().getOrDefault(KernelProbes.KILL, List.of()).stream()
                .map(image.program()::address)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Diagnosis attach(Machine machine) {
        structures = new Structures(machine, image.program(), kernel);
        names = new ThreadNames(structures, image.observables());
        kills.forEach(machine::watch);
        machine.observe(this);
        return this;
    }

    @Override
    public void privilegeChanged(Machine machine, int from, int to, int vector) {
        if (to < from) lastVector = vector;
    }

    /** What it did is in its frame and in CR2 now, and may not be later. */
    @Override
    public void passed(Machine machine, int address) {
        if (kills.contains(address)) killed.put(machine.register(Reg32.EBX), misdeed(machine));
    }

    private Supplier<String> misdeed(Machine machine) {
        int victim = machine.register(Reg32.EBX);
        int claimed = machine.peek(MemoryMap.CURRENT_UTCB);
        boolean transfer =
                structures.word(victim, tcb.transfer.to) != 0 || structures.word(victim, tcb.transfer.from) != 0;
        boolean exception = transfer || lastVector >= 0 && lastVector < Vectors.EXCEPTIONS;
        if (claimed != structures.word(victim, thread.localId) || !exception) {
            return () -> "what it says about itself is not true, %gs:0 names " + hex(claimed);
        }
        boolean page = transfer || lastVector == Vectors.PAGE_FAULT;
        Field word = page ? Utcb.PAGER : Utcb.EXCEPTION_HANDLER;
        int helper = structures.word(structures.word(victim, thread.utcbAlias), word);
        int vector = structures.frame(victim, Frame.VECTOR);
        int error = structures.frame(victim, Frame.ERROR);
        int eip = structures.frame(victim, Frame.EIP);
        int address = machine.control(Cr.CR2);
        String role = page ? "pager" : "exception handler";
        return () -> exception(vector, error, eip, address) + "; "
                + (helper == 0 ? "it has no " + role : "its " + role + " " + hex(helper) + " is no thread");
    }

    @Override
    public String cause(Stop stop) {
        return switch (stop.kind()) {
            case EXIT -> isPanic(stop) ? panic() : String.join("; ", victims());
            case HALTED -> isDeadlock() ? String.join("; ", deadlock()) : "";
            default -> String.join("; ", victims());
        };
    }

    private boolean isPanic(Stop stop) {
        return stop.code() == InsideFaults.PANIC && structures.machine().cpl() == 0;
    }

    private String panic() {
        int vector = structures.innerFrame(Frame.VECTOR);
        String what = exception(
                vector,
                structures.innerFrame(Frame.ERROR),
                structures.innerFrame(Frame.EIP),
                structures.machine().control(Cr.CR2));
        return "kernel panic: " + what + ", in the kernel for " + names.of(structures.current());
    }

    /** With lines of source: an image that was assembled to run alone is assembled once more to tell them. */
    private Program program() {
        if (sourced == null) {
            Program own = image.program();
            KernelProvider.Request request = kernel.request;
            sourced = own.hasSources()
                    ? own
                    : request.kernel().plugin().assemble(request).program();
        }
        return sourced;
    }

    private boolean isDeadlock() {
        return Place.of(program(), structures.machine().codeAddress())
                .filter(place -> place.label().equals(KernelExit.DEADLOCK))
                .isPresent();
    }

    private List<String> deadlock() {
        List<String> lines = new ArrayList<>(List.of("nobody can ever run again"));
        lines.addAll(victims());
        for (int each : structures.threads()) {
            int state = structures.state(each);
            boolean waits = state == State.WAITING
                    || state == State.SENDING
                    || state == State.WAITING_FRAME
                    || state == State.TRANSFER;
            boolean plain = structures.word(each, tcb.protocol) == Protocol.NONE;
            if (waits && plain && partner(each) != -1) lines.add(names.of(each) + " " + doing(each, state));
        }
        return lines;
    }

    /** Threads that were killed, or whose fault or exception has not been answered. */
    private List<String> victims() {
        List<String> victims = new ArrayList<>();
        for (int each : structures.threads()) {
            int state = structures.state(each);
            int protocol = structures.word(each, tcb.protocol);
            boolean fault = protocol == Protocol.PAGE_FAULT || protocol == Protocol.EXCEPTION;
            if (state == State.DEAD || fault) victims.add(names.of(each) + " " + doing(each, state));
        }
        return victims;
    }

    @Override
    public List<String> threads() {
        List<String> lines = new ArrayList<>();
        for (int each : structures.threads()) lines.add(names.of(each) + " " + known(each));
        return lines;
    }

    /** In a kernel that has broken down, a word that should lead to a thread may hold anything. */
    private String known(int each) {
        try {
            return doing(each, structures.state(each));
        } catch (NotMapped e) {
            return "does what its control block does not tell: " + e.getMessage();
        }
    }

    /** What a thread does, in words that follow its name. */
    String doing(int each, int state) {
        String other = names.ofId(each, partner(each));
        return switch (state) {
            case State.READY -> (each == structures.current() ? "runs" : "is ready") + transfer(each);
            case State.WAITING -> "waits for " + other;
            case State.WAITING_FRAME -> "waits for " + other + protocol(each);
            case State.SENDING -> "waits to send to " + names.of(structures.word(each, tcb.receiver)) + protocol(each);
            case State.INACTIVE -> "is inactive";
            case State.TRANSFER -> "waits in a transfer of strings" + transfer(each);
            case State.DEAD ->
                "was killed: "
                        + killed.getOrDefault(each, () -> "its space has no page table left" + protocol(each))
                                .get();
            default -> "is in state " + state;
        };
    }

    private String transfer(int each) {
        int to = structures.word(each, tcb.transfer.to);
        int from = structures.word(each, tcb.transfer.from);
        if (to != 0) return ", copying strings to " + names.of(to);
        return from != 0 ? ", receiving strings from " + names.of(from) : "";
    }

    private String protocol(int each) {
        return switch (structures.word(each, tcb.protocol)) {
            case Protocol.START -> ", to be started";
            case Protocol.PAGE_FAULT -> ", its pager, after " + exception(each, structures.word(each, tcb.message, 1));
            case Protocol.INTERRUPT -> ", which handles its interrupt";
            case Protocol.PREEMPTION, Protocol.QUANTUM -> ", whom it tells that it does not run";
            case Protocol.EXCEPTION -> ", its exception handler, after " + exception(each, 0);
            default -> structures.word(each, tcb.timed) != 0 ? ", with a timeout" : "";
        };
    }

    private int partner(int each) {
        boolean published = structures.word(each, thread.state) == State.WAITING && publishedPartner.isPresent();
        return published
                ? structures.word(structures.word(each, thread.utcbAlias), publishedPartner.get())
                : structures.word(each, thread.partner);
    }

    /** The exception for which a thread's frame was made. */
    private String exception(int each, int address) {
        return exception(
                structures.frame(each, Frame.VECTOR),
                structures.frame(each, Frame.ERROR),
                structures.frame(each, Frame.EIP),
                address);
    }

    private String exception(int vector, int error, int eip, int address) {
        String code = ExceptionText.error(vector, error);
        String meaning = code.isEmpty() ? "" : ", error " + Integer.toHexString(error) + ": " + code;
        String where = vector == Vectors.PAGE_FAULT ? " for address " + hex(address) : "";
        return ExceptionText.name(vector) + " (vector " + vector + meaning + ")" + where + " at "
                + Place.describe(program(), eip);
    }

    static String hex(int word) {
        return HexFormat.of().toHexDigits(word);
    }
}
