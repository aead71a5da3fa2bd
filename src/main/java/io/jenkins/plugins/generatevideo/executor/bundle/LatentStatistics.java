package io.jenkins.plugins.generatevideo.executor.bundle;

/**
 * Mean and deviation of each latent channel: the decoder takes {@code latent * deviation + mean}. The arrays are shared:
 * leave them alone.
 */
public record LatentStatistics(float[] mean, float[] deviation) {
    public LatentStatistics {
        Check.present(mean, "mean");
        Check.present(deviation, "deviation");
        Check.that(mean.length == deviation.length, "\"mean\" and \"deviation\" differ in length");
        for (int i = 0; i < mean.length; i++) {
            Check.that(Float.isFinite(mean[i]), "\"mean\" holds a value that is no finite number");
            Check.that(
                    Float.isFinite(deviation[i]) && deviation[i] > 0,
                    "\"deviation\" holds a value that is not above 0");
        }
    }
}
