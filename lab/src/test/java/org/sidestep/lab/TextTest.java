package org.sidestep.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Numbers become text, and text numbers, in the same way on every host, whatever its language, encoding and time zone. */
@AnalyzeClasses(packages = "org.sidestep", importOptions = DoNotIncludeTests.class)
class TextTest {

    /** Calls whose result depends on the host, as {@code class.method(parameters)}; each has one that says what it means. */
    private static final Set<String> OF_THE_HOST = Set.of(
            "String.formatted(Object[])",
            "String.format(String,Object[])",
            "String.toLowerCase()",
            "String.toUpperCase()",
            "String.getBytes()",
            "String.<init>(byte[])",
            "String.<init>(byte[],int,int)",
            "PrintStream.printf(String,Object[])",
            "PrintStream.format(String,Object[])",
            "PrintWriter.printf(String,Object[])",
            "PrintWriter.format(String,Object[])",
            "PrintStream.<init>(OutputStream)",
            "PrintStream.<init>(OutputStream,boolean)",
            "PrintWriter.<init>(OutputStream)",
            "PrintWriter.<init>(String)",
            "PrintWriter.<init>(File)",
            "InputStreamReader.<init>(InputStream)",
            "OutputStreamWriter.<init>(OutputStream)",
            "ByteArrayOutputStream.toString()",
            "FileReader.<init>(File)",
            "FileReader.<init>(String)",
            "FileWriter.<init>(File)",
            "FileWriter.<init>(String)",
            "Charset.defaultCharset()",
            "Locale.getDefault()",
            "TimeZone.getDefault()",
            "ZoneId.systemDefault()",
            "Clock.systemDefaultZone()",
            "LocalDate.now()",
            "LocalDateTime.now()",
            "ZonedDateTime.now()",
            "System.lineSeparator()",
            "BufferedWriter.newLine()");

    /** What reads more than one clear grammar of numbers, or digits of other scripts: {@code WholeNumber} is for users' text. */
    private static final Set<String> READING_TOO_MUCH = Set.of(
            "Long.decode(String)",
            "Integer.decode(String)",
            "Short.decode(String)",
            "Byte.decode(String)",
            "Character.isDigit(char)",
            "Character.isDigit(int)",
            "Character.isLetter(char)",
            "Character.isLetter(int)",
            "Character.isLetterOrDigit(char)",
            "Character.isLetterOrDigit(int)",
            "Character.getNumericValue(char)",
            "Character.digit(char,int)");

    @ArchTest
    static final ArchRule TEXT_DOES_NOT_DEPEND_ON_THE_HOST =
            noClasses().should().callCodeUnitWhere(one(OF_THE_HOST)).because("results are the same on every host");

    @ArchTest
    static final ArchRule NUMBERS_ARE_READ_IN_ONE_WAY =
            noClasses().should().callCodeUnitWhere(one(READING_TOO_MUCH)).because("WholeNumber says what a number is");

    @ArchTest
    static final ArchRule NOTHING_FOLLOWS_THE_HOSTS_LANGUAGE = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.text\\..*|java\\.util\\.(Scanner|Formatter|Calendar|Date|ResourceBundle)");

    private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaCall<?>> one(Set<String> calls) {
        return DescribedPredicate.describe("is one of those listed", call -> calls.contains(name(call.getTarget())));
    }

    private static String name(CodeUnitCallTarget target) {
        String parameters = target.getRawParameterTypes().stream()
                .map(JavaClass::getSimpleName)
                .collect(Collectors.joining(","));
        return String.format(Locale.ROOT, "%s.%s(%s)", target.getOwner().getSimpleName(), target.getName(), parameters);
    }
}
