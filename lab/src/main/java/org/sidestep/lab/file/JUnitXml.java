package org.sidestep.lab.file;

import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results in the XML that continuous integration reads as JUnit's. */
public final class JUnitXml {

    /** Cases under one name. */
    public record Suite(String name, List<Case> cases) {}

    /** What has been tried; without failures it has passed, unless it is skipped. */
    public record Case(String group, String name, List<Failure> failures, boolean skipped) {}

    /** What came instead, in a few words and at length. Text of any kind: XML has fewer characters. */
    public record Failure(String message, String text) {}

    private JUnitXml() {}

    public static String of(List<Suite> suites) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (Suite suite : suites) write(xml, suite);
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.append('\n').toString();
    }

    private static void write(XMLStreamWriter xml, Suite suite) throws XMLStreamException {
        long failed =
                suite.cases.stream().filter(one -> !one.failures.isEmpty()).count();
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", printable(suite.name));
        xml.writeAttribute("tests", Integer.toString(suite.cases.size()));
        xml.writeAttribute("failures", Long.toString(failed));
        for (Case one : suite.cases) write(xml, one);
        xml.writeEndElement();
    }

    private static void write(XMLStreamWriter xml, Case one) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", printable(one.group));
        xml.writeAttribute("name", printable(one.name));
        for (Failure failure : one.failures) {
            xml.writeStartElement("failure");
            xml.writeAttribute("message", printable(failure.message));
            xml.writeCharacters(printable(failure.text));
            xml.writeEndElement();
        }
        if (one.skipped) xml.writeEmptyElement("skipped");
        xml.writeEndElement();
    }

    /** XML has neither other control characters nor halves of characters. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cs}\uFFFE\uFFFF&&[^\n\t]]", "?");
    }
}
