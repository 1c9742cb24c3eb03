package org.sidestep.kernel.l4.assembly;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs.RollForward;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.layout.Struct;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.Utcb;

/** What every routine of one kernel under assembly stands on. */
public final class Kernel {

    public final Assembler asm = new Assembler();
    public final Labels labels = new Labels(asm);
    public final KernelProvider.Request request;

    public final ThreadLayout thread;
    public final Tcb tcb;
    public final IpcPolicy policy;
    public final Scheduler scheduler;

    /** What the policy, the validation and the scheduler get to see of this kernel. */
    public final KernelCode policyCode;

    public final KernelCode schedulerCode;

    private final Map<String, List<String>> probes = new LinkedHashMap<>();
    private final List<Sequence> sequences = new ArrayList<>();
    private final Deque<Runnable> outOfLine = new ArrayDeque<>();
    private Scheduler.Routines scheduling;

    public Kernel(KernelProvider.Request request) {
        this.request = request;
        scheduler = request.scheduler().plugin();
        thread = new ThreadLayout(
                Struct.upwards("tcb", MemoryMap.TCB_ORIGIN),
                Struct.downwards("utcb", 0).hole(Utcb.FIXED_LOW, Utcb.FIXED_HIGH));
        StateValidation validation = request.validation().plugin();
        tcb = new Tcb(thread, () -> {
            validation.layout(thread);
            scheduler.layout(thread);
            request.ipc().plugin().layout(thread);
        });
        StateValidation bound = new BoundValidation(validation, code(request.validation(), validation));
        policyCode = code(request.ipc(), bound);
        policy = new BoundPolicy(request.ipc().plugin(), this);
        schedulerCode = code(request.scheduler(), bound);
    }

    private KernelCode code(Configured<?> plugin, StateValidation validation) {
        return new PluginCode(this, plugin.parameters(), validation);
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

    /** The scheduler plugin's routines; available once the scheduler has been emitted, before all that use them. */
    public Scheduler.Routines scheduling() {
        return scheduling;
    }

    public void scheduling(Scheduler.Routines routines) {
        scheduling = routines;
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
