package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Memory on the GPU that stays allocated between calls. Of the free blocks of a size the one with the lowest address is
 * given first, so that a call that repeats finds its arrays where they were and its CUDA graph still holds.
 */
final class DeviceMemory implements AutoCloseable {
    private final CudaDriver driver;
    private final Map<Long, Queue<Long>> free = new HashMap<>();

    DeviceMemory(CudaDriver driver) {
        this.driver = driver;
    }

    synchronized long take(long bytes) {
        Queue<Long> blocks = free.get(bytes);
        if (blocks != null && !blocks.isEmpty()) {
            return blocks.remove();
        }
        try {
            return driver.allocate(bytes);
        } catch (DeviceMemoryException e) {
            // blocks of other sizes lie idle
            close();
            return driver.allocate(bytes);
        }
    }

    synchronized void giveBack(long address, long bytes) {
        free.computeIfAbsent(bytes, size -> new PriorityQueue<>()).add(address);
    }

    /** Frees what lies idle; what is in use stays. */
    @Override
    public synchronized void close() {
        free.values().forEach(blocks -> blocks.forEach(driver::free));
        free.clear();
    }
}
