package io.jenkins.plugins.generatevideo.report;

/** Writes the Pipeline line that makes a clip again. */
final class PipelineLine {
    private PipelineLine() {}

    static String of(Clip clip) {
        StringBuilder line = new StringBuilder("generateVideo prompt: ").append(quote(clip.getPrompt()));
        if (!clip.getNegativePrompt().isEmpty()) {
            line.append(", negativePrompt: ").append(quote(clip.getNegativePrompt()));
        }
        line.append(", mode: ").append(quote(clip.getMode()));
        if (clip.getQuality() != 100) {
            line.append(", quality: ").append(clip.getQuality());
        }
        if (clip.getTemplate() != null) {
            line.append(", template: ").append(quote(clip.getTemplate()));
        }
        return line.append(", seed: ")
                .append(clip.getSeed())
                .append(", size: '")
                .append(clip.getWidth())
                .append('x')
                .append(clip.getHeight())
                .append("', duration: ")
                .append(clip.getDuration())
                .append(", fps: ")
                .append(clip.getFps())
                .append(", bundle: ")
                .append(quote(clip.getAskedBundle()))
                .toString();
    }

    /** A Groovy string without interpolation. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\'', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c);
            }
        }
        return quoted.append('\'').toString();
    }
}
