package io.jenkins.plugins.generatevideo.executor.maven;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What the user's and the installation's {@code settings.xml} say about Maven Central: the mirror that stands for it, the
 * account there, the proxy on the way, and the local repository (https://maven.apache.org/settings.html). The user's file
 * goes first. Passwords that Maven has encrypted are not read.
 */
public final class MavenSettings {
    private static final String CENTRAL = "central";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

    private final List<Element> settings = new ArrayList<>();
    private final Map<String, String> environment;
    private final Path home;

    private MavenSettings(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /**
     * Reads what there is of {@code ~/.m2/settings.xml} and {@code conf/settings.xml} in {@code MAVEN_HOME}.
     *
     * @throws ExecutorException {@code BAD_REQUEST} for a file that cannot be read
     */
    public static MavenSettings read(Map<String, String> environment, Path home) throws ExecutorException {
        MavenSettings all = new MavenSettings(environment, home);
        all.add(home.resolve(".m2").resolve("settings.xml"));
        for (String variable : List.of("MAVEN_HOME", "M2_HOME")) {
            String installation = environment.getOrDefault(variable, "");
            if (!installation.isBlank()) {
                all.add(Path.of(installation, "conf", "settings.xml"));
                break;
            }
        }
        return all;
    }

    private void add(Path file) throws ExecutorException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            settings.add(builder.parse(file.toFile()).getDocumentElement());
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Maven's settings " + file + " cannot be read (" + e.getMessage() + "); correct them.",
                    e);
        }
    }

    /** The folder where Maven keeps what it has fetched. */
    public Path localRepository() {
        return settings.stream()
                .map(file -> text(file, "localRepository"))
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .findFirst()
                .orElse(home.resolve(".m2").resolve("repository"));
    }

    /**
     * What stands for Maven Central. An agent fetches from nowhere that its settings do not name.
     *
     * @throws ExecutorException {@code BAD_REQUEST} where the settings name no mirror, forbid it or hide the password
     */
    public MavenRepository central() throws ExecutorException {
        Optional<Element> mirror = mirror();
        if (mirror.isEmpty()) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Maven's settings name no mirror of Maven Central: name the repository to fetch from in "
                            + home.resolve(".m2").resolve("settings.xml") + ", as a mirror of central.");
        }
        if (text(mirror.get(), "blocked").equals("true")) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Maven's settings block Maven Central with the mirror \"" + text(mirror.get(), "id")
                            + "\"; name one that may be used.");
        }
        String id = text(mirror.get(), "id");
        URI url = URI.create(text(mirror.get(), "url").replaceAll("/+$", ""));
        String account = null;
        for (Element server : elements("servers", "server")) {
            if (text(server, "id").equals(id) && account == null) {
                account = authorization(server, "the server \"" + id + "\"");
            }
        }
        Optional<Element> proxy = elements("proxies", "proxy").stream()
                .filter(element -> !text(element, "active").equals("false"))
                .filter(element -> !text(element, "host").isEmpty())
                .filter(element -> !bypasses(text(element, "nonProxyHosts"), url.getHost()))
                .findFirst();
        if (proxy.isEmpty()) {
            return new MavenRepository(url, account, null, null);
        }
        String port = text(proxy.get(), "port");
        InetSocketAddress address = InetSocketAddress.createUnresolved(
                text(proxy.get(), "host"), port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 8080);
        return new MavenRepository(
                url, account, new Proxy(Proxy.Type.HTTP, address), authorization(proxy.get(), "the proxy"));
    }

    /** As Maven selects it: a mirror of exactly this repository first, then one of several, in the order of the files. */
    private Optional<Element> mirror() {
        List<Element> mirrors = elements("mirrors", "mirror");
        Optional<Element> exact = mirrors.stream()
                .filter(mirror -> text(mirror, "mirrorOf").equals(CENTRAL))
                .findFirst();
        return exact.isPresent()
                ? exact
                : mirrors.stream()
                        .filter(mirror -> isOfCentral(text(mirror, "mirrorOf")))
                        .findFirst();
    }

    private static boolean isOfCentral(String repositories) {
        List<String> names =
                Arrays.stream(repositories.split(",")).map(String::strip).toList();
        return !names.contains("!" + CENTRAL)
                && (names.contains(CENTRAL) || names.contains("*") || names.contains("external:*"));
    }

    private static boolean bypasses(String hosts, String host) {
        return Arrays.stream(hosts.split("[|,]"))
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .anyMatch(pattern -> host.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q")));
    }

    private String authorization(Element element, String whose) throws ExecutorException {
        String name = text(element, "username");
        String password = text(element, "password");
        if (name.isEmpty()) {
            return null;
        }
        if (password.startsWith("{") && password.endsWith("}")) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Maven's settings hold the password of " + whose + " encrypted, which only Maven reads; fetch the"
                            + " libraries with Maven, or put a variable in its place (${env.NAME}).");
        }
        byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    private List<Element> elements(String list, String name) {
        return settings.stream()
                .flatMap(file -> children(file, list).stream())
                .flatMap(element -> children(element, name).stream())
                .toList();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && name.equals(element.getLocalName())) {
                children.add(element);
            }
        }
        return children;
    }

    /** The text in a child element with its variables replaced, or nothing. */
    private String text(Element parent, String name) {
        List<Element> children = children(parent, name);
        if (children.isEmpty()) {
            return "";
        }
        Matcher variables = VARIABLE.matcher(children.get(0).getTextContent().strip());
        return variables.replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), found.group())));
    }

    private String value(String variable, String otherwise) {
        if (variable.startsWith("env.")) {
            return environment.getOrDefault(variable.substring("env.".length()), otherwise);
        }
        return variable.equals("user.home") ? home.toString() : System.getProperty(variable, otherwise);
    }
}
