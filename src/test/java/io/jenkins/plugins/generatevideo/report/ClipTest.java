package io.jenkins.plugins.generatevideo.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClipTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @Test
    void tellsWhatTheManifestSays() throws IOException {
        Clip clip = clip("一个红色的球", "near-real-time");
        assertThat(clip.getPrompt()).isEqualTo("一个红色的球");
        assertThat(clip.getPath()).isEqualTo("clips/en/clip.mp4");
        assertThat(clip.forScript())
                .containsEntry("path", "clips/en/clip.mp4")
                .containsEntry("seed", Long.MAX_VALUE)
                .containsEntry("mode", "standard")
                .containsEntry("frameDigest", DIGEST)
                .containsEntry("latencyClass", "near-real-time")
                .containsKeys("duration", "seconds");
    }

    @Test
    void refusesAManifestThatIsNone() {
        assertThatThrownBy(() -> new Clip("", "clips", true, null, "{}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new Clip("", "clips", true, null, "<html>")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> clip("a ball", "<script>"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("latencyClass");
    }

    @Test
    void outlivesARestart() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(clip("a ball", "batch"));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((Clip) in.readObject()).forScript())
                    .isEqualTo(clip("a ball", "batch").forScript());
        }
    }

    @Test
    void pipelineLineQuotesWhatGroovyWouldRead() throws IOException {
        assertThat(PipelineLine.of(clip("it's ${1 + 1} \\ a\nball", "batch")))
                .isEqualTo("generateVideo prompt: 'it\\'s ${1 + 1} \\\\ a\\nball', mode: 'standard', seed: "
                        + Long.MAX_VALUE + ", size: '96x64', duration: 2.0833333333333335, fps: 12, bundle: 'shapes'");
    }

    /** Writes the manifest as the executor does. */
    private static Clip clip(String prompt, String latencyClass) throws IOException {
        ClipManifest manifest = new ClipManifest(
                ClipManifest.SCHEMA,
                new ClipManifest.Request(
                        prompt, "", Long.MAX_VALUE, "standard", 100, 96, 64, 25, 12, List.of(4.0, 3.0)),
                new ClipManifest.Clip("clip.mp4", DIGEST, 96, 64, 25, 12, 25 / 12.0, "h264"),
                DIGEST,
                new ClipManifest.Bundle("shapes", "1.0.0", DIGEST),
                new ClipManifest.Backend("onnxruntime", "1.29.0", "cpu (2 threads)"),
                "unipc",
                50,
                100,
                new ClipManifest.Timings(0.5, 0.1, 4, 1, 0.4, 6),
                240,
                2.88,
                latencyClass,
                List.of(),
                List.of(),
                null,
                null,
                null);
        return new Clip("en", "clips/en", true, null, new ObjectMapper().writeValueAsString(manifest));
    }
}
