package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.util.Map;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.nvinfer.IRuntime;

/**
 * TensorRT 10 as an engine of DJL, on the machine's first GPU. Its name differs from that of DJL's engine for TensorRT 8,
 * so that both can stand on one class path.
 */
public final class TrtEngine extends Engine {
    public static final String NAME = "TensorRT10";
    // DJL takes the engine with the smallest number by default, which this one shall not be
    static final int RANK = 20;

    private final CudaDriver driver;
    private final DeviceMemory memory;
    private final TensorRtLogger logger;
    private final IRuntime runtime;

    private TrtEngine(CudaDriver driver, TensorRtLogger logger, IRuntime runtime) {
        this.driver = driver;
        this.memory = new DeviceMemory(driver);
        this.logger = logger;
        this.runtime = runtime;
    }

    /** @throws ExecutorException {@code MACHINE_UNSUITABLE} with what the machine lacks */
    static TrtEngine open(Map<String, String> environment) throws ExecutorException {
        CudaDriver driver = CudaDriver.open();
        TensorRtLibraries.load(environment);
        TensorRtLogger logger = new TensorRtLogger();
        IRuntime runtime = nvinfer.createInferRuntime(logger);
        if (TrtObjects.isMissing(runtime)) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "TensorRT cannot start ("
                            + logger.failure("createInferRuntime").getMessage()
                            + "); check the driver, or choose the backend onnxruntime.");
        }
        return new TrtEngine(driver, logger, runtime);
    }

    CudaDriver driver() {
        return driver;
    }

    DeviceMemory memory() {
        return memory;
    }

    TensorRtLogger logger() {
        return logger;
    }

    IRuntime runtime() {
        return runtime;
    }

    @Override
    public Engine getAlternativeEngine() {
        return null;
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    /** The version of the library that runs, for example {@code 10.15.1}. */
    @Override
    public String getVersion() {
        return version(nvinfer.getInferLibVersion());
    }

    /** @param number as TensorRT 10 gives it: 101501 for 10.15.1 */
    static String version(int number) {
        return number / 10000 + "." + number / 100 % 100 + "." + number % 100;
    }

    @Override
    public boolean hasCapability(String capability) {
        return StandardCapabilities.CUDA.equals(capability);
    }

    @Override
    public Model newModel(String name, Device device) {
        return new TrtModel(name, newBaseManager());
    }

    @Override
    public NDManager newBaseManager() {
        return newBaseManager(Device.gpu());
    }

    @Override
    public NDManager newBaseManager(Device device) {
        return new TrtNDManager(this, null, Device.gpu());
    }

    /** Gives back the memory that lies idle and ends TensorRT; the engine cannot be used afterwards. */
    void close() {
        memory.trim();
        TrtObjects.delete(runtime);
    }
}
