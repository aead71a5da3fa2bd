package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import com.sun.jna.Function;
import com.sun.jna.Native;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.nvonnxparser.IParser;

/** Tells whether TensorRT made an object, and deletes it. */
final class TrtObjects {
    // no object lies in the first page of memory
    private static final long PAGE = 4096;

    private TrtObjects() {}

    /**
     * Whether TensorRT failed to make an object. Without a usable driver it gives a part of an object at address 0 (0x238
     * was seen) instead of null.
     */
    static boolean isMissing(Pointer object) {
        return object == null || object.address() < PAGE;
    }

    /**
     * Does what {@code delete} does in C++, which the binding leaves out for objects that TensorRT makes: calls the deleting
     * destructor, the second entry of the virtual table of every class under {@code INoCopy} (Itanium C++ ABI, 2.5.2). In
     * TensorRT 10.15.1 the machine code of that entry of {@code IBuilder} gives back as many bytes as making one takes.
     *
     * @param object of a class under {@code INoCopy}; null does nothing
     */
    static void delete(Pointer object) {
        callVirtual(object, 1);
    }

    /**
     * Deletes a parser. {@code IParser} declares eight functions before its destructor, so the deleting one is the tenth
     * entry; in 10.15.1 its machine code gives back as many bytes as {@code createParser} takes.
     */
    static void deleteParser(IParser parser) {
        callVirtual(parser, 9);
    }

    private static void callVirtual(Pointer object, int entry) {
        if (!isMissing(object)) {
            com.sun.jna.Pointer address = new com.sun.jna.Pointer(object.address());
            Function destructor =
                    Function.getFunction(address.getPointer(0).getPointer((long) entry * Native.POINTER_SIZE));
            destructor.invokeVoid(new Object[] {address});
            object.setNull();
        }
    }
}
