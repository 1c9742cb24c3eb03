package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What a command says of itself, and where one reads of it first. */
class HelpTest {

    private static final Path README = Path.of("../README.md");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+\\.md)\\)");

    /** All, with those inside others. */
    static Stream<CommandLine> commands() {
        return inside(Main.commandLine());
    }

    private static Stream<CommandLine> inside(CommandLine outer) {
        return outer.getSubcommands().values().stream().flatMap(one -> Stream.concat(Stream.of(one), inside(one)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandShowsAnExampleOfItself(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName().replaceFirst("^sidestep ", "");

        String example = Stream.of(command.getCommandSpec().usageMessage().description())
                .filter(line -> line.startsWith("Example: "))
                .findFirst()
                .orElse("");

        assertThat(example).as(name).startsWith("Example: ./sidestep " + name + " ");
    }

    @Test
    void aCommandThatIsNamedIsUnderstoodWithoutTheOthers() {
        for (String name : Main.COMMANDS) {
            assertThat(Main.commandLine(name).getSubcommands().keySet()).containsExactly(name);
        }
        assertThat(Main.commandLine("bot").getSubcommands().keySet()).containsExactlyElementsOf(Main.COMMANDS);
    }

    @Test
    void everyCommandIsInTheReadmeOrAPageThatItLeadsTo() throws IOException {
        StringBuilder pages = new StringBuilder(Files.readString(README));
        Matcher link = LINK.matcher(pages.toString());
        while (link.find()) pages.append(Files.readString(README.resolveSibling(link.group(1))));
        for (String name : Main.commandLine().getSubcommands().keySet()) {
            assertThat(pages.toString()).as(name).contains("./sidestep " + name);
        }
    }
}
