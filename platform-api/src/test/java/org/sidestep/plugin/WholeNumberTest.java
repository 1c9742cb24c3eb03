package org.sidestep.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WholeNumberTest {

    /** The form that the class documents. */
    private static final Pattern FORM = Pattern.compile("0|-?[1-9][0-9]*(_[0-9]+)*");

    @Test
    void aTextIsANumberIfAndOnlyIfItHasTheForm() {
        List<String> texts = new ArrayList<>(List.of(""));
        for (int i = 0; i < texts.size() && texts.get(i).length() < 5; i++) {
            for (String letter : List.of("0", "1", "9", "_", "-", "+", "x", "\u0661")) texts.add(texts.get(i) + letter);
        }
        assertThat(texts).hasSizeGreaterThan(30_000);
        for (String text : texts) {
            assertThat(WholeNumber.parse(text).isPresent())
                    .as(text)
                    .isEqualTo(FORM.matcher(text).matches());
        }
    }

    @Test
    void whatDoesNotFitIsNoNumber() {
        assertThat(WholeNumber.parse("-9_223_372_036_854_775_808")).hasValue(Long.MIN_VALUE);
        assertThat(WholeNumber.parse("9223372036854775808")).isEmpty();
    }
}
