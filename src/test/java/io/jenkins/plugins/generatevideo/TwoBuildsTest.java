package io.jenkins.plugins.generatevideo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Keeps the official build and the one from Maven Central the same in what both say. */
class TwoBuildsTest {
    private final XPath xpath = XPathFactory.newInstance().newXPath();

    @Test
    void executorLibrariesAreTheSame() throws Exception {
        SortedSet<String> official = dependencies("pom.xml", "scope = 'provided'");
        assertThat(official).isNotEmpty().isEqualTo(dependencies("pom-central.xml", "not(scope)"));
    }

    @Test
    void nameAndVersionAreTheSame() throws Exception {
        for (String said :
                new String[] {"groupId", "artifactId", "version", "properties/revision", "name", "description"}) {
            assertThat(text("pom.xml", "/project/" + said))
                    .as(said)
                    .isNotBlank()
                    .isEqualTo(text("pom-central.xml", "/project/" + said));
        }
    }

    private SortedSet<String> dependencies(String pom, String condition) throws Exception {
        NodeList nodes = (NodeList) xpath.evaluate(
                "/project/dependencies/dependency[" + condition + "]", parse(pom), XPathConstants.NODESET);
        SortedSet<String> dependencies = new TreeSet<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            dependencies.add(String.join(
                    ":",
                    xpath.evaluate("groupId", nodes.item(i)),
                    xpath.evaluate("artifactId", nodes.item(i)),
                    xpath.evaluate("version", nodes.item(i)),
                    xpath.evaluate("classifier", nodes.item(i))));
        }
        return dependencies;
    }

    private String text(String pom, String path) throws Exception {
        return xpath.evaluate(path, parse(pom));
    }

    private static Document parse(String pom) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of(pom).toFile());
    }
}
