#!/usr/bin/env python3
"""Measures a bundle's modes beside each other in one run: `python3 bench/modes.py [BUNDLE] [--repetitions 3] [--prompts 8]`.

Makes the same clips in each mode, sets clips in the scene of a ready template, and repeats a request whose clip is in the
cache; they take turns, so that a machine that slows down slows all. Prints a table in Markdown: medians of whole runs of the
command line, from the process's start to its end, and of the part with everything loaded (text encoder, denoising, decoding,
encoding), with the ratios of both to standard; and how near each clip is to the standard one of the same seed (PSNR in dB).
For the bundle `shapes` the judge of its training says of `--prompts` more clips in each mode what they show, and how near the
backgrounds of clips in one scene are to each other, subjects left out. Needs ffmpeg, and for the judge NumPy and PIL.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "bin" / "generate-video"
PROMPTS = ["a red ball rolls from left to right across a green meadow", "a blue star rises over the sea"]
SCENE = "a red ball rolls from left to right across a green meadow"
VARIANTS = ["a yellow star moves from right to left across a green meadow", "一个蓝色的爱心在草地上升起"]
ORDER = ["standard", "cached", "fast", "preview"]
VARIANT, REPEATED = "variant in a ready scene", "standard, repeated"


def generate(bundle, prompt, folder, *more, seed=1):
    """One run; its wall time in seconds and its manifest."""
    begin = time.time()
    done = subprocess.run([PROGRAM, "generate", "--bundle", bundle, "--prompt", prompt, "--seed", str(seed), "--output", folder, "--progress", "none", *more],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={k: v for k, v in os.environ.items() if k != "GENERATE_VIDEO_RESULTS"})
    if done.returncode:
        raise SystemExit(done.stderr or f"generate ended with {done.returncode}")
    return time.time() - begin, json.loads((Path(folder) / "clip.json").read_text())


def loaded(manifest):
    """The seconds of a run in which everything was loaded; of a clip from the cache those of fetching it."""
    timings = manifest["timings"]
    made = sum(timings[stage] for stage in ("textEncoderSeconds", "denoiseSeconds", "decodeSeconds", "encodeSeconds"))
    return made or timings["loadSeconds"]


def psnr(baseline, candidate):
    """PSNR over all frames of two clips, in dB; the candidate is enlarged if it is smaller."""
    lines = subprocess.run(["ffmpeg", "-hide_banner", "-i", candidate / "clip.mp4", "-i", baseline / "clip.mp4", "-lavfi", "[0:v][1:v]scale2ref=flags=bicubic[a][b];[a][b]psnr", "-f", "null", "-"],
                           check=True, stderr=subprocess.PIPE, text=True).stderr
    return float(lines.rsplit("average:", 1)[1].split()[0])


def frames(folder):
    """A clip's frames, uint8 [frames, height, width, 3]."""
    import numpy as np

    clip = json.loads((folder / "clip.json").read_text())["clip"]
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", folder / "clip.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(raw, np.uint8).reshape(clip["frames"], clip["height"], clip["width"], 3)


def background_psnr(folders):
    """PSNR between clips in one scene where none of them shows its subject, in dB: the worst pair."""
    import judge
    import numpy as np
    from PIL import Image, ImageFilter

    clips = [frames(folder) for folder in folders]
    subjects = [np.stack([np.array(Image.fromarray(mask).filter(ImageFilter.MaxFilter(5))) > 0 for mask in judge.segment(clip)[1].astype("uint8") * 255]) for clip in clips]
    worst = float("inf")
    for i in range(len(clips)):
        for j in range(i):
            error = ((clips[i].astype(float) - clips[j]) ** 2)[~subjects[i] & ~subjects[j]].mean()
            worst = min(worst, 10 * np.log10(255 ** 2 / max(error, 1e-9)))
    return worst


def accuracy(bundle, modes, count, scratch):
    """For each mode the shares of clips that show what was asked for, and PSNR to standard: combinations held out of training."""
    import judge
    import world

    scenes = random.Random(77).choices(world.HELD_OUT_SCENES, k=count)
    languages = ["en", "zh"]
    print(f"\nOf {count} prompts of combinations that training never saw, half in each language, these clips show what was asked for:\n")
    print("| mode | colour | subject | motion | background | PSNR to standard, dB: mean, least |\n| --- | --- | --- | --- | --- | --- |")
    for mode in modes:
        right = {attribute: 0 for attribute in world.ATTRIBUTES}
        near = []
        for index, scene in enumerate(scenes):
            language = languages[index % 2]
            prompt = world.describe(scene, language, random.Random(f"{language} {index}"))[0]
            folder = scratch / f"judged-{mode}-{index}"
            generate(bundle, prompt, folder, "--mode", mode, seed=1000 + index)
            seen = judge.look(frames(folder))
            for attribute in right:
                right[attribute] += seen[attribute] == getattr(scene, attribute)
            if mode != "standard":
                near.append(psnr(scratch / f"judged-standard-{index}", folder))
        shares = " | ".join(f"{100 * hits / count:.0f} %" for hits in right.values())
        print(f"| {mode} | {shares} | {f'{statistics.mean(near):.1f}, {min(near):.1f}' if near else 'the same'} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", nargs="?", default="shapes")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--prompts", type=int, default=0, help="clips in each mode for the judge; 0 for none")
    options = parser.parse_args()
    folder = Path(options.bundle) if Path(options.bundle, "bundle.json").exists() else ROOT / "trt-engines" / options.bundle
    bundle = str(folder)
    sys.path.insert(0, str(folder / "training"))
    offered = json.loads((folder / "bundle.json").read_text())["modes"]
    modes = [mode for mode in ORDER if mode in offered] + sorted(set(offered) - set(ORDER))
    scene_mode = next((mode for mode in ("cached", "fast") if mode in offered), "standard")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        rows = {}
        generate(bundle, SCENE, scratch / "scene", "--save-template", "scene")  # builds, and warms the file cache
        cache = ("--cache", scratch / "cache")
        generate(bundle, PROMPTS[0], scratch / "kept", *cache)
        for _ in range(options.repetitions):
            for mode in modes:
                for index, prompt in enumerate(PROMPTS):
                    rows.setdefault(mode, []).append(generate(bundle, prompt, scratch / f"{mode}-{index}", "--mode", mode))
            for index, prompt in enumerate(VARIANTS):
                rows.setdefault(VARIANT, []).append(generate(bundle, prompt, scratch / f"variant-{index}", "--mode", scene_mode, "--template", scratch / "scene" / "scene.template"))
            rows.setdefault(REPEATED, []).append(generate(bundle, PROMPTS[0], scratch / "repeated", *cache))
        standard = statistics.median(wall for wall, _ in rows["standard"])
        standard_loaded = statistics.median(loaded(manifest) for _, manifest in rows["standard"])
        print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the end, medians of {options.repetitions} runs for each of {len(PROMPTS)} prompts\n")
        print("| | whole run, s | ratio | all loaded, s | ratio | ms a frame | latency class | network evaluations | PSNR to standard, dB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for name, runs in rows.items():
            wall = statistics.median(seconds for seconds, _ in runs)
            inside = statistics.median(loaded(manifest) for _, manifest in runs)
            manifests = [manifest for _, manifest in runs]
            evaluations = sorted({manifest["networkEvaluations"] for manifest in manifests})
            nearness = "the same" if name in ("standard", REPEATED) else "another clip"
            if name in modes and name != "standard":
                nearness = f"{min(psnr(scratch / f'standard-{index}', scratch / f'{name}-{index}') for index in range(len(PROMPTS))):.1f}"
            print(f"| {name} | {wall:.2f} | {standard / wall:.1f} | {inside:.3f} | {standard_loaded / inside:.1f} | {statistics.median(m['millisecondsPerFrame'] for m in manifests):.0f} | "
                  f"{statistics.mode(m['latencyClass'] for m in manifests)} | {' to '.join(map(str, [evaluations[0], evaluations[-1]][:len(evaluations)]))} | {nearness} |")
        if (folder / "training" / "judge.py").exists():
            try:
                print(f"\nBackgrounds of two clips in one scene, subjects left out: PSNR {background_psnr([scratch / f'variant-{i}' for i in range(len(VARIANTS))]):.1f} dB")
                if options.prompts:
                    accuracy(bundle, modes, options.prompts, scratch)
            except ImportError as missing:
                print(f"\nWithout a judge, since this Python has no {missing.name}.")


if __name__ == "__main__":
    main()
