package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Width and height of a video in pixels, written {@code 96x64}. */
public record Size(int width, int height) {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

    public Size {
        Check.range(width, 1, 16384, "width");
        Check.range(height, 1, 16384, "height");
    }

    @JsonCreator
    public static Size parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        Check.that(matcher.matches(), "a size is written WIDTHxHEIGHT, for example 96x64, not \"" + text + "\"");
        return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    @JsonValue
    public String toString() {
        return width + "x" + height;
    }
}
