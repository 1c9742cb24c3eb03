package org.sidestep.machine.ia32.timing.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sidestep.machine.Timing.Branch;

class BranchPredictorTest {

    private final BranchPredictor predictor = new BranchPredictor(512, 4, 16);

    @Test
    void aPatternOfPeriodTwoIsLearned() {
        assertThat(mispredictions("10", 100)).isLessThan(8);
        assertThat(mispredictions("10", 100)).isZero();
    }

    @Test
    void aPatternThatFourBitsOfHistoryTellApartIsLearned() {
        mispredictions("11100", 200);
        assertThat(mispredictions("11100", 200)).isZero();
    }

    @Test
    void aLongLoopMissesItsExitOnly() {
        mispredictions("1111111111111110", 20);
        assertThat(mispredictions("1111111111111110", 20)).isEqualTo(20);
    }

    @Test
    void anUnknownConditionalIsPredictedTakenBackwardAndNotTakenForward() {
        assertThat(conditional(0x1000, 0x900, true)).isEqualTo(BranchPredictor.DECODED);
        assertThat(conditional(0x2000, 0x1900, false)).isEqualTo(BranchPredictor.MISPREDICTED);
        assertThat(conditional(0x3000, 0x3100, false)).isEqualTo(BranchPredictor.SEQUENTIAL);
        assertThat(conditional(0x4000, 0x4100, true)).isEqualTo(BranchPredictor.MISPREDICTED);
    }

    @Test
    void aDirectJumpIsFoundByTheDecoderFirstAndByTheTargetBufferLater() {
        assertThat(predictor.branch(Branch.DIRECT, 0x1000, 0x1002, 0x2000, true))
                .isEqualTo(BranchPredictor.DECODED);
        assertThat(predictor.branch(Branch.DIRECT, 0x1000, 0x1002, 0x2000, true))
                .isEqualTo(BranchPredictor.TAKEN);
    }

    @Test
    void matchedReturnsArePredictedDownToSixteenCalls() {
        for (int depth = 0; depth < 16; depth++) call(0x1000 + depth * 16);
        for (int depth = 15; depth >= 0; depth--) {
            assertThat(ret(0x1005 + depth * 16)).as("depth %d", depth).isEqualTo(BranchPredictor.TAKEN);
        }
    }

    @Test
    void theSeventeenthCallPushesTheFirstReturnOut() {
        for (int depth = 0; depth < 17; depth++) call(0x1000 + depth * 16);
        for (int depth = 16; depth > 0; depth--) ret(0x1005 + depth * 16);
        assertThat(ret(0x1005)).isEqualTo(BranchPredictor.MISPREDICTED);
    }

    @Test
    void aReturnAfterAStackSwitchIsMispredicted() {
        call(0x1000);
        assertThat(ret(0x8000)).isEqualTo(BranchPredictor.MISPREDICTED);
    }

    @Test
    void theTargetBufferForgetsWhatMoreThanFourBranchesOfASetReplace() {
        int stride = 128 * 16;
        for (int i = 0; i < 5; i++) predictor.branch(Branch.INDIRECT, 0x10000 + i * stride, 0, 0x2000, true);
        assertThat(predictor.branch(Branch.INDIRECT, 0x10000 + 4 * stride, 0, 0x2000, true))
                .isEqualTo(BranchPredictor.TAKEN);
        assertThat(predictor.branch(Branch.INDIRECT, 0x10000, 0, 0x2000, true)).isEqualTo(BranchPredictor.MISPREDICTED);
    }

    private int mispredictions(String pattern, int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            for (char c : pattern.toCharArray()) {
                if (conditional(0x1000, 0x900, c == '1') == BranchPredictor.MISPREDICTED) count++;
            }
        }
        return count;
    }

    private int conditional(int at, int to, boolean taken) {
        return predictor.branch(Branch.CONDITIONAL, at, at + 2, to, taken);
    }

    private void call(int at) {
        predictor.branch(Branch.CALL, at, at + 5, 0x9000, true);
    }

    private int ret(int to) {
        return predictor.branch(Branch.RETURN, 0x9010, 0x9011, to, true);
    }
}
