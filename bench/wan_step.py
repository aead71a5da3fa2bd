#!/usr/bin/env python3
"""One denoising step of Wan-1.3B geometry with random weights: as ONNX for the executor, and timed in PyTorch.

  wan_step.py export FOLDER   writes step.onnx with its weights beside it, the inputs and PyTorch's output as *.f32
  wan_step.py time            times PyTorch eager and compiled, and the matrix rate of the same GPU; one JSON object
  wan_step.py arguments       the inputs as "generate-video bench network" takes them

The network is the one that "bundle import" exports (wan_export). 30 layers, width 1536, 12 heads, feed-forward 8960, 81
frames of 832x480, batch 2, BF16; --tiny takes a geometry that a processor runs in 32 bits. The part "time" was never run on
a GPU so far.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

import numpy
import torch

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = "src/main/resources/io/jenkins/plugins/generatevideo/executor/bundle"
for folder in (HERE, HERE.parent / SOURCES):
    sys.path.insert(0, str(folder))
from wan_export import layers, onnx_writer, transformer  # noqa: E402

LARGE = dict(layers=30, heads=12, feed_forward=8960, text=4096, tokens=512, latent=(21, 60, 104), dtype="bf16")
TINY = dict(layers=2, heads=2, feed_forward=320, text=64, tokens=16, latent=(3, 8, 10), dtype="fp32")
HEAD, CHANNELS, BATCH, PATCH = 128, 16, 2, (1, 2, 2)


class RandomWeights:
    """What onnx_writer takes a checkpoint for: normal numbers that keep activations near one."""

    def __init__(self, module):
        self.shapes = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
        self.seeds = {name: index for index, name in enumerate(sorted(self.shapes))}

    def stored(self, name):
        return "F32", self.float32(name)

    def float32(self, name):
        shape = self.shapes[name]
        numbers = numpy.random.default_rng(self.seeds[name]).standard_normal(shape, numpy.float32)
        fan = shape[-1] if len(shape) < 5 else int(numpy.prod(shape[1:]))
        scale = numpy.float32(1 / fan**0.5 if len(shape) > 1 else 0.1)
        return numbers * scale + numpy.float32(1 if "norm" in name and name.endswith("weight") else 0)


def network(size):
    dtype = layers.PRECISIONS[size["dtype"]]
    return transformer.WanTransformer(
        PATCH, size["heads"], HEAD, CHANNELS, size["text"], 256, size["feed_forward"], size["layers"], True, 1e-6, 1024,
        False, dtype)


def filled(size, device):
    module = network(size)
    weights = RandomWeights(module)
    for name, parameter in list(module.named_parameters()):
        onnx_writer.assign(module, name, torch.from_numpy(weights.float32(name)).to(device, parameter.dtype))
    # constants that are no parameters
    for part in module.modules():
        if getattr(part, "constants", None):
            part.constants = tuple(value.to(device) for value in part.constants)
        for name in ("cosines", "sines"):
            if hasattr(part, name):
                setattr(part, name, [table.to(device) for table in getattr(part, name)])
        if hasattr(part, "frequencies"):
            part.frequencies = part.frequencies.to(device)
    return module.eval()


def inputs(size):
    generator = torch.Generator().manual_seed(0)
    return {
        "hidden_states": torch.randn(BATCH, CHANNELS, *size["latent"], generator=generator),
        "timestep": torch.full((BATCH,), 700.0),
        "encoder_hidden_states": torch.randn(BATCH, size["tokens"], size["text"], generator=generator),
    }


def device():
    return "cuda" if torch.cuda.is_available() else "cpu"


def write(path, tensor):
    path.write_bytes(tensor.float().cpu().contiguous().numpy().tobytes())


def export(size, folder):
    folder.mkdir(parents=True, exist_ok=True)
    module = network(size)
    weights = RandomWeights(module)
    frames, height, width = (2, 4, 6)
    examples = (torch.zeros(1, CHANNELS, frames, height, width), torch.full((1,), 500.0), torch.zeros(1, 4, size["text"]))
    axes = {0: "batch", 2: "frames", 3: "height", 4: "width"}
    dynamic = {"hidden_states": axes, "denoised_latents": axes, "timestep": {0: "batch"},
               "encoder_hidden_states": {0: "batch", 1: "tokens"}}
    files = onnx_writer.write(module, examples, transformer.INPUTS, transformer.OUTPUT, dynamic, CHANNELS, weights,
                              str(folder / "step.onnx"), lambda done, total: None)
    given = inputs(size)
    for name, tensor in given.items():
        write(folder / f"{name}.f32", tensor)
    with torch.inference_mode():
        fused_attention()
        output = filled(size, device())(*(tensor.to(device()) for tensor in given.values()))
    write(folder / "output.f32", output)
    print(json.dumps({"files": {name: record["bytes"] for name, record in files.items()}, "device": device()}))


def fused_attention():
    """PyTorch's own attention, as its users call it; the export spells it out."""
    if not hasattr(torch.nn.functional, "scaled_dot_product_attention"):
        return

    def attention(query, key, value, bias=None):
        return torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=1.0)

    transformer.attention = attention


def seconds(call, repeats=10):
    for _ in range(3):
        call()
    times = []
    for _ in range(repeats):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        call()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def operations(size):
    """Multiplications and additions of the matrices: projections, attention, feed-forward."""
    width = size["heads"] * HEAD
    frames, height, columns = size["latent"]
    tokens = frames * height // 2 * columns // 2
    per_token = 12 * width**2 + 4 * tokens * width + 4 * size["tokens"] * width + 4 * width * size["feed_forward"]
    text = 4 * size["tokens"] * width**2
    return size["layers"] * BATCH * (tokens * per_token + text)


def measure(size):
    if not torch.cuda.is_available():
        sys.exit("wan_step.py: PyTorch finds no GPU; run it on a machine that has one.")
    edge = 8192
    left, right = (torch.randn(edge, edge, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    rate = 2 * edge**3 / seconds(lambda: left @ right)
    fused_attention()
    with torch.inference_mode():
        module = filled(size, "cuda")
        given = [tensor.to("cuda") for tensor in inputs(size).values()]
        eager = seconds(lambda: module(*given))
        compiled = torch.compile(module)
        quick = seconds(lambda: compiled(*given))
    work = operations(size)
    print(json.dumps({
        "gpu": torch.cuda.get_device_name(), "torch": torch.__version__, "matrixTeraflops": rate / 1e12,
        "stepTeraflop": work / 1e12, "eagerSeconds": eager, "compiledSeconds": quick,
        "eagerShare": work / eager / rate, "compiledShare": work / quick / rate,
    }))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("export", "time", "arguments"))
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_intermixed_args()
    size = TINY if options.tiny else LARGE
    if options.part == "export":
        export(size, options.folder)
    elif options.part == "time":
        measure(size)
    else:
        for name, tensor in inputs(size).items():
            shape = "x".join(map(str, tensor.shape))
            print(f"--input={name}={shape}={options.folder / name}.f32")


if __name__ == "__main__":
    main()
