"""Writes the engine bundle of a training run: ONNX networks, tokenizer, vocabulary, bundle.json.

    python3 export.py CONFIG RUN BUNDLE

Weights are stored in half precision and cast to single when a network is loaded; they keep the names that they have in
PyTorch, so that training can go on from a bundle alone (`train.py CONFIG RUN resume --from BUNDLE`). The encoder, which generation does not
need, goes to BUNDLE/training/vae_encoder.onnx. `distil.py` adds the students of the other modes. Their matrices and the encoder's are stored in eight bits.
"""
import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch

import networks
import text as words
import train
import weights

VERSION = "1.1.0"


def example_inputs(config):
    """For each network its inputs, output, and which axes may have any extent."""
    channels, tokens, width = config["autoencoder"]["channels"], config["text"]["tokens"], config["text"]["width"]
    height, across = config["height"] // 8, config["width"] // 8
    latent = torch.randn(2, channels, 3, height, across)
    ids = torch.ones(2, tokens, dtype=torch.int64)
    denoiser = ({"hidden_states": latent, "timestep": torch.tensor([500.0, 500.0]), "encoder_hidden_states": torch.randn(2, tokens, width)}, "denoised_latents",
                {"hidden_states": {0: "batch", 2: "frames"}, "timestep": {0: "batch"}, "encoder_hidden_states": {0: "batch"}, "denoised_latents": {0: "batch", 2: "frames"}})
    decoder = ({"latent": latent}, "images",
               {"latent": {0: "batch", 2: "frames", 3: "height", 4: "width"}, "images": {0: "batch", 2: "frames", 3: "height", 4: "width"}})
    return {
        "text_encoder": ({"input_ids": ids, "attention_mask": ids}, "text_embeddings",
                         {"input_ids": {0: "batch"}, "attention_mask": {0: "batch"}, "text_embeddings": {0: "batch"}}),
        "transformer": denoiser, "transformer_2": denoiser, "vae_decoder": decoder,
        "vae_encoder": ({"video": torch.randn(1, 3, 9, config["height"], config["width"])}, "moments",
                        {"video": {0: "batch", 2: "frames"}, "moments": {0: "batch", 2: "frames"}}),
    }


def halve(initializer):
    """Stores a weight in half precision; returns the cast to single that gives it back, and no further initializers."""
    name, values = initializer.name, onnx.numpy_helper.to_array(initializer).astype(np.float16)
    if not np.isfinite(values).all():
        raise SystemExit(f"the weight {name} does not fit into half precision")
    initializer.CopyFrom(onnx.numpy_helper.from_array(values, name))
    return onnx.helper.make_node("Cast", [name], [name + "/single"], to=onnx.TensorProto.FLOAT), []


def to_eight_bits(initializer):
    """Stores a matrix or kernel in eight bits, with a scale for each output channel; returns the node that gives it back, and the scales."""
    name, values = initializer.name, onnx.numpy_helper.to_array(initializer)
    scale = np.maximum(np.abs(values.reshape(len(values), -1)).max(axis=1) / 127, 1e-12).astype(np.float32)
    whole = np.rint(values / scale.reshape(-1, *[1] * (values.ndim - 1))).astype(np.int8)
    initializer.CopyFrom(onnx.numpy_helper.from_array(whole, name))
    return (onnx.helper.make_node("DequantizeLinear", [name, name + weights.SCALE], [name + "/single"], axis=0),
            [onnx.numpy_helper.from_array(scale, name + weights.SCALE)])


def shrink(model, names, eight_bits):
    """Stores every larger one of these weights in fewer bits, followed by what makes it single precision again."""
    casts, scales = [], []
    for initializer in model.graph.initializer:
        if initializer.name not in names or np.prod(initializer.dims, dtype=np.int64) < 64:
            continue
        name, kernel = initializer.name, initializer.name.endswith(".weight") and len(initializer.dims) > 1
        cast, added = to_eight_bits(initializer) if eight_bits and kernel else halve(initializer)
        casts.append(cast)
        scales += added
        for node in model.graph.node:
            for index, value in enumerate(node.input):
                if value == name:
                    node.input[index] = name + "/single"
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(scales)
    return model


def export(module, name, inputs, output, axes, file, eight_bits=False):
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(module.eval().float(), tuple(inputs.values()), str(file), input_names=list(inputs), output_names=[output], dynamic_axes=axes,
                          opset_version=16, do_constant_folding=False)
    names = {n for n, _ in module.named_parameters()}
    model = shrink(onnx.load(str(file)), names, eight_bits)
    model.producer_name, model.producer_version, model.doc_string = "generate-video", VERSION, ""
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, str(file))
    stored = {i.name for i in model.graph.initializer}
    lost = sorted(names - stored)
    if lost:
        raise SystemExit(f"{name}: the export renamed {lost[:3]}, so that training could not go on from the bundle")
    print(f"{name}: {file.stat().st_size / 1e6:.1f} MB", flush=True)


def manifest(config, mean, deviation, modules, bundle):
    height, width = config["height"] // 8, config["width"] // 8
    channels, tokens, text_width = config["autoencoder"]["channels"], config["text"]["tokens"], config["text"]["width"]
    longest = (config["frames"] - 1) // 4 + 1

    def profile(frames, batch):
        return {"hidden_states": [batch, channels, frames, height, width], "timestep": [batch], "encoder_hidden_states": [batch, tokens, text_width]}

    expert = {name: {"min": profile(3, 1)[name], "opt": profile(longest, 2)[name], "max": profile(longest, 2)[name]} for name in profile(3, 1)}
    text = {name: {"min": [1, tokens], "opt": [2, tokens], "max": [2, tokens]} for name in ("input_ids", "attention_mask")}
    decoder = {"latent": {"min": [1, channels, 3, height, width], "opt": [1, channels, longest, height, width], "max": [1, channels, longest, height, width]}}
    return {
        "schema": "generate-video/bundle/1", "name": "shapes", "version": VERSION, "licence": "MIT", "languages": ["en", "zh"],
        "description": "Coloured subjects that move through simple scenes, from English or Chinese sentences; a small model that runs on any processor.",
        "geometry": {"latentChannels": channels, "temporalFactor": 4, "spatialFactor": 8, "firstFrameAlone": True, "patch": [1, 2, 2],
                     "sizes": [f"{config['width']}x{config['height']}"],
                     "frames": {"minimum": 9, "maximum": config["frames"], "step": 4, "default": config["frames"]},
                     "frameRates": [config["frameRate"], 8, 16, 24]},
        "text": {"tokenizer": "tokenizer.json", "maximumLength": tokens, "zeroPadding": True, "vocabulary": "vocabulary.txt", "defaultNegativePrompt": ""},
        "prediction": {"type": "flow", "trainTimesteps": 1000, "flowShift": config["flowShift"]},
        "latent": {"mean": [round(float(v), 6) for v in mean], "deviation": [round(float(v), 6) for v in deviation]},
        "experts": [{"network": "transformer", "guidance": config["guidance"][0]}, {"network": "transformer_2", "guidance": config["guidance"][1]}],
        "boundary": config["boundary"],
        "networks": {name: {"file": f"{name}.onnx", "parameters": sum(p.numel() for p in module.parameters())} for name, module in modules.items()},
        "modes": {name: mode for name, mode in config["modes"].items() if not mode.get("networks")},
        "tensorrt": {"precision": "fp16", "profiles": {"text_encoder": text, "transformer": expert, "transformer_2": expert, "vae_decoder": decoder}},
        "files": digests(bundle),
    }


def digests(bundle):
    """SHA-256 of every file that `bundle.json` answers for."""
    files = sorted(p for p in bundle.iterdir() if p.is_file() and p.name not in ("bundle.json", "README.md"))
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def add_students(config, bundle, students):
    """Exports networks of single modes into a bundle, by the name of each, with those modes that are whole by then."""
    manifest, inputs = json.loads((bundle / "bundle.json").read_text()), example_inputs(config)
    whole = {name: mode for name, mode in config["modes"].items() if set(mode.get("networks", {}).values()) <= {*students, *manifest["networks"]}}
    parts = {by: part for mode in whole.values() for part, by in mode.get("networks", {}).items()}
    for name in set(parts) & set(students):
        export(students[name], name, *inputs[parts[name]], bundle / f"{name}.onnx", eight_bits=True)
        manifest["networks"][name] = {"file": f"{name}.onnx", "parameters": sum(p.numel() for p in students[name].parameters())}
        manifest["tensorrt"]["profiles"][name] = manifest["tensorrt"]["profiles"][parts[name]]
    manifest["version"] = VERSION
    for name, mode in whole.items():
        manifest["modes"][name] = {**manifest["modes"].get(name, {}), **mode}
    ladder = [level for level in config["quality"] if level["mode"] in manifest["modes"]]
    if ladder and ladder[0]["from"] == 0:
        manifest["quality"] = ladder
    manifest["files"] = digests(bundle)
    (bundle / "bundle.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("bundle", type=Path)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    (options.bundle / "training").mkdir(parents=True, exist_ok=True)
    _, _, mean, deviation = train.load_latents(options.run)
    modules = train.load_run(config, options.run)
    for name, (inputs, output, axes) in example_inputs(config).items():
        folder = options.bundle / "training" if name == "vae_encoder" else options.bundle
        export(modules[name], name, inputs, output, axes, folder / f"{name}.onnx", eight_bits=name == "vae_encoder")
    words.write_tokenizer(options.bundle / "tokenizer.json")
    words.write_vocabulary(options.bundle / "vocabulary.txt")
    del modules["vae_encoder"]
    (options.bundle / "bundle.json").write_text(json.dumps(manifest(config, mean, deviation, modules, options.bundle), indent=2) + "\n")


if __name__ == "__main__":
    main()
