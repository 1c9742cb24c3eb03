package org.sidestep.lab.fake;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.asm.Program;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.Observables;

/**
 * Writes the script of a cell: rounds of two IPCs between threads 1 and 2. An IPC costs 100 cycles through the kernel, 10 at
 * user level, 5 for the floor. The last round ends with a timer interrupt, at which the kernel catches up.
 */
public final class ScriptKernel implements KernelProvider {

    private static final int BEGIN = 0x1000;
    private static final int HEAD = 0x1004;
    private static final int END = 0x1008;
    private static final int IPC = 0x100C;
    private static final int LIPC = 0x1010;
    private static final int CHECK = 0x1014;
    private static final int UNCHANGED = 0x1018;
    private static final int FIXED = 0x101C;
    private static final int TIMER = 32;

    @Override
    public String id() {
        return "script";
    }

    @Override
    public String summary() {
        return "a fake for tests";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.flag("fast", false, "takes 10 cycles off an IPC"));
    }

    @Override
    public KernelImage assemble(Request request) {
        Parameters workload = request.workload().parameters();
        String ends = workload.choice("ends");
        if (ends.equals("unfit")) throw new BadParameter("this workload needs two address spaces");
        if (ends.equals("bug")) throw new IllegalStateException("no such label");
        fail(ends);
        Script script = new Script(request);
        byte[] text = script.write(workload, ends).getBytes(StandardCharsets.UTF_8);
        return new KernelImage(
                new Program(List.of(), symbols(), List.of()),
                text,
                ScriptMachine.CURRENT_UTCB,
                ScriptMachine.GLOBAL_ID_OFFSET,
                probes(),
                observables());
    }

    /** What plugins get wrong that is no exception of theirs. */
    private static void fail(String ends) {
        switch (ends) {
            case "half-packed" -> throw new NoClassDefFoundError("org/example/Missing");
            case "assertion" -> throw new AssertionError("never here");
            case "deep" -> throw new StackOverflowError();
            case "hungry" -> throw new OutOfMemoryError("no memory");
            case "endless" -> {
                while (true) Thread.onSpinWait();
            }
            default -> {}
        }
    }

    private static Map<String, Integer> symbols() {
        Map<String, Integer> symbols = new LinkedHashMap<>();
        symbols.put("begin", BEGIN);
        symbols.put("head", HEAD);
        symbols.put("end", END);
        symbols.put("ipc", IPC);
        symbols.put("lipc", LIPC);
        symbols.put("check", CHECK);
        symbols.put("unchanged", UNCHANGED);
        symbols.put("fixed", FIXED);
        return symbols;
    }

    private static Map<String, List<String>> probes() {
        Map<String, List<String>> probes = new LinkedHashMap<>();
        probes.put(KernelProbes.IPC_KERNEL, List.of("ipc"));
        probes.put(KernelProbes.IPC_USER, List.of("lipc"));
        probes.put(KernelProbes.ENTRY_CHECK, List.of("check"));
        probes.put(KernelProbes.ENTRY_UNCHANGED, List.of("unchanged"));
        probes.put(KernelProbes.FIXUP_BEGIN, List.of("fixed"));
        probes.put(KernelProbes.FIXUP_END, List.of("fixed"));
        return probes;
    }

    private static Observables observables() {
        return new Observables.Builder()
                .measure("begin", "end")
                .interval("roundtrip", List.of("head"), List.of("head"), 1)
                .interval("oneway", List.of("head"), List.of("head"), 2)
                .thread(1, "A", "space")
                .thread(2, "B", "space")
                .build();
    }

    /** The text for one cell. */
    private static final class Script {
        private final StringBuilder text = new StringBuilder();
        private final boolean inKernel;
        private final int cost;

        Script(Request request) {
            String policy = request.ipc().plugin().id();
            inKernel = policy.equals("kernel-switch");
            int full = inKernel ? 100 : policy.equals("user-switch") ? 10 : 5;
            cost = request.kernel().parameters().flag("fast") && inKernel ? full - 10 : full;
        }

        String write(Parameters workload, String ends) {
            line("cycles", 1000);
            line("current", 1);
            if (!ends.equals("unmeasured")) line("pass", BEGIN);
            line("sleep", workload.integer("pause"));
            for (int round = 0; round < workload.integer("rounds"); round++) {
                line("pass", HEAD);
                line("cycles", workload.integer("work"));
                ipc(2);
                ipc(1);
            }
            line("pass", HEAD);
            if (!inKernel) line("pass", LIPC);
            timer();
            line("pass", END);
            end(ends);
            return text.toString();
        }

        private void ipc(int to) {
            if (inKernel) {
                line("enter", -1);
                line("pass", IPC);
                line("cycles", cost);
                line("current", to);
                line("leave", 0);
            } else {
                line("cycles", cost);
                line("current", to);
                line("pass", LIPC);
            }
        }

        private void timer() {
            line("interrupt", TIMER);
            line("enter", TIMER);
            line("pass", CHECK);
            line("cycles", 7);
            line("pass", inKernel ? UNCHANGED : FIXED);
            line("leave", 0);
        }

        private void end(String ends) {
            switch (ends) {
                case "badly" -> line("exit", 3);
                case "never" -> line("cycles", 1);
                case "triple-fault" -> line("triple-fault", 0);
                default -> line("exit", 0);
            }
        }

        private void line(String what, int value) {
            text.append(what).append(' ').append(value).append('\n');
        }
    }
}
