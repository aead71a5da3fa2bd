"""Writes the small ONNX networks that the Java tests run.

They have the ports of a real engine bundle and arithmetic that a test can follow by hand:

    text_encoder   text_embeddings[b, t, d] = (input_ids[b, t] + d / 10) * attention_mask[b, t]
    transformer    denoised_latents = hidden_states / 2 + timestep / 1000 + mean(encoder_hidden_states) of its batch row
    vae_decoder    images = tanh(first three latent channels), nearest neighbour, 8x in space, 4x in time after frame one
    half           doubled = 2 * x in half precision
    integers       counted = x rounded down, as int64
    float8         rounded = x rounded to the 8-bit float E4M3
    other_ports    a transformer whose latent input is called "sample"

Run it with Debian's python3-onnx: /usr/bin/python3 make_networks.py
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent
CHANNELS, DIM, VOCABULARY = 16, 8, 64


def port(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def save(name, nodes, inputs, outputs, constants=None, opset=17, check=True):
    initializers = [numpy_helper.from_array(np.asarray(value), key) for key, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="generate-video")
    model.ir_version = 8 if opset < 19 else 9
    if check:
        onnx.checker.check_model(model)
    onnx.save(model, str(FOLDER / f"{name}.onnx"))


def text_encoder():
    table = (np.arange(VOCABULARY)[:, None] + np.arange(DIM)[None, :] / 10).astype(np.float32)
    save("text_encoder", [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["embedded", "column"], ["text_embeddings"]),
    ], [
        port("input_ids", TensorProto.INT64, ["batch", "tokens"]),
        port("attention_mask", TensorProto.INT64, ["batch", "tokens"]),
    ], [port("text_embeddings", TensorProto.FLOAT, ["batch", "tokens", DIM])],
        {"table": table, "last": np.array([2], np.int64)})


def transformer(name, latent):
    save(name, [
        helper.make_node("Mul", [latent, "half"], ["halved"]),
        helper.make_node("Div", ["timestep", "thousand"], ["noise"]),
        helper.make_node("Unsqueeze", ["noise", "axes"], ["noise5"]),
        helper.make_node("ReduceMean", ["encoder_hidden_states"], ["context"], axes=[1, 2], keepdims=0),
        helper.make_node("Unsqueeze", ["context", "axes"], ["context5"]),
        helper.make_node("Add", ["halved", "noise5"], ["noisy"]),
        helper.make_node("Add", ["noisy", "context5"], ["denoised_latents"]),
    ], [
        port(latent, TensorProto.FLOAT, ["batch", CHANNELS, "frames", "height", "width"]),
        port("timestep", TensorProto.FLOAT, ["batch"]),
        port("encoder_hidden_states", TensorProto.FLOAT, ["batch", "tokens", DIM]),
    ], [port("denoised_latents", TensorProto.FLOAT, ["batch", CHANNELS, "frames", "height", "width"])],
        {"half": np.float32(0.5), "thousand": np.float32(1000), "axes": np.array([1, 2, 3, 4], np.int64)})


def vae_decoder():
    save("vae_decoder", [
        helper.make_node("Slice", ["latent", "zero", "three", "one"], ["colours"]),
        helper.make_node("Resize", ["colours", "", "scales"], ["large"], mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        helper.make_node("Slice", ["large", "three", "end", "two"], ["causal"]),
        helper.make_node("Tanh", ["causal"], ["images"]),
    ], [port("latent", TensorProto.FLOAT, ["batch", CHANNELS, "frames", "height", "width"])],
        [port("images", TensorProto.FLOAT, ["batch", 3, "video_frames", "video_height", "video_width"])],
        {"zero": np.array([0], np.int64), "three": np.array([3], np.int64), "one": np.array([1], np.int64),
         "two": np.array([2], np.int64), "end": np.array([2**40], np.int64),
         "scales": np.array([1, 1, 4, 8, 8], np.float32)})


def half():
    save("half", [helper.make_node("Add", ["x", "x"], ["doubled"])],
         [port("x", TensorProto.FLOAT16, ["batch", 3])], [port("doubled", TensorProto.FLOAT16, ["batch", 3])])


def integers():
    save("integers", [
        helper.make_node("Floor", ["x"], ["floor"]),
        helper.make_node("Cast", ["floor"], ["counted"], to=TensorProto.INT64),
    ], [port("x", TensorProto.FLOAT, [None])], [port("counted", TensorProto.INT64, [None])])


def float8():
    # FLOAT8E4M3FN came with opset 19, which Debian's onnx does not know
    save("float8", [
        helper.make_node("Cast", ["x"], ["narrow"], to=17),
        helper.make_node("Cast", ["narrow"], ["rounded"], to=TensorProto.FLOAT),
    ], [port("x", TensorProto.FLOAT, [None])], [port("rounded", TensorProto.FLOAT, [None])], opset=19, check=False)


if __name__ == "__main__":
    text_encoder()
    transformer("transformer", "hidden_states")
    transformer("other_ports", "sample")
    vae_decoder()
    half()
    integers()
    float8()
