"""Writes the reference clips that the executor's pipeline is compared with, made by PyTorch from the bundle's own weights.

    python3 parity.py CONFIG BUNDLE FOLDER

For each case a `.json` (prompt, seed, mode, steps, frames, token ids) and a `.png`: the frames one below the other.
"""
import json
import sys
from pathlib import Path

import torch
from PIL import Image

import networks
import pipeline as reference
import weights

CASES = {
    "english": {"prompt": "A red ball rolls from left to right across a green meadow", "seed": 1, "mode": "standard", "steps": 20, "frames": 25},
    "chinese": {"prompt": "一个黄色的星星在夜空中上升", "seed": 12345678901, "mode": "standard", "steps": 8, "frames": 9},
    "fast": {"prompt": "a small blue heart goes up in the desert", "seed": 7, "mode": "fast", "steps": 8, "frames": 25},
    "preview": {"prompt": "紫色的圆环在雪地上从右向左滚动", "seed": 8, "mode": "preview", "steps": 8, "frames": 17},
}


def load_bundle(config, bundle, dtype=torch.float32, device="cpu"):
    """The pipeline of a bundle, with the networks of all its modes."""
    built, manifest = {**networks.build(config), **networks.build_students(config)}, json.loads((bundle / "bundle.json").read_text())
    modules = {name: weights.load_weights(built[name], bundle / network["file"]) for name, network in manifest["networks"].items()}
    return reference.Pipeline(config, modules, torch.tensor(manifest["latent"]["mean"]), torch.tensor(manifest["latent"]["deviation"]), dtype, device)


def main():
    config, bundle, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    made, modes = load_bundle(config, bundle), json.loads((bundle / "bundle.json").read_text())["modes"]
    for name, case in CASES.items():
        clip = made.generate([case["prompt"]], [case["seed"]], {**modes[case["mode"]], "steps": case["steps"]}, case["frames"])[0]
        Image.fromarray(clip.reshape(-1, config["width"], 3).numpy()).save(folder / f"{name}.png", optimize=True)
        ids = made.tokenizer.batch([case["prompt"]])[0][0].tolist()
        (folder / f"{name}.json").write_text(json.dumps({**case, "inputIds": ids}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        print(name, flush=True)


if __name__ == "__main__":
    main()
