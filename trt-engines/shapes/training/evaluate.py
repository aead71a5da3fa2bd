"""Generates clips for held-out combinations and lets the judge look at them; checks the judge first.

    python3 evaluate.py CONFIG RUN REPORT [--prompts 200] [--part 0 1] [--mode fast]

RUN is a training run or a bundle; of a bundle `--mode` chooses one of its modes. Writes REPORT (JSON): accuracy of colour, subject, motion and background for English and Chinese prompts; of the judge on
drawn clips and on reconstructions; and the autoencoder's PSNR. `--part I N` does one N-th of the work, so that N processes
can share it; `--merge REPORT...` adds parts up.
"""
import argparse
import collections
import json
import random
import time
from pathlib import Path

import numpy as np
import torch

import judge
import networks
import parity
import pipeline as reference
import train
import weights
import world


def tally(clip, scene, language, counts, wrong):
    seen = judge.look(clip)
    right = True
    for attribute in world.ATTRIBUTES:
        wanted = getattr(scene, attribute)
        counts[f"{language}/{attribute}"] += seen[attribute] == wanted
        right &= seen[attribute] == wanted
        if seen[attribute] != wanted:
            wrong[f"{attribute}: {wanted} seen as {seen[attribute]}"] += 1
    counts[f"{language}/all"] += right
    counts[f"{language}/clips"] += 1


def check_judge(config, modules, scenes, counts, wrong, device, dtype):
    """The judge on drawn clips and on what the autoencoder makes of them."""
    errors = []
    for index, scene in enumerate(scenes):
        video, _ = world.render(scene, config["width"], config["height"], config["frames"], f"judge {index}")
        tally(video, scene, "drawn", counts, collections.Counter())
        with torch.no_grad():
            mean = modules["vae_encoder"](train.to_tensor(video)[None].to(device).to(dtype)).chunk(2, dim=1)[0]
            images = modules["vae_decoder"](mean)[0].float().cpu()
        again = ((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(1, 2, 3, 0).numpy()
        tally(again, scene, "reconstructed", counts, wrong)
        errors.append(10 * np.log10(255 ** 2 / np.mean((again.astype(np.float64) - video) ** 2)))
    return errors


def report(counts, wrong, psnr, details):
    kinds = sorted({key.split("/")[0] for key in counts})
    table = {kind: {"clips": counts[f"{kind}/clips"], **{a: round(counts[f"{kind}/{a}"] / max(1, counts[f"{kind}/clips"]), 4) for a in (*world.ATTRIBUTES, "all")}} for kind in kinds}
    return {"accuracy": table, "reconstructionPsnr": {"mean": round(float(np.mean(psnr)), 2), "minimum": round(float(np.min(psnr)), 2)} if psnr else None,
            "mistakes": dict(sorted(wrong.items(), key=lambda item: -item[1])), **details, "counts": dict(counts), "psnr": [round(float(p), 3) for p in psnr]}


def merge(files):
    counts, wrong, psnr, details = collections.Counter(), collections.Counter(), [], {}
    for file in files:
        part = json.loads(file.read_text())
        counts.update(part["counts"])
        wrong.update(part["mistakes"])
        psnr += part["psnr"]
        details = {key: part[key] for key in ("mode", "steps", "guidance")}
    return report(counts, wrong, psnr, details)


def load(config, source, device, dtype):
    """The pipeline and the modes of a run or a bundle, and a way to its encoder."""
    if not (source / "bundle.json").exists():
        return reference.load(config, source, dtype, device), {"standard": reference.STANDARD}, lambda: train.load_run(config, source)["vae_encoder"]
    made = parity.load_bundle(config, source, dtype, device)
    modes = json.loads((source / "bundle.json").read_text())["modes"]
    return made, modes, lambda: weights.load_weights(networks.build(config)["vae_encoder"], source / "training" / "vae_encoder.onnx")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--prompts", type=int, default=200, help="held-out prompts in each language")
    parser.add_argument("--mode", default="standard")
    parser.add_argument("--steps", type=int, help="other than the mode's own")
    parser.add_argument("--guidance", type=float, nargs=2)
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1))
    parser.add_argument("--merge", type=Path, nargs="+")
    parser.add_argument("--no-judge", action="store_true")
    parser.add_argument("--batch", type=int, default=4)
    options = parser.parse_args()
    if options.merge:
        options.report.write_text(json.dumps(merge(options.merge), indent=2) + "\n")
        return
    torch.set_num_threads(1)
    config = json.loads(options.config.read_text())
    device, dtype = "cuda" if torch.cuda.is_available() else "cpu", networks.compute_type()
    made, modes, encoder = load(config, options.run, device, dtype)
    mode = {"guidance": config["guidance"], **modes[options.mode]}
    mode.update({key: value for key, value in (("guidance", options.guidance), ("steps", options.steps)) if value})
    part, parts = options.part
    scenes = random.Random(77).choices(world.HELD_OUT_SCENES, k=options.prompts)
    counts, wrong, psnr, begin = collections.Counter(), collections.Counter(), [], time.time()
    if not options.no_judge:
        psnr = check_judge(config, {**made.modules, "vae_encoder": encoder().to(device).to(dtype)}, scenes[part::parts][:100 // parts], counts, wrong, device, dtype)
    jobs = [(index, language, scene) for language in ("en", "zh") for index, scene in enumerate(scenes)][part::parts]
    for start in range(0, len(jobs), options.batch):
        batch = jobs[start:start + options.batch]
        prompts = [world.describe(scene, language, random.Random(f"{language} {index}"))[0] for index, language, scene in batch]
        for (index, language, scene), clip in zip(batch, made.generate(prompts, [1000 + index for index, _, _ in batch], mode)):
            tally(clip.numpy(), scene, language, counts, wrong)
        print(json.dumps({"clips": start + len(batch), "of": len(jobs), "seconds": round(time.time() - begin), **{k: round(counts[f"en/{k}"] + counts[f"zh/{k}"], 2) for k in (*world.ATTRIBUTES, "clips")}}), flush=True)
    options.report.write_text(json.dumps(report(counts, wrong, psnr, {"mode": options.mode, "steps": mode["steps"], "guidance": mode["guidance"]}), indent=2) + "\n")


if __name__ == "__main__":
    main()
