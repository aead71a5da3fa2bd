#!/usr/bin/env python3
"""Measures a comparison beside FFmpeg's own filters in one run: `python3 bench/compare.py [--frames 600] [--repetitions 5]`.

Makes a moving picture of 1280x720 and a coarser encoding of it, then has both programs decode the two and measure PSNR and
SSIM of every frame, in turn, so that a machine that slows down slows both. Prints a table in Markdown: medians of the time
from start to end, of the processor time and of the memory at its peak, with the ratios. Needs ffmpeg.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "bin" / "generate-video"
FILTERS = "[0:v]split=2[a][b];[1:v]split=2[c][d];[a][c]psnr=stats_file={}/psnr.txt;[b][d]ssim=stats_file={}/ssim.txt"


def run(*command):
    """Seconds, processor seconds and megabytes at the peak of one run."""
    begin = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 6):  # 6: compared, and the gates found something
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return time.time() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        clips = [scratch / "baseline.mp4", scratch / "candidate.mp4"]
        for clip, coarseness in zip(clips, ("18", "30")):
            subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-frames:v", str(options.frames), "-pix_fmt", "yuv420p", "-crf", coarseness, clip], check=True)
        ours = [PROGRAM, "compare", *clips, "--metrics", "psnr,ssim", "--no-pictures", "--output", scratch / "report", "--progress", "none"]
        peer = ["ffmpeg", "-v", "error", "-i", clips[1], "-i", clips[0], "-lavfi", FILTERS.format(scratch, scratch), "-f", "null", "-"]
        run(*ours), run(*peer)  # builds, and warms the file cache
        runs = {"FFmpeg": [], "compare": []}
        for _ in range(options.repetitions):
            runs["FFmpeg"].append(run(*peer))
            runs["compare"].append(run(*ours))
        medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
        print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the end, {options.frames} frames of 1280x720, medians of {options.repetitions}\n")
        print("| | FFmpeg's filters | compare | ratio |\n| --- | --- | --- | --- |")
        for index, (name, digits) in enumerate((("start to end, s", 2), ("processor time, s", 2), ("memory at its peak, MB", 0))):
            theirs, own = medians["FFmpeg"][index], medians["compare"][index]
            print(f"| {name} | {theirs:.{digits}f} | {own:.{digits}f} | {own / theirs:.2f} |")


if __name__ == "__main__":
    main()
