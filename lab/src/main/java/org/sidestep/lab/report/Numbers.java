package org.sidestep.lab.report;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How results write numbers: at most three decimals, none without need. */
final class Numbers {

    private Numbers() {}

    static BigDecimal tidy(double value) {
        BigDecimal rounded =
                new BigDecimal(value).setScale(3, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }

    static String text(double value) {
        return tidy(value).toPlainString();
    }
}
