package io.jenkins.plugins.generatevideo.executor.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MavenSettingsTest {
    @TempDir
    private Path home;

    @Test
    void fetchesFromNowhereThatNoSettingsName() throws Exception {
        MavenSettings settings = MavenSettings.read(Map.of(), home);
        assertThatThrownBy(settings::central).hasMessageContaining("as a mirror of central");
        assertThat(settings.localRepository()).isEqualTo(home.resolve(".m2/repository"));
    }

    @Test
    void takesTheMirrorWithItsAccountFromAVariable() throws Exception {
        write("<mirrors>" + mirror("house", "*", "https://maven.example/all/") + "</mirrors>"
                + "<servers><server><id>other</id><username>x</username><password>y</password></server>"
                + "<server><id>house</id><username>ann</username><password>${env.TOKEN}</password></server></servers>");
        MavenRepository central =
                MavenSettings.read(Map.of("TOKEN", "s$cret"), home).central();
        assertThat(central.url()).isEqualTo(URI.create("https://maven.example/all"));
        // "ann:s$cret"
        assertThat(central.authorization()).isEqualTo("Basic YW5uOnMkY3JldA==");
        assertThat(central.resolve("a/b.jar")).isEqualTo(URI.create("https://maven.example/all/a/b.jar"));
    }

    /** As https://maven.apache.org/guides/mini/guide-mirror-settings.html has it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | true",
                "central | true",
                "external:* | true",
                "*,!house | true",
                "repo, central | true",
                "*,!central | false",
                "repo | false",
                "external:http:* | false"
            })
    void aMirrorStandsForCentralWhenItsPatternSaysSo(String pattern, boolean stands) throws Exception {
        write("<mirrors>" + mirror("house", pattern, "https://maven.example") + "</mirrors>");
        MavenSettings settings = MavenSettings.read(Map.of(), home);
        if (stands) {
            assertThat(settings.central().url()).hasHost("maven.example");
        } else {
            assertThatThrownBy(settings::central).hasMessageContaining("name no mirror of Maven Central");
        }
    }

    @Test
    void aMirrorOfCentralAloneGoesBeforeOneOfAll() throws Exception {
        write("<mirrors>" + mirror("all", "*", "https://all.example") + mirror("one", "central", "https://one.example")
                + "</mirrors>");
        assertThat(MavenSettings.read(Map.of(), home).central().url()).hasHost("one.example");
    }

    @Test
    void theUsersSettingsGoBeforeTheInstallations() throws Exception {
        Path installation = Files.createDirectories(home.resolve("maven/conf"));
        Files.writeString(
                installation.resolve("settings.xml"),
                "<settings xmlns='http://maven.apache.org/SETTINGS/1.0.0'><localRepository>/var/maven</localRepository>"
                        + "<mirrors>" + mirror("all", "central", "https://all.example") + "</mirrors></settings>");
        Map<String, String> environment =
                Map.of("MAVEN_HOME", home.resolve("maven").toString());
        assertThat(MavenSettings.read(environment, home).central().url()).hasHost("all.example");
        assertThat(MavenSettings.read(environment, home).localRepository()).isEqualTo(Path.of("/var/maven"));
        write("<mirrors>" + mirror("own", "central", "https://own.example") + "</mirrors>");
        assertThat(MavenSettings.read(environment, home).central().url()).hasHost("own.example");
    }

    @Test
    void goesThroughTheProxyUnlessTheHostNeedsNone() throws Exception {
        String proxies = "<proxies><proxy><active>true</active><host>proxy.example</host><port>3128</port>"
                + "<nonProxyHosts>localhost|*.house.example</nonProxyHosts></proxy></proxies>";
        write(proxies + "<mirrors>" + mirror("far", "*", "https://maven.example") + "</mirrors>");
        assertThat(MavenSettings.read(Map.of(), home).central().proxy().address())
                .isEqualTo(InetSocketAddress.createUnresolved("proxy.example", 3128));
        write(proxies + "<mirrors>" + mirror("own", "*", "https://maven.house.example") + "</mirrors>");
        assertThat(MavenSettings.read(Map.of(), home).central().proxy()).isNull();
    }

    @Test
    void saysWhatItCannotUse() throws Exception {
        write("<mirrors><mirror><id>no</id><mirrorOf>*</mirrorOf><url>http://x</url><blocked>true</blocked></mirror>"
                + "</mirrors>");
        assertThatThrownBy(() -> MavenSettings.read(Map.of(), home).central())
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("block Maven Central with the mirror \"no\"");
        write("<mirrors>" + mirror("own", "*", "https://maven.example") + "</mirrors>"
                + "<servers><server><id>own</id><username>a</username><password>{COQLCE6DU6GtcS5P=}</password></server>"
                + "</servers>");
        assertThatThrownBy(() -> MavenSettings.read(Map.of(), home).central()).hasMessageContaining("encrypted");
        write("<mirrors>");
        assertThatThrownBy(() -> MavenSettings.read(Map.of(), home))
                .hasMessageContaining("settings.xml cannot be read");
        Files.writeString(
                home.resolve(".m2/settings.xml"),
                "<!DOCTYPE settings [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><settings>&x;</settings>");
        assertThatThrownBy(() -> MavenSettings.read(Map.of(), home)).hasMessageContaining("DOCTYPE");
    }

    private static String mirror(String id, String of, String url) {
        return "<mirror><id>" + id + "</id><mirrorOf>" + of + "</mirrorOf><url>" + url + "</url></mirror>";
    }

    private void write(String content) throws Exception {
        Files.createDirectories(home.resolve(".m2"));
        Files.writeString(home.resolve(".m2/settings.xml"), "<settings>" + content + "</settings>");
    }
}
