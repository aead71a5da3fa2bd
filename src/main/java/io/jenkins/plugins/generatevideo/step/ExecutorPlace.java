package io.jenkins.plugins.generatevideo.step;

import hudson.FilePath;

/**
 * Where a run of the executor takes place on the agent.
 *
 * @param folder the run's own; whatever is in it goes when the run is over
 * @param output where the process shall write its results, below {@code folder}
 * @param cache the executor's cache folder, which outlives runs and builds; it need not exist
 */
record ExecutorPlace(FilePath folder, FilePath output, FilePath cache) {}
