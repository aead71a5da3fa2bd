package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.EngineProvider;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;

/** Tells DJL of the engine; loads nothing until it is asked for it. */
public final class TrtEngineProvider implements EngineProvider {
    private Engine engine;

    @Override
    public String getEngineName() {
        return TrtEngine.NAME;
    }

    @Override
    public int getEngineRank() {
        return TrtEngine.RANK;
    }

    @Override
    public synchronized Engine getEngine() {
        if (engine == null) {
            try {
                engine = TrtEngine.open(System.getenv());
            } catch (ExecutorException e) {
                throw new EngineException(e.getMessage(), e);
            }
        }
        return engine;
    }
}
