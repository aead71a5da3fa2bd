package io.jenkins.plugins.generatevideo.contract;

/** What is measured for every pair of frames. */
public enum Metric {
    /** Peak signal-to-noise ratio over all planes, in dB, by FFmpeg's filter; infinite for equal frames. */
    PSNR("psnr", "PSNR (dB)", true),
    /** Structural similarity over all planes, up to 1, by FFmpeg's filter. */
    SSIM("ssim", "SSIM", true),
    /** Multi-scale structural similarity of the luma, up to 1 (Wang, Simoncelli and Bovik 2003). */
    MS_SSIM("msSsim", "MS-SSIM", true),
    /** The visible difference, 0 to 1 (Andersson and others, "FLIP", 2020). */
    FLIP("flip", "ꟻLIP", false),
    /** The distance between the frames' average colours, in CIELAB (CIE 1976): about 1 is just noticeable. */
    COLOUR_SHIFT("colourShift", "Colour shift (ΔE)", false),
    /** How much the mean change of luma from frame to frame differs, in levels of 255. */
    MOTION("motionDifference", "Motion difference", false),
    /** How much more or less the brightness goes up and down from frame to frame, in levels of 255. */
    FLICKER("flickerDifference", "Flicker difference", false);

    private final String key;
    private final String title;
    private final boolean higherIsBetter;

    Metric(String key, String title, boolean higherIsBetter) {
        this.key = key;
        this.title = title;
        this.higherIsBetter = higherIsBetter;
    }

    /** Its name in {@code comparison.json}, on the command line and in gates. */
    public String key() {
        return key;
    }

    /** Its name on pictures, with the unit. */
    public String title() {
        return title;
    }

    public boolean higherIsBetter() {
        return higherIsBetter;
    }
}
