#!/usr/bin/env python3
"""Measures a bundle's modes beside each other in one run: `python3 bench/modes.py [BUNDLE] [REPETITIONS]`, from anywhere.

Makes the same clips (two prompts, one seed) in each mode, then repeats a request whose clip is in the cache. Prints a table in
Markdown: medians of whole runs of the command line, from the process's start to its end, and how near each mode's clip is to
the standard one (PSNR in dB, the worse of the prompts). Needs ffmpeg.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "bin" / "generate-video"
PROMPTS = ["a red ball rolls from left to right across a green meadow", "a blue star rises over the sea"]
ORDER = ["standard", "cached", "fast", "preview"]


def generate(bundle, mode, prompt, folder, *more):
    """One run; its wall time in seconds and its manifest."""
    begin = time.time()
    done = subprocess.run([PROGRAM, "generate", "--bundle", bundle, "--mode", mode, "--prompt", prompt, "--seed", "1", "--output", folder, "--progress", "none", *more],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.stderr or f"generate ended with {done.returncode}")
    return time.time() - begin, json.loads((Path(folder) / "clip.json").read_text())


def psnr(baseline, candidate):
    """PSNR over all frames of two clips, in dB."""
    lines = subprocess.run(["ffmpeg", "-hide_banner", "-i", candidate / "clip.mp4", "-i", baseline / "clip.mp4", "-lavfi", "psnr", "-f", "null", "-"],
                           check=True, stderr=subprocess.PIPE, text=True).stderr
    return float(lines.rsplit("average:", 1)[1].split()[0])


def main():
    bundle = sys.argv[1] if len(sys.argv) > 1 else "shapes"
    repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    folder = Path(bundle) if Path(bundle, "bundle.json").exists() else ROOT / "trt-engines" / bundle
    offered = json.loads((folder / "bundle.json").read_text())["modes"]
    modes = [mode for mode in ORDER if mode in offered] + sorted(set(offered) - set(ORDER))
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        rows = {}
        generate(str(folder), "standard", PROMPTS[0], scratch / "first", "--quality", "0")  # builds, and warms the file cache
        for repetition in range(repetitions):
            # Modes take turns, so that a machine that slows down slows all.
            for mode in modes:
                for index, prompt in enumerate(PROMPTS):
                    rows.setdefault(mode, []).append(generate(str(folder), mode, prompt, scratch / f"{mode}-{index}"))
            cache = ("--cache", scratch / "cache")
            if repetition == 0:
                generate(str(folder), "standard", PROMPTS[0], scratch / "kept", *cache)
            rows.setdefault("standard, repeated from the cache", []).append(generate(str(folder), "standard", PROMPTS[0], scratch / "repeated", *cache))
        standard = statistics.median(seconds for seconds, _ in rows["standard"])
        print(f"{len(os.sched_getaffinity(0))} cores, medians of {repetitions} runs for each of {len(PROMPTS)} prompts\n")
        print("| mode | seconds | ratio | ms a frame | latency class | network evaluations | PSNR to standard, dB |\n| --- | --- | --- | --- | --- | --- | --- |")
        for mode, runs in rows.items():
            seconds = statistics.median(wall for wall, _ in runs)
            manifests = [manifest for _, manifest in runs]
            evaluations = sorted({manifest["networkEvaluations"] for manifest in manifests})
            nearness = min(psnr(scratch / f"standard-{index}", scratch / f"{mode}-{index}") for index in range(len(PROMPTS))) if mode in modes and mode != "standard" else float("inf")
            print(f"| {mode} | {seconds:.2f} | {standard / seconds:.1f} | {statistics.median(m['millisecondsPerFrame'] for m in manifests):.0f} | "
                  f"{statistics.mode(m['latencyClass'] for m in manifests)} | {' to '.join(map(str, [evaluations[0], evaluations[-1]][:len(evaluations)]))} | "
                  f"{'the same' if nearness == float('inf') else f'{nearness:.1f}'} |")


if __name__ == "__main__":
    main()
