package org.sidestep.lab.contract;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.contract.WorkloadContract;
import org.sidestep.workload.Workload;

final class PlatformWorkloadsTest {

    private abstract static class Short extends WorkloadContract {
        private final String id;

        Short(String id) {
            this.id = id;
        }

        @Override
        protected Workload workload() {
            return Plugins.find(Axis.WORKLOAD, id);
        }

        @Override
        protected Map<String, ?> parameters() {
            return Map.of("rounds", 20, "warmup", 3);
        }
    }

    /** The same with all rounds checked. */
    private abstract static class Checked extends Short {
        Checked(String id) {
            super(id);
        }

        @Override
        protected Map<String, ?> parameters() {
            Map<String, Object> checked = new LinkedHashMap<>(super.parameters());
            checked.put("verify", "on");
            return checked;
        }
    }

    @Nested
    final class LongMessages extends Short {
        LongMessages() {
            super("ping-pong");
        }

        @Override
        protected Map<String, ?> parameters() {
            return Map.of("rounds", 20, "warmup", 3, "words", 63);
        }

        @Override
        protected int messageWords() {
            return 63;
        }
    }

    @Nested
    final class CheckedMonitor extends Checked {
        CheckedMonitor() {
            super("monitor");
        }
    }

    @Nested
    final class CheckedLoadDistribution extends Checked {
        CheckedLoadDistribution() {
            super("load-distribution");
        }
    }

    @Nested
    final class CheckedChain extends Checked {
        CheckedChain() {
            super("chain");
        }
    }

    @Nested
    final class PingPong extends Short {
        PingPong() {
            super("ping-pong");
        }
    }

    @Nested
    final class Monitor extends Short {
        Monitor() {
            super("monitor");
        }
    }

    @Nested
    final class LoadDistribution extends Short {
        LoadDistribution() {
            super("load-distribution");
        }
    }

    @Nested
    final class Chain extends Short {
        Chain() {
            super("chain");
        }
    }

    @Nested
    final class Preempted extends Short {
        Preempted() {
            super("preempted");
        }
    }

    @Nested
    final class Hostile extends Short {
        Hostile() {
            super("hostile");
        }
    }

    @Nested
    final class Meddlers extends Short {
        Meddlers() {
            super("meddlers");
        }
    }

    @Nested
    final class Forms extends Short {
        Forms() {
            super("forms");
        }
    }

    @Nested
    final class Ways extends Short {
        Ways() {
            super("ways");
        }
    }

    @Nested
    final class Turns extends Short {
        Turns() {
            super("turns");
        }
    }

    @Nested
    final class Births extends Short {
        Births() {
            super("births");
        }
    }

    @Nested
    final class Abroad extends Short {
        Abroad() {
            super("abroad");
        }

        @Override
        protected int messageWords() {
            return 1;
        }
    }
}
