package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.verify.faulty.FaultyPolicy;

/** The policy contract is itself tested: lazy switching with one fault each must not pass it. */
final class FaultyPoliciesTest {

    @ParameterizedTest
    @ValueSource(strings = {"no-sequence", "forward-too-late", "forgotten-status", "forgotten-stack", "stale-partner"})
    void lazySwitchingWithAFaultDoesNotPassTheContract(String fault) {
        Optional<Throwable> failure = firstFailure(new Contract(FaultyPolicy.of(fault)));
        assertThat(failure).as(fault).get().isInstanceOf(AssertionError.class);
    }

    private static Optional<Throwable> firstFailure(IpcPolicyContract contract) {
        Stream<Supplier<Stream<DynamicTest>>> factories = Stream.of(
                contract::twoTimerInterruptsTheFirstInAStubChangeNoOutcome,
                contract::aTimerInterruptAtAnyInstructionOfARoundChangesNoOutcome,
                contract::everyThreadReceivesTheSameMessagesInTheSameOrderAsUnderStrictSwitching);
        return factories
                .flatMap(Supplier::get)
                .map(FaultyPoliciesTest::failure)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Throwable> failure(DynamicTest test) {
        try {
            test.getExecutable().execute();
            return Optional.empty();
        } catch (Throwable e) {
            return Optional.of(e);
        }
    }

    private static final class Contract extends IpcPolicyContract {
        private final IpcPolicy policy;

        Contract(IpcPolicy policy) {
            this.policy = policy;
        }

        @Override
        protected IpcPolicy policy() {
            return policy;
        }

        @Override
        protected List<Map<String, String>> kernels() {
            return List.of(Map.of("entry", "sysenter", "fastpath", "on"));
        }
    }
}
