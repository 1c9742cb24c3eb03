package org.sidestep.lab.fake;

import java.util.List;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;

/** One plugin per axis, and two policies and their floor; all is played by {@link ScriptMachine}. */
public final class Fakes {

    private Fakes() {}

    /** All of them. */
    public static final List<Class<? extends Extension>> ALL = List.of(
            Player.class,
            Clock.class,
            ScriptKernel.class,
            AnyScheduler.class,
            KernelSwitch.class,
            UserSwitch.class,
            Floor.class,
            AnyValidation.class,
            Rounds.class);

    private abstract static class Fake implements Extension {
        @Override
        public String id() {
            return "script";
        }

        @Override
        public String summary() {
            return "a fake for tests";
        }
    }

    public static final class Player extends Fake implements MachineProvider {
        @Override
        public Machine create(Parameters parameters, Configured<CpuModel> cpu) {
            return new ScriptMachine();
        }
    }

    public static final class Clock extends Fake implements CpuModel {
        @Override
        public Identity identity(Parameters parameters) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timing timing(Parameters parameters) {
            throw new UnsupportedOperationException();
        }
    }

    public static final class AnyScheduler extends Fake implements Scheduler {
        @Override
        public SchedulerRoutines routines(KernelCode kernel) {
            throw new UnsupportedOperationException();
        }
    }

    public static final class AnyValidation extends Fake implements StateValidation {
        @Override
        public ValidationHooks hooks(KernelCode kernel) {
            throw new UnsupportedOperationException();
        }
    }

    private abstract static class FakePolicy implements IpcPolicy {
        @Override
        public String summary() {
            return "a fake for tests";
        }

        @Override
        public PolicyHooks hooks(KernelCode kernel) {
            throw new UnsupportedOperationException();
        }
    }

    public static final class KernelSwitch extends FakePolicy {
        @Override
        public String id() {
            return "kernel-switch";
        }
    }

    public static final class UserSwitch extends FakePolicy {
        @Override
        public String id() {
            return "user-switch";
        }
    }

    /** Not among {@link #ALL}: it must be refused. */
    public static final class Nameless extends FakePolicy {
        @Override
        public String id() {
            return " ";
        }
    }

    /** Not among {@link #ALL}: it says nothing about itself. */
    public static final class Silent extends FakePolicy {
        @Override
        public String id() {
            return "silent";
        }

        @Override
        public String summary() {
            return null;
        }
    }

    /** Not among {@link #ALL}: a class that its parameters need is missing. */
    public static final class HalfPacked extends FakePolicy {
        @Override
        public String id() {
            return "half-packed";
        }

        @Override
        public List<Parameter> parameters() {
            throw new NoClassDefFoundError("org/example/Missing");
        }
    }

    public static final class Floor extends FakePolicy {
        @Override
        public String id() {
            return "fake-floor";
        }

        @Override
        public boolean threadsAtUserLevel() {
            return true;
        }
    }

    /** What the kernel of these fakes turns into a script. */
    public static final class Rounds extends Fake implements Workload {
        @Override
        public List<Parameter> parameters() {
            return List.of(
                    Parameter.integer("rounds", 3, 1, 1000, "how many"),
                    Parameter.integer("work", 0, 0, 1000, "cycles more per round"),
                    Parameter.integer("pause", 0, 0, 10_000, "milliseconds that the host sleeps"),
                    Parameter.choice(
                            "ends",
                            "how it ends",
                            "well",
                            "badly",
                            "never",
                            "triple-fault",
                            "unmeasured",
                            "unfit",
                            "bug",
                            "half-packed",
                            "assertion",
                            "deep",
                            "hungry",
                            "endless"));
        }

        @Override
        public void build(UserProgram program) {
            throw new UnsupportedOperationException();
        }
    }
}
