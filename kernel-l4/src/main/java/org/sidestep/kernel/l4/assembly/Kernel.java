package org.sidestep.kernel.l4.assembly;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs.RollForward;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Placement;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.layout.Struct;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.Utcb;

/** What every routine of one kernel under assembly stands on. */
public final class Kernel {

    public final KernelProvider.Request request;
    public final Assembler asm;
    public final Labels labels;
    /** Where things lie. */
    public final Placement placement;

    public final ThreadLayout thread;
    public final Tcb tcb;

    /** The plugins' code. */
    public final ValidationHooks validation;

    public final SchedulerRoutines scheduler;
    public final PolicyHooks policy;

    private final Map<String, List<String>> probes = new LinkedHashMap<>();
    private final List<Sequence> sequences = new ArrayList<>();
    private final Deque<Runnable> outOfLine = new ArrayDeque<>();

    public Kernel(KernelProvider.Request request) {
        this.request = request;
        asm = request.sources() ? new Assembler() : Assembler.withoutSources();
        labels = new Labels(asm);
        placement = Placement.of(request);
        thread = new ThreadLayout(
                Struct.upwards("tcb", MemoryMap.TCB_ORIGIN + placement.tcbOrigin()),
                Struct.downwards("utcb", 0).hole(Utcb.FIXED_LOW, Utcb.FIXED_HIGH),
                MemoryMap.TCB_SIZE);
        Tcb.Hot hot = new Tcb.Hot(thread);
        validation = code(request.validation(), StateValidation::hooks);
        scheduler = code(request.scheduler(), Scheduler::routines);
        policy = code(request.ipc(), IpcPolicy::hooks);
        tcb = new Tcb(thread, hot);
    }

    private <E extends Extension, C> C code(Configured<E> plugin, BiFunction<E, KernelCode, C> code) {
        C made = code.apply(plugin.plugin(), new PluginCode(this, plugin.parameters()));
        return Objects.requireNonNull(made, plugin.plugin().id() + " has no code for this kernel");
    }

    /** The kernel's own parameters. */
    public Parameters parameters() {
        return request.kernel().parameters();
    }

    public boolean entersBySysenter() {
        return parameters().choice("entry").equals("sysenter");
    }

    /** Continues the kernel's code. */
    public void text() {
        asm.continueSection("kernel.text");
    }

    /** Continues the kernel's initialised data. */
    public void data() {
        asm.continueSection("kernel.data");
    }

    /** Continues the kernel's zeroed data. */
    public void bss() {
        asm.continueSection("kernel.bss");
    }

    /** Code that is reached by a jump and seldom runs: emitted behind the families. */
    public void outOfLine(Runnable code) {
        String purpose = asm.purpose("");
        asm.purpose(purpose);
        outOfLine.add(() -> purposefully(purpose, code));
    }

    /** Emits what was put out of line, and what that puts out of line in turn. */
    public void emitOutOfLine() {
        while (!outOfLine.isEmpty()) outOfLine.remove().run();
    }

    /** Emits {@code code} as spent on {@code cause}. */
    public void spentOn(Cause cause, Runnable code) {
        purposefully(cause.word(), code);
    }

    private void purposefully(String purpose, Runnable code) {
        String before = asm.purpose(purpose);
        code.run();
        asm.purpose(before);
    }

    /** A place that counts for a probe: binds a fresh label here and registers it. */
    public void probe(String name) {
        Label place = asm.bind(asm.fresh(name));
        probes.computeIfAbsent(name, n -> new ArrayList<>()).add(place.name());
    }

    public Map<String, List<String>> probes() {
        return probes;
    }

    /**
     * A critical sequence of the stubs; see {@link org.sidestep.kernel.UserStubs#sequence}. From {@code begin} up to {@code forward} it
     * is restarted, from there up to {@code completion} rolled forward. The labels' addresses are those in a space whose kernel
     * interface page is at {@link MemoryMap#KIP}.
     */
    public record Sequence(Label begin, Label restart, Label forward, Label completion, RollForward rollForward) {}

    public void addSequence(Sequence sequence) {
        sequences.add(sequence);
    }

    /** All declared sequences; complete once the stubs have been emitted, before all that use them. */
    public List<Sequence> sequences() {
        return sequences;
    }
}
