package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the comparison as JUnit XML, each clip a suite and each gate a test, so that every CI system shows it. */
final class JunitReport {
    private JunitReport() {}

    static void write(Path file, VideoComparison.Result result) throws ExecutorException {
        UnfinishedFile.write(file.toAbsolutePath(), stream -> {
            try {
                XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory()
                        .createXMLStreamWriter(stream, StandardCharsets.UTF_8.name());
                xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
                xml.writeStartElement("testsuites");
                for (ClipComparison clip : result.clips()) {
                    suite(xml, clip);
                }
                xml.writeEndElement();
                xml.writeEndDocument();
                xml.close();
            } catch (XMLStreamException e) {
                throw e.getNestedException() instanceof IOException cause ? cause : new IOException(e);
            }
        });
    }

    private static void suite(XMLStreamWriter xml, ClipComparison clip) throws XMLStreamException {
        boolean compared = clip.verdict() != Verdict.NOT_COMPARED;
        long failures = compared
                ? clip.gates().stream().filter(gate -> !gate.passed()).count()
                : clip.level() == Level.PASSED ? 0 : 1;
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", printable(clip.pair().name()));
        xml.writeAttribute("tests", Integer.toString(compared ? clip.gates().size() : 1));
        xml.writeAttribute("failures", Long.toString(failures));
        if (compared) {
            for (GateResult gate : clip.gates()) {
                test(xml, clip, gate);
            }
        } else {
            start(xml, clip, "can be compared");
            if (clip.level() != Level.PASSED) {
                failure(xml, clip.level(), clip.problem(), clip.problem());
            } else {
                xml.writeEmptyElement("skipped");
                xml.writeAttribute("message", printable(clip.problem()));
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void test(XMLStreamWriter xml, ClipComparison clip, GateResult result) throws XMLStreamException {
        Gate gate = result.gate();
        start(xml, clip, gate.figure() + (gate.atLeast() ? " at least " : " at most ") + bound(gate));
        if (!result.passed()) {
            StringBuilder details = new StringBuilder(clip.explanation().sentence());
            for (ClipComparison.Event event : clip.events()) {
                details.append('\n').append(event.sentence());
            }
            failure(xml, gate.level(), result.sentence(), details.toString());
        }
        xml.writeEndElement();
    }

    private static String bound(Gate gate) {
        return gate.fromHistory()
                ? String.format(Locale.ROOT, "history%+.4g", gate.bound())
                : Double.toString(gate.bound());
    }

    private static void start(XMLStreamWriter xml, ClipComparison clip, String name) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "video." + printable(clip.pair().name().replace('.', '_')));
        xml.writeAttribute("name", printable(name));
    }

    private static void failure(XMLStreamWriter xml, Level level, String message, String details)
            throws XMLStreamException {
        xml.writeStartElement("failure");
        xml.writeAttribute("type", level.key());
        xml.writeAttribute("message", printable(message));
        xml.writeCharacters(printable(details));
        xml.writeEndElement();
    }

    /** XML 1.0 cannot hold control characters at all, and a file name may. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "\uFFFD");
    }
}
