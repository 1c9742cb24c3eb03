package org.sidestep.testkit.contract;

import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Plugins;
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
            return Map.of("rounds", 20, "warmup", 3, "verify", "on");
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
}
