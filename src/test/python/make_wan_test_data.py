"""Makes src/test/resources/golden/wan-mini from the reference data: the exported networks, so that the tests need no
PyTorch, the configurations, and of each case what the tests compare.

python3 src/test/python/make_wan_test_data.py REFERENCE/wan-mini CHECKPOINT...
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src/main/resources/io/jenkins/plugins/generatevideo/executor/bundle"
sys.path.insert(0, str(PACKAGE))

from wan_export.checkpoint import Weights  # noqa: E402

# Frames take most of the space; halves round them at -70 dB, far below what is tested.
KEPT = {"input_ids": "float32", "attention_mask": "float32", "text_embeddings": "float32", "timesteps": "float32",
        "latents": "float32", "frames": "float16"}
NAMES = {"float32": "F32", "float16": "F16"}


def reduce(case, target):
    weights = Weights(str(case.parent), case.stem)
    header, data = {}, b""
    for name, kind in KEPT.items():
        values = weights.float32(name).astype(kind)
        header[name] = {"dtype": NAMES[kind], "shape": list(values.shape),
                        "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
    text = json.dumps(header).encode()
    target.write_bytes(len(text).to_bytes(8, "little") + text + data)


def main(reference, names):
    for name in names:
        source, target = reference / name, ROOT / "src/test/resources/golden/wan-mini" / name
        shutil.rmtree(target, ignore_errors=True)
        for path in (source / "checkpoint").rglob("*.json"):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        subprocess.run([sys.executable, "-W", "ignore", "-m", "wan_export", "--checkpoint", source / "checkpoint",
                        "--output", target / "networks"], env={**os.environ, "PYTHONPATH": str(PACKAGE)}, check=True,
                       stdout=subprocess.DEVNULL)
        for record in (target / "networks").glob("*.export.json"):
            record.unlink()
        (target / "cases").mkdir()
        for case in sorted((source / "cases").glob("*.json")):
            (target / "cases" / case.name).write_bytes(case.read_bytes())
            reduce(case.with_suffix(".safetensors"), target / "cases" / (case.stem + ".safetensors"))


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
