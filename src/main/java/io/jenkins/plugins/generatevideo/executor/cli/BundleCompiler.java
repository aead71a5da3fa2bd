package io.jenkins.plugins.generatevideo.executor.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.EngineReport;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Compiles the networks of a bundle, one after the other, and reports what came of it. */
final class BundleCompiler {
    private final EngineBundle bundle;
    private final TensorRtBackend backend;
    private final Observer observer;
    private final Cancellation cancellation;

    BundleCompiler(EngineBundle bundle, TensorRtBackend backend, Observer observer, Cancellation cancellation) {
        this.bundle = bundle;
        this.backend = backend;
        this.observer = observer;
        this.cancellation = cancellation;
    }

    /** @param force compile also what is compiled already */
    EngineReport compile(List<EngineSpecification> networks, boolean force) throws ExecutorException {
        long begin = System.nanoTime();
        List<EngineReport.Engine> engines = new ArrayList<>();
        for (EngineSpecification network : networks) {
            cancellation.check();
            observer.progressed(Stage.COMPILE, engines.size(), networks.size());
            bundle.verifyFiles(bundle.filesOf(List.of(network.network())), ProgressListener.NONE);
            TensorRtBackend.Compiled compiled = backend.compile(network, force);
            engines.add(new EngineReport.Engine(
                    network.network(),
                    network.precision(),
                    compiled.engine().plan().toString(),
                    size(compiled.engine().plan()),
                    compiled.now(),
                    compiled.engine().seconds()));
        }
        observer.progressed(Stage.DONE, 1, 1);
        return new EngineReport(
                EngineReport.SCHEMA,
                new ClipManifest.Bundle(
                        bundle.manifest().name(), bundle.manifest().version(), bundle.digest()),
                new ClipManifest.Backend(backend.name(), backend.version(), backend.device()),
                backend.architecture(),
                engines,
                Math.round((System.nanoTime() - begin) / 1e6) / 1000.0);
    }

    private static long size(Path plan) throws ExecutorException {
        try {
            return Files.size(plan);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, "The compiled network " + plan + " is gone (" + e + "); compile it again.", e);
        }
    }

    /** Writes {@code engines.json} into a folder; an older one stays whole until then. */
    static void write(EngineReport report, Path folder) throws ExecutorException {
        Path file = folder.resolve(EngineReport.FILE);
        try {
            Files.createDirectories(folder);
            Path staged = Files.createTempFile(folder, ".engines-", ".json");
            try {
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(staged.toFile(), report);
                Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(staged);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, file + " cannot be written (" + e + "); choose another folder.", e);
        }
    }
}
