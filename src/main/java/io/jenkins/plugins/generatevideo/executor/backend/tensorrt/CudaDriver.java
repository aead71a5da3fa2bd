package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.NoGpuException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The few functions of CUDA that running a network takes, on one GPU, from the driver's own library: TensorRT needs the
 * driver and nothing else, so neither does this. Handles and addresses are numbers.
 *
 * <p>Copies are whole when they return. Streams made here do not wait for the default stream nor it for them, so that another
 * thread may load a network while a graph is recorded.
 */
final class CudaDriver {
    /** TensorRT 10.15 for CUDA 13, which every driver from release 580 on runs. */
    static final int LEAST_DRIVER = 13000;

    private static final String LIBRARY = "libcuda.so.1";
    private static final int OUT_OF_MEMORY = 2;
    private static final int THREAD_LOCAL_CAPTURE = 1;
    private static final int NON_BLOCKING = 1;
    private static final long DEFAULT_STREAM = 0;
    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;

    private final NativeLibrary library;
    private final long context;
    private final String name;
    private final String architecture;

    private CudaDriver(NativeLibrary library, int ordinal) {
        this.library = library;
        IntByReference handle = new IntByReference();
        call("cuDeviceGet", handle, ordinal);
        int device = handle.getValue();
        PointerByReference primary = new PointerByReference();
        call("cuDevicePrimaryCtxRetain", primary, device);
        context = address(primary);
        byte[] text = new byte[256];
        call("cuDeviceGetName", text, text.length, device);
        name = new String(text, StandardCharsets.UTF_8).replaceAll("\0.*", "").strip();
        architecture = attribute(CAPABILITY_MAJOR, device) + "." + attribute(CAPABILITY_MINOR, device);
        enter();
    }

    /**
     * Opens the machine's first GPU.
     *
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} where there is no driver, an old one, or no GPU
     */
    static CudaDriver open() throws ExecutorException {
        return open(LIBRARY);
    }

    static CudaDriver open(String file) throws ExecutorException {
        NativeLibrary library;
        try {
            library = NativeLibrary.getInstance(file);
        } catch (UnsatisfiedLinkError e) {
            throw new NoGpuException(
                    "There is no NVIDIA driver on this machine (" + file
                            + " cannot be loaded); install one of release 580"
                            + " or newer, or choose the backend onnxruntime.",
                    e);
        }
        IntByReference version = new IntByReference();
        IntByReference count = new IntByReference();
        try {
            check(library, "cuInit", 0);
            check(library, "cuDriverGetVersion", version);
            checkVersion(version.getValue());
            check(library, "cuDeviceGetCount", count);
            if (count.getValue() == 0) {
                throw unsuitable("The NVIDIA driver finds no GPU; choose the backend onnxruntime.", null);
            }
            return new CudaDriver(library, 0);
        } catch (EngineException e) {
            throw unsuitable(
                    "The NVIDIA driver cannot use a GPU (" + e.getMessage()
                            + "); see what nvidia-smi says, or choose the backend onnxruntime.",
                    e);
        }
    }

    /** @param version as the driver gives it: 13000 for CUDA 13.0 */
    static void checkVersion(int version) throws ExecutorException {
        if (version < LEAST_DRIVER) {
            throw unsuitable(
                    "The NVIDIA driver is too old (it runs CUDA " + version / 1000 + "." + version % 1000 / 10
                            + ", TensorRT 10.15 needs 13.0); install release 580 or newer, or choose the backend"
                            + " onnxruntime.",
                    null);
        }
    }

    private static ExecutorException unsuitable(String sentence, Throwable cause) {
        return new ExecutorException(ExitCode.MACHINE_UNSUITABLE, sentence, cause);
    }

    /** The GPU's name. */
    String name() {
        return name;
    }

    /** The GPU's compute capability, for example {@code 9.0}. */
    String architecture() {
        return architecture;
    }

    /** Bytes of the GPU's memory that are free. */
    long freeMemory() {
        return memory()[0];
    }

    /** Bytes of the GPU's memory. */
    long totalMemory() {
        return memory()[1];
    }

    private long[] memory() {
        enter();
        LongByReference free = new LongByReference();
        LongByReference total = new LongByReference();
        call("cuMemGetInfo_v2", free, total);
        return new long[] {free.getValue(), total.getValue()};
    }

    /** Makes this GPU the calling thread's; everything here does so by itself, TensorRT's calls need it done. */
    void enter() {
        call("cuCtxSetCurrent", context);
    }

    long allocate(long bytes) {
        enter();
        LongByReference address = new LongByReference();
        call("cuMemAlloc_v2", address, bytes);
        return address.getValue();
    }

    void free(long address) {
        enter();
        call("cuMemFree_v2", address);
    }

    void copyToDevice(long address, ByteBuffer bytes) {
        enter();
        call("cuMemcpyHtoD_v2", address, bytes, (long) bytes.remaining());
        // from ordinary memory it may return before the last bytes have arrived
        call("cuStreamSynchronize", DEFAULT_STREAM);
    }

    void copyToHost(ByteBuffer bytes, long address) {
        enter();
        call("cuMemcpyDtoH_v2", bytes, address, (long) bytes.remaining());
    }

    long createStream() {
        enter();
        PointerByReference stream = new PointerByReference();
        call("cuStreamCreate", stream, NON_BLOCKING);
        return address(stream);
    }

    void synchronize(long stream) {
        call("cuStreamSynchronize", stream);
    }

    void destroyStream(long stream) {
        enter();
        call("cuStreamDestroy_v2", stream);
    }

    void beginCapture(long stream) {
        call("cuStreamBeginCapture_v2", stream, THREAD_LOCAL_CAPTURE);
    }

    /** @return the graph of what was captured, ready to be launched */
    long endCapture(long stream) {
        PointerByReference graph = new PointerByReference();
        call("cuStreamEndCapture", stream, graph);
        PointerByReference executable = new PointerByReference();
        try {
            call("cuGraphInstantiateWithFlags", executable, address(graph), 0L);
        } finally {
            call("cuGraphDestroy", address(graph));
        }
        return address(executable);
    }

    void launch(long graph, long stream) {
        call("cuGraphLaunch", graph, stream);
    }

    void destroyGraph(long graph) {
        enter();
        call("cuGraphExecDestroy", graph);
    }

    private int attribute(int attribute, int device) {
        IntByReference value = new IntByReference();
        call("cuDeviceGetAttribute", value, attribute, device);
        return value.getValue();
    }

    private static long address(PointerByReference reference) {
        return Pointer.nativeValue(reference.getValue());
    }

    private void call(String function, Object... arguments) {
        check(library, function, arguments);
    }

    private static void check(NativeLibrary library, String function, Object... arguments) {
        int code = library.getFunction(function).invokeInt(arguments);
        if (code == OUT_OF_MEMORY) {
            throw new DeviceMemoryException("the GPU's memory is full");
        } else if (code != 0) {
            PointerByReference text = new PointerByReference();
            library.getFunction("cuGetErrorString").invokeInt(new Object[] {code, text});
            String words = text.getValue() == null ? "unknown" : text.getValue().getString(0);
            throw new EngineException(function + ": " + words + " (" + code + ")");
        }
    }
}
