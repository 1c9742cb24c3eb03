package org.sidestep.lab.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.sidestep.lab.file.JUnitXml.Case;
import org.sidestep.lab.file.JUnitXml.Failure;
import org.sidestep.lab.file.JUnitXml.Suite;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class JUnitXmlTest {

    @Test
    void whateverAGuestPrintsOrAPluginIsCalledTheFileCanBeRead() throws Exception {
        String nasty = "a\0b\u001b[31m\uFFFF\uD800<&\">";
        Document read = read(JUnitXml.of(List.of(new Suite(
                nasty, List.of(new Case(nasty, nasty, List.of(new Failure(nasty, nasty)), true))))));
        Element failure = (Element) read.getElementsByTagName("failure").item(0);
        assertThat(failure.getTextContent()).isEqualTo("a?b?[31m??<&\">");
        assertThat(failure.getAttribute("message")).isEqualTo("a?b?[31m??<&\">");
    }

    @Test
    void aSuiteCountsItsCasesAndThoseThatFailed() throws Exception {
        Failure failure = new Failure("why", "at length");
        Element suite = (Element) read(JUnitXml.of(List.of(new Suite(
                        "s",
                        List.of(
                                new Case("g", "passes", List.of(), false),
                                new Case("g", "fails twice", List.of(failure, failure), false))))))
                .getElementsByTagName("testsuite")
                .item(0);
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
    }

    private static Document read(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
