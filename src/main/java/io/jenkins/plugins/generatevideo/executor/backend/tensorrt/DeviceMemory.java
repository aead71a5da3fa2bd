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
    private long workspace;
    private long workspaceBytes;

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

    /**
     * A block that all networks share for what lives only while one of them runs; networks run one after the other. It grows
     * as it must, and lies somewhere else then.
     */
    synchronized long workspace(long bytes) {
        if (bytes > workspaceBytes) {
            freeWorkspace();
            workspace = take(bytes);
            workspaceBytes = bytes;
        }
        return workspace;
    }

    private void freeWorkspace() {
        if (workspace != 0) {
            driver.free(workspace);
            workspace = 0;
            workspaceBytes = 0;
        }
    }

    /** Bytes that are taken from the driver and in no array. */
    synchronized long reusableBytes() {
        long bytes = workspaceBytes;
        for (Map.Entry<Long, Queue<Long>> blocks : free.entrySet()) {
            bytes += blocks.getKey() * blocks.getValue().size();
        }
        return bytes;
    }

    /** Frees what lies idle and the workspace; no network may be running. */
    synchronized void trim() {
        freeWorkspace();
        close();
    }

    /** Frees the blocks that lie idle; what is in use stays. */
    @Override
    public synchronized void close() {
        free.values().forEach(blocks -> blocks.forEach(driver::free));
        free.clear();
    }
}
