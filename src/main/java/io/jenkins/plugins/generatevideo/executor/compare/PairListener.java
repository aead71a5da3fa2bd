package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;

/** Sees every pair of frames as it is measured. */
@FunctionalInterface
interface PairListener {
    void measured(ComparedPair pair) throws ExecutorException;
}
