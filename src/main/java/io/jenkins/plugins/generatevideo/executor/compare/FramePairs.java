package io.jenkins.plugins.generatevideo.executor.compare;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Pairs the frames of two videos, one pair at a time. With equal frame rates the first goes with the first and so on; with
 * different ones every frame of the slower video goes with the frame that the other shows at that time.
 */
final class FramePairs implements AutoCloseable {
    private final Track baseline;
    private final Track candidate;
    private final boolean sameRate;
    private long pairs;

    /** @throws ExecutorException {@code BAD_REQUEST} if one is no video, or their sizes differ */
    FramePairs(Path baselineFile, Path candidateFile) throws ExecutorException {
        baseline = new Track(new ClipDecoder(baselineFile));
        boolean opened = false;
        try {
            candidate = new Track(new ClipDecoder(candidateFile));
            opened = true;
        } finally {
            if (!opened) {
                baseline.close();
            }
        }
        ClipDecoder first = baseline.decoder;
        ClipDecoder second = candidate.decoder;
        sameRate = first.frameRate().equals(second.frameRate());
        if (first.width() != second.width() || first.height() != second.height()) {
            String sentence = "\"" + candidateFile + "\" is " + second.width() + "x" + second.height() + " and its baseline \""
                    + baselineFile + "\" " + first.width() + "x" + first.height()
                    + ": videos of different sizes cannot be compared, make both in one size.";
            close();
            throw new ExecutorException(ExitCode.BAD_REQUEST, sentence);
        }
    }

    /** A decoder that may keep a frame while it already has the next one. */
    private static final class Track implements AutoCloseable {
        private final ClipDecoder decoder;
        private final AVFrame shown = av_frame_alloc();
        private boolean hasNext;
        private boolean started;
        private boolean ended;
        private double shownSeconds;

        Track(ClipDecoder decoder) {
            this.decoder = decoder;
        }

        private boolean decode() throws ExecutorException {
            hasNext = decoder.next();
            ended = !hasNext;
            return hasNext;
        }

        private void showNext() throws ExecutorException {
            av_frame_unref(shown);
            int code = av_frame_ref(shown, decoder.frame());
            if (code < 0) {
                throw new ExecutorException(
                        ExitCode.FAILED, "There is no memory left for the frames: give the executor more memory.");
            }
            shownSeconds = decoder.seconds();
            started = true;
        }

        /** The next frame, whatever its time. */
        boolean step() throws ExecutorException {
            if (!decode()) {
                return false;
            }
            showNext();
            return true;
        }

        /** The frame that is shown at {@code seconds}; after the last one has ended there is none. */
        boolean stepTo(double seconds) throws ExecutorException {
            if (!started) {
                if (!step()) {
                    return false;
                }
                decode();
            }
            double frame = decoder.frameRate().seconds(1);
            // Containers round their times; a quarter of a frame is far more than that and less than a frame.
            while (hasNext && decoder.seconds() <= seconds + frame / 4) {
                showNext();
                decode();
            }
            return hasNext || seconds < shownSeconds + frame * 3 / 4;
        }

        void drain() throws ExecutorException {
            while (!ended) {
                decode();
            }
        }

        @Override
        public void close() {
            av_frame_free(shown);
            decoder.close();
        }
    }

    /** Goes to the next pair, the first one at the first call; {@code false} when one of the videos has ended. */
    boolean next() throws ExecutorException {
        boolean found;
        if (sameRate) {
            // Both step, so that a video that is longer by a frame is not read short.
            boolean first = baseline.step();
            found = candidate.step() && first;
        } else {
            Track slow = slower();
            found = slow.step() && (slow == baseline ? candidate : baseline).stepTo(slow.decoder.seconds());
        }
        if (found) {
            pairs++;
        }
        return found;
    }

    private Track slower() {
        return baseline.decoder.frameRate().value() <= candidate.decoder.frameRate().value() ? baseline : candidate;
    }

    /** Reads both videos to their ends, so that their lengths are known and damage there is found. */
    void drain() throws ExecutorException {
        baseline.drain();
        candidate.drain();
    }

    /** When the current pair is shown, in seconds after the start. */
    double seconds() {
        return sameRate ? baseline.decoder.seconds() : slower().decoder.seconds();
    }

    /** Pairs so far. */
    long pairs() {
        return pairs;
    }

    boolean sameRate() {
        return sameRate;
    }

    AVFrame baselineFrame() {
        return baseline.shown;
    }

    AVFrame candidateFrame() {
        return candidate.shown;
    }

    ClipDecoder baseline() {
        return baseline.decoder;
    }

    ClipDecoder candidate() {
        return candidate.decoder;
    }

    @Override
    public void close() {
        baseline.close();
        candidate.close();
    }
}
