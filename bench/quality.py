#!/usr/bin/env python3
"""Measures a bundle's qualities from 0 to 100 and draws them: `python3 bench/quality.py [BUNDLE] [--prompts 8] [--plot FILE]`.

Makes the same clips at each level of the bundle's `quality`, prints a table in Markdown with the time (everything loaded) and
the nearness to the best level (PSNR in dB, same seeds), draws both over the quality, and ends with 1 if a higher quality is
quicker or less near than a lower one. Needs ffmpeg and, for the plot, matplotlib.
"""
import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from modes import ROOT, generate, loaded, psnr

SUBJECTS = ["a red ball rolls from left to right across a green meadow", "a blue star rises over the sea", "a yellow box falls in the desert",
            "a white cat walks from right to left in the snow", "一个紫色的圆环向左飘过夜空", "a pink heart grows in a grey studio", "一个绿色的三角形在沙漠里上升", "an orange ball moves down, the night sky"]


def draw(points, file):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, near = pyplot.subplots(figsize=(8, 4.5))
    edges = [point["from"] for point in points] + [100]
    best = max(point["psnr"] for point in points if point["psnr"] != float("inf"))
    shown = [min(point["psnr"], best + 5) for point in points]
    near.stairs(shown, edges[:-1] + [101], color="#1a73e8", linewidth=2, baseline=None)
    near.set_xlabel("quality")
    near.set_ylabel("PSNR to the best level, dB", color="#1a73e8")
    near.set_xlim(0, 101)
    for point, level in zip(points, shown):
        near.annotate(f" {point['mode']}\n {point['steps']} steps", (point["from"], level), fontsize=8, va="bottom", ha="right" if point["from"] > 90 else "left")
    near.set_ylim(min(shown) - 3, max(shown) + 6)
    time = near.twinx()
    time.stairs([point["seconds"] for point in points], edges[:-1] + [101], color="#e8710a", linewidth=2, linestyle="--", baseline=None)
    time.set_ylabel("seconds a clip, everything loaded", color="#e8710a")
    time.set_ylim(0)
    figure.tight_layout()
    figure.savefig(file, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", nargs="?", default="shapes")
    parser.add_argument("--prompts", type=int, default=len(SUBJECTS))
    parser.add_argument("--plot", type=Path, default=ROOT / "docs" / "images" / "quality.png")
    options = parser.parse_args()
    folder = Path(options.bundle) if Path(options.bundle, "bundle.json").exists() else ROOT / "trt-engines" / options.bundle
    levels = json.loads((folder / "bundle.json").read_text())["quality"]
    points = []
    with tempfile.TemporaryDirectory() as scratch:
        for level in reversed(levels):
            runs = [(Path(scratch) / f"{level['from']}-{index}", *generate(str(folder), prompt, Path(scratch) / f"{level['from']}-{index}", "--quality", str(level["from"]), seed=index + 1))
                    for index, prompt in enumerate(SUBJECTS[:options.prompts])]
            near = [psnr(Path(scratch) / f"{levels[-1]['from']}-{index}", run[0]) for index, run in enumerate(runs)]
            manifests = [manifest for _, _, manifest in runs]
            points.insert(0, {**level, "psnr": statistics.mean(near), "least": min(near), "seconds": statistics.median(loaded(manifest) for manifest in manifests),
                              "evaluations": statistics.median(manifest["networkEvaluations"] for manifest in manifests)})
    print("| quality from | mode | steps | network evaluations | seconds, everything loaded | PSNR to the best, dB: mean, least |\n| --- | --- | --- | --- | --- | --- |")
    for point in points:
        print(f"| {point['from']} | {point['mode']} | {point['steps']} | {point['evaluations']:.0f} | {point['seconds']:.2f} | " + ("the same |" if point["psnr"] == float("inf") else f"{point['psnr']:.1f}, {point['least']:.1f} |"))
    draw(points, options.plot)
    wrong = [(lower["from"], higher["from"]) for lower, higher in zip(points, points[1:]) if higher["psnr"] <= lower["psnr"] or higher["seconds"] <= lower["seconds"]]
    if wrong:
        sys.exit("Not monotone between " + ", ".join(f"{a} and {b}" for a, b in wrong) + ".")


if __name__ == "__main__":
    main()
