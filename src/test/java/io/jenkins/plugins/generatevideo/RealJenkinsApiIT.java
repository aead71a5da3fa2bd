package io.jenkins.plugins.generatevideo;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.FieldAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Resolves everything of Jenkins that the packed plugin refers to against a real Jenkins: {@code -Djenkins.war=FILE}, and
 * {@code -Djenkins.plugins=DIR} with the plugins it depends on. A signature in {@code src/jenkins-api} that is not true
 * shows itself here.
 */
@EnabledIfSystemProperty(named = "jenkins.war", matches = ".+")
class RealJenkinsApiIT {
    private static final Path PLUGIN = Path.of("target/generate-video.jar");
    private static final String OURS = "io.jenkins.plugins.generatevideo.";

    @TempDir
    Path unpacked;

    @Test
    void everyReferenceIsThere() throws Exception {
        Set<String> missing = new TreeSet<>();
        List<String> checked = new ArrayList<>();
        try (URLClassLoader jenkins = jenkins();
                JarFile plugin = new JarFile(PLUGIN.toFile())) {
            for (JavaClass type : new ClassFileImporter().importJar(plugin)) {
                if (!type.getName().startsWith(OURS + "executor.")) {
                    check(type, jenkins, missing);
                    checked.add(type.getSimpleName());
                }
            }
        }
        assertThat(checked).contains("GenerateVideoBuilder", "ClipsAction");
        assertThat(missing).isEmpty();
    }

    private static void check(JavaClass type, ClassLoader jenkins, Set<String> missing) throws ClassNotFoundException {
        Class<?> real = Class.forName(type.getName(), false, jenkins);
        if (!Modifier.isAbstract(real.getModifiers())) {
            for (Method method : real.getMethods()) {
                if (Modifier.isAbstract(method.getModifiers())) {
                    missing.add(type.getName() + " lacks " + method);
                }
            }
        }
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            String owner = access.getTargetOwner().getName();
            if (owner.startsWith("java.") || owner.startsWith(OURS) || owner.startsWith("[")) {
                continue;
            }
            try {
                if (!found(Class.forName(owner, false, jenkins), access)) {
                    missing.add(access.getTarget().getFullName() + " for " + type.getName());
                }
            } catch (ClassNotFoundException | NoClassDefFoundError e) {
                missing.add(owner + " for " + type.getName());
            }
        }
    }

    private static boolean found(Class<?> owner, JavaAccess<?> access) {
        String name = access.getName();
        if (access.getTarget() instanceof FieldAccessTarget field) {
            String type = field.getRawType().getName();
            return hierarchy(owner).stream()
                    .flatMap(declaring -> Arrays.stream(declaring.getDeclaredFields()))
                    .anyMatch(real -> real.getName().equals(name)
                            && real.getType().getName().equals(type)
                            && !Modifier.isPrivate(real.getModifiers()));
        }
        CodeUnitAccessTarget call = (CodeUnitAccessTarget) access.getTarget();
        List<String> parameters =
                call.getRawParameterTypes().stream().map(JavaClass::getName).toList();
        if (name.equals("<init>")) {
            return Arrays.stream(owner.getDeclaredConstructors()).anyMatch(real -> fits(real, parameters));
        }
        String returned = call.getRawReturnType().getName();
        return hierarchy(owner).stream()
                .flatMap(declaring -> Arrays.stream(declaring.getDeclaredMethods()))
                .anyMatch(real -> real.getName().equals(name)
                        && real.getReturnType().getName().equals(returned)
                        && fits(real, parameters));
    }

    private static boolean fits(Executable real, List<String> parameters) {
        return !Modifier.isPrivate(real.getModifiers())
                && Arrays.stream(real.getParameterTypes())
                        .map(Class::getName)
                        .toList()
                        .equals(parameters);
    }

    private static Set<Class<?>> hierarchy(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> current = type; current != null; current = current.getSuperclass()) {
            all.add(current);
            for (Class<?> implemented : current.getInterfaces()) {
                all.addAll(hierarchy(implemented));
            }
        }
        all.add(Object.class);
        return all;
    }

    private URLClassLoader jenkins() throws IOException {
        List<URL> jars = new ArrayList<>(List.of(PLUGIN.toUri().toURL()));
        libraries(Path.of(System.getProperty("jenkins.war")), jars);
        String plugins = System.getProperty("jenkins.plugins");
        if (plugins != null) {
            try (Stream<Path> files = Files.list(Path.of(plugins))) {
                for (Path file :
                        files.filter(f -> f.toString().matches(".*\\.[hj]pi")).toList()) {
                    libraries(file, jars);
                }
            }
        }
        return new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Unpacks the libraries of a war or a plugin, and the war's own server, which brings the servlet API. */
    private void libraries(Path archive, List<URL> jars) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (entry.getName().matches("WEB-INF/lib/[^/]+\\.jar|executable/winstone\\.jar")) {
                    Path jar = Files.createTempFile(unpacked, "library", ".jar");
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.write(jar, in.readAllBytes());
                    }
                    jars.add(jar.toUri().toURL());
                }
            }
        }
    }
}
