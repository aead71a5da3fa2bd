package io.jenkins.plugins.generatevideo;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.Extension;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import net.java.sezpoz.Index;
import net.java.sezpoz.IndexItem;
import org.jenkinsci.Symbol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Opens the packed plugin as Jenkins would. */
class PackedPluginIT {
    private static final String JAR = "WEB-INF/lib/generate-video.jar";

    private ZipFile hpi;

    @BeforeEach
    void open() throws IOException {
        hpi = new ZipFile("target/generate-video.hpi");
    }

    @AfterEach
    void close() throws IOException {
        hpi.close();
    }

    @Test
    void manifestSaysWhatThePluginIsAndNeeds() throws IOException {
        Attributes manifest = manifestOf(hpi.getInputStream(hpi.getEntry(JAR)));
        assertThat(manifest.getValue("Short-Name")).isEqualTo("generate-video");
        assertThat(manifest.getValue("Long-Name")).isEqualTo("Generate Video");
        assertThat(manifest.getValue("Plugin-Version")).startsWith("1.999999-SNAPSHOT");
        assertThat(manifest.getValue("Jenkins-Version")).startsWith("2.541.");
        assertThat(manifest.getValue("Plugin-Dependencies")).contains("workflow-step-api:", "ionicons-api:");
    }

    @Test
    void manifestOfTheJarIsThatOfTheArchive() throws IOException {
        Attributes archive;
        try (InputStream in = hpi.getInputStream(hpi.getEntry("META-INF/MANIFEST.MF"))) {
            archive = new Manifest(in).getMainAttributes();
        }
        Attributes jar = manifestOf(hpi.getInputStream(hpi.getEntry(JAR)));
        for (String name : new String[] {"Short-Name", "Plugin-Version", "Jenkins-Version", "Plugin-Dependencies"}) {
            assertThat(jar.getValue(name)).as(name).isNotNull().isEqualTo(archive.getValue(name));
        }
    }

    @Test
    void classPathOfTheControllerHoldsThePluginsJarOnly() {
        assertThat(files("WEB-INF/lib/")).containsExactly(JAR);
        assertThat(files("WEB-INF/classes/")).isEmpty();
    }

    @Test
    void everyLibraryOfTheExecutorTravels() throws Exception {
        List<String> libraries = new ArrayList<>();
        for (String file : files("WEB-INF/executor/")) {
            libraries.add(file.substring("WEB-INF/executor/".length()));
        }
        assertThat(libraries).allMatch(file -> file.endsWith(".jar"));
        // The official build names them one by one.
        String official = XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                        "/project/properties/executor.libraries",
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(Path.of("pom.xml").toFile()));
        assertThat(libraries.stream()
                        .map(file -> file.replaceFirst("-[0-9].*", ""))
                        .distinct()
                        .sorted())
                .containsExactly(Stream.of(official.split(",")).sorted().toArray(String[]::new));
    }

    @Test
    void nativeLibrariesOfTheExecutorAreThere() throws IOException {
        assertThat(entriesOf("onnxruntime-")).contains("ai/onnxruntime/native/linux-x64/libonnxruntime.so");
        assertThat(entriesOf("tokenizers-")).contains("native/lib/linux-x86_64/cpu/libtokenizers.so");
        assertThat(entriesOf("zstd-jni-")).anyMatch(name -> name.startsWith("linux/amd64/libzstd-jni"));
    }

    @Test
    void jarHoldsThePluginAndNoJenkinsApi() throws IOException {
        Set<String> names = namesIn(hpi.getInputStream(hpi.getEntry(JAR)));
        assertThat(names.stream().filter(name -> name.endsWith(".class")))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("io/jenkins/plugins/generatevideo/"));
        assertThat(names).contains("index.jelly");
    }

    @Test
    void everyExtensionIsInTheIndex() throws Exception {
        // The index of the jar on the class path, which is the one in the archive.
        try (InputStream jar = hpi.getInputStream(hpi.getEntry(JAR))) {
            assertThat(jar.readAllBytes()).isEqualTo(Files.readAllBytes(Path.of("target/generate-video.jar")));
        }
        List<String> indexed = new ArrayList<>();
        for (IndexItem<Extension, Object> item : Index.load(Extension.class, Object.class)) {
            // On the official build's class path are the indexes of other plugins, too.
            if (item.className().startsWith("io.jenkins.plugins.generatevideo.")) {
                indexed.add(item.className());
            }
        }
        assertThat(indexed).containsExactlyInAnyOrderElementsOf(classesMarked(Extension.class));
    }

    @Test
    void everySymbolIsInTheList() throws Exception {
        String list;
        try (InputStream jar = hpi.getInputStream(hpi.getEntry(JAR))) {
            list = new String(read(jar, "META-INF/annotations/org.jenkinsci.Symbol"), StandardCharsets.UTF_8);
        }
        assertThat(list.lines()).containsExactlyInAnyOrderElementsOf(classesMarked(Symbol.class));
    }

    @Test
    void bundlesTravelWithoutTheirTraining() throws IOException {
        List<String> bundled = files("WEB-INF/bundles/");
        try (Stream<Path> shipped = Files.walk(Path.of("trt-engines"))) {
            assertThat(bundled)
                    .containsExactlyInAnyOrderElementsOf(shipped.filter(Files::isRegularFile)
                            .map(file -> Path.of("trt-engines").relativize(file))
                            .filter(file -> file.getNameCount() < 3
                                    || !file.getName(1).toString().equals("training"))
                            .map(file -> "WEB-INF/bundles/" + file)
                            .toList());
        }
    }

    private static List<String> classesMarked(Class<? extends Annotation> mark)
            throws IOException, ClassNotFoundException {
        List<String> marked = new ArrayList<>();
        Path classes = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String relative = classes.relativize(file).toString();
                String name = relative.substring(0, relative.length() - ".class".length())
                        .replace('/', '.');
                if (name.contains(".executor.")) {
                    continue;
                }
                if (Class.forName(name, false, PackedPluginIT.class.getClassLoader())
                        .isAnnotationPresent(mark)) {
                    marked.add(name);
                }
            }
        }
        assertThat(marked).isNotEmpty();
        return marked;
    }

    private List<String> files(String folder) {
        return hpi.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .filter(name -> name.startsWith(folder))
                .toList();
    }

    private Set<String> entriesOf(String library) throws IOException {
        List<String> found = hpi.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.matches("WEB-INF/executor/" + library + "[0-9][^/]*\\.jar"))
                .toList();
        assertThat(found).hasSize(1);
        return namesIn(hpi.getInputStream(hpi.getEntry(found.get(0))));
    }

    private static Attributes manifestOf(InputStream jar) throws IOException {
        try (JarInputStream in = new JarInputStream(jar)) {
            return in.getManifest().getMainAttributes();
        }
    }

    private static Set<String> namesIn(InputStream jar) throws IOException {
        Set<String> names = new HashSet<>();
        try (ZipInputStream in = new ZipInputStream(jar)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    private static byte[] read(InputStream jar, String name) throws IOException {
        ZipInputStream in = new ZipInputStream(jar);
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            if (entry.getName().equals(name)) {
                return in.readAllBytes();
            }
        }
        throw new IOException("there is no " + name + " in the jar");
    }
}
