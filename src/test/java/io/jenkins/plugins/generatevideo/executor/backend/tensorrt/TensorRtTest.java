package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Backends;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be known of the TensorRT engine on a machine without a GPU. */
class TensorRtTest {
    @TempDir
    private Path folder;

    @Test
    void djlKnowsTheEngineAndDoesNotTakeItByDefault() {
        NativeLibraries.prepare();
        assertThat(ServiceLoader.load(EngineProvider.class).stream()
                        .map(provider -> provider.get().getEngineName()))
                .contains(TrtEngine.NAME, "OnnxRuntime");
        assertThat(Engine.getAllEngines()).contains(TrtEngine.NAME);
        assertThat(Engine.getDefaultEngineName()).isEqualTo("OnnxRuntime");
    }

    @Test
    void everyClassOfTheBindingInUseIsInitialisedWithTheLibraries() {
        List<String> used = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.jenkins.plugins.generatevideo.executor.backend.tensorrt")
                        .stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .map(Dependency::getTargetClass)
                        .map(JavaClass::getName)
                        .filter(name -> name.startsWith("org.bytedeco.tensorrt."))
                        .distinct()
                        .toList();
        assertThat(used).isNotEmpty();
        assertThat(TensorRtLibraries.CLASSES.stream().map(Class::getName).collect(Collectors.toSet()))
                .containsAll(used);
    }

    @Test
    void saysThatThereIsNoDriver() {
        assertThatThrownBy(() -> CudaDriver.open("libcuda-that-is-not-there.so.1"))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("no NVIDIA driver")
                .extracting(e -> ((ExecutorException) e).exitCode())
                .isEqualTo(ExitCode.MACHINE_UNSUITABLE);
    }

    @Test
    void saysThatTheDriverIsTooOld() throws Exception {
        CudaDriver.checkVersion(13000);
        assertThatThrownBy(() -> CudaDriver.checkVersion(12080))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("12.8")
                .hasMessageContaining("580");
    }

    @Test
    void saysWhereTensorRtWasLookedFor() {
        Map<String, String> environment = Map.of(TensorRtLibraries.FOLDER, folder.toString());
        ExecutorException missing =
                catchThrowableOfType(ExecutorException.class, () -> TensorRtLibraries.load(environment));
        assertThat(missing).hasMessageContaining(folder.toString());
        assertThat(missing.exitCode()).isEqualTo(ExitCode.MACHINE_UNSUITABLE);
    }

    @Test
    void saysThatTensorRtsLibraryIsDamaged() throws Exception {
        Files.writeString(folder.resolve("libnvinfer.so.10"), "not a library");
        Map<String, String> environment = Map.of("LD_LIBRARY_PATH", "/nowhere:" + folder);
        assertThat(TensorRtLibraries.find(environment)).isEqualTo(folder);
        ExecutorException damaged =
                catchThrowableOfType(ExecutorException.class, () -> TensorRtLibraries.load(environment));
        assertThat(damaged).hasMessageContaining("cannot be loaded");
        assertThat(damaged.exitCode()).isEqualTo(ExitCode.MACHINE_UNSUITABLE);
    }

    @Test
    void saysThatTensorRtIsTooOld() throws Exception {
        TensorRtLibraries.checkVersion(folder, 101501);
        TensorRtLibraries.checkVersion(folder, 110000);
        assertThatThrownBy(() -> TensorRtLibraries.checkVersion(folder, 101302))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("TensorRT 10.13.2 in " + folder + " is too old")
                .hasMessageContaining("--fetch-tensorrt");
    }

    @Test
    void saysThatOnlyTensorRt8IsThere() throws Exception {
        Files.createFile(folder.resolve("libnvinfer.so.8"));
        Map<String, String> environment = Map.of(TensorRtLibraries.FOLDER, folder.toString());
        assertThatThrownBy(() -> TensorRtLibraries.find(environment))
                .isInstanceOf(ExecutorException.class)
                .hasMessageStartingWith("TensorRT 8 is on this machine, but 10 is needed");
    }

    @Test
    void readsTensorRtsVersion() {
        assertThat(TrtEngine.version(101501)).isEqualTo("10.15.1");
    }

    @Test
    void autoTakesOnnxRuntime() throws Exception {
        try (Backend backend = open("auto")) {
            assertThat(backend.name()).isEqualTo("onnxruntime");
        }
    }

    @Test
    void refusesABackendThatIsNone() {
        assertThatThrownBy(() -> open("cuda"))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("auto, tensorrt or onnxruntime");
    }

    private Backend open(String name) throws ExecutorException {
        return Backends.open(
                name,
                OnnxRuntimeOptions.standard().withThreads(1),
                TensorRtBackend.Options.standard(folder),
                List.of(),
                Map.of(),
                message -> {});
    }
}
