package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is promised against each attack, or at least what it attacks, is documented. */
class DocumentedAttacksTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern ATTACKS = Pattern.compile("attacks? ((?:`[a-z-]+`(?:,? and |, )?)+)");
    private static final Pattern NAME = Pattern.compile("`([a-z-]+)`");

    @Test
    void eachIsInTheDocumentsAndTheyNameNoOther() throws IOException {
        String documents = Files.readString(DOCS.resolve("kernel.md")) + Files.readString(DOCS.resolve("threats.md"));
        List<String> attacks = new Hostile()
                .parameters().stream()
                        .filter(each -> each.name().equals("attack"))
                        .flatMap(each -> each.choices().stream())
                        .filter(each -> !each.equals("none"))
                        .toList();
        TreeSet<String> named = ATTACKS.matcher(documents.replace('\n', ' '))
                .results()
                .flatMap(match -> names(match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).containsExactlyInAnyOrderElementsOf(attacks);
    }

    private static Stream<String> names(String list) {
        return NAME.matcher(list).results().map(MatchResult::group).map(name -> name.replace("`", ""));
    }
}
