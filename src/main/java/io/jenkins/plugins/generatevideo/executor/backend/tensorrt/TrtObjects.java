package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import com.sun.jna.Function;
import com.sun.jna.Native;
import org.bytedeco.javacpp.Pointer;

/** Deletes TensorRT's objects. */
final class TrtObjects {
    private TrtObjects() {}

    /**
     * Does what {@code delete} does in C++, which the binding leaves out for objects that TensorRT makes: calls the deleting
     * destructor, the second entry of the virtual table of every class under {@code INoCopy} (Itanium C++ ABI, 2.5.2).
     *
     * @param object of a class under {@code INoCopy}; null does nothing
     */
    static void delete(Pointer object) {
        if (object != null && !object.isNull()) {
            com.sun.jna.Pointer address = new com.sun.jna.Pointer(object.address());
            Function destructor = Function.getFunction(address.getPointer(0).getPointer(Native.POINTER_SIZE));
            destructor.invokeVoid(new Object[] {address});
            object.setNull();
        }
    }
}
