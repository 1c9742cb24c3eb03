package org.sidestep.lab.cli;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;

/** What a {@code pom.xml} says of versions. */
final class Versions {

    private Versions() {}

    /** Its own. */
    static String of(Path pom) {
        return of(pom, "/project/version");
    }

    /** What stands at a place in it, by XPath; empty if nothing. */
    static String of(Path pom, String place) {
        try {
            var document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
            return XPathFactory.newInstance().newXPath().evaluate(place, document);
        } catch (Exception e) {
            throw new IllegalStateException(pom.toString(), e);
        }
    }
}
