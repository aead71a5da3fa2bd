package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.Png;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps the pairs that differ most and draws them; pairs close to each other in time count as one. */
final class WorstFrames implements PairListener {
    private static final int MOST = 3;
    private static final int NEIGHBOURS = 3;

    private final List<Kept> kept = new ArrayList<>();

    private record Kept(long index, double score, BufferedImage image) {}

    @Override
    public void measured(ComparedPair pair) {
        if (pair.score() == 0) {
            return;
        }
        Kept near = null;
        for (Kept other : kept) {
            if (Math.abs(other.index - pair.index()) <= NEIGHBOURS && (near == null || other.score > near.score)) {
                near = other;
            }
        }
        if (near != null && near.score >= pair.score()) {
            return;
        }
        if (near == null && kept.size() == MOST && kept.get(MOST - 1).score >= pair.score()) {
            return;
        }
        // Whatever lies next to the new one is less different than it, and shows the same.
        kept.removeIf(other -> Math.abs(other.index - pair.index()) <= NEIGHBOURS);
        kept.add(new Kept(pair.index(), pair.score(), Triptych.draw(pair)));
        kept.sort(Comparator.comparingDouble(Kept::score).reversed());
        if (kept.size() > MOST) {
            kept.remove(MOST);
        }
    }

    /** Writes {@code worst-1.png} and so on into the folder, the worst first, and returns their names. */
    List<String> write(Path folder) throws ExecutorException {
        List<String> names = new ArrayList<>();
        for (Kept pair : kept) {
            String name = "worst-" + (names.size() + 1) + ".png";
            Png.write(folder.resolve(name), pair.image);
            names.add(name);
        }
        return names;
    }
}
