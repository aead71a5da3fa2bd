"""Tests of the exporter that need PyTorch and onnx but no ONNX Runtime: python3 -m unittest discover src/test/python

What the exported networks compute is tested in Java, through the whole pipeline (WanParityTest).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import numpy
import onnx
import onnx.numpy_helper
import torch

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src/main/resources/io/jenkins/plugins/generatevideo/executor/bundle"
sys.path.insert(0, str(PACKAGE))

from wan_export import onnx_writer, video_decoder  # noqa: E402
from wan_export.checkpoint import CheckpointError, Config, Weights  # noqa: E402
from wan_export.networks import Checkpoint  # noqa: E402

TYPES = {"float32": "F32", "uint16": "BF16", "float16": "F16"}


def save(path, tensors):
    """Writes a safetensors file; 16-bit unsigned numbers are taken for the bits of bfloat16."""
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": TYPES[str(values.dtype)], "shape": list(values.shape),
                        "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(v.tobytes() for v in tensors.values()))


class ExportTest(unittest.TestCase):
    CONFIGURATIONS = {
        "model_index.json": {"_class_name": "WanPipeline", "transformer": ["diffusers", "WanTransformer3DModel"]},
        "transformer/config.json": {"num_attention_heads": 2, "attention_head_dim": 12, "in_channels": 4,
                                    "out_channels": 4, "text_dim": 6, "freq_dim": 8, "ffn_dim": 10, "num_layers": 1},
        "text_encoder/config.json": {"d_model": 6, "d_kv": 3, "d_ff": 8, "num_layers": 1, "num_heads": 2,
                                     "vocab_size": 9},
        "vae/config.json": {"base_dim": 2, "z_dim": 4, "num_res_blocks": 1},
    }

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.checkpoint = self.folder / "checkpoint"
        for name, values in self.CONFIGURATIONS.items():
            path = self.checkpoint / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        self.tensors = {}
        random = numpy.random.default_rng(1)
        for component, stem in (("transformer", "diffusion_pytorch_model"), ("text_encoder", "model"),
                                ("vae", "diffusion_pytorch_model")):
            self.tensors[component] = {name: random.normal(size=shape).astype("float32")
                                       for name, shape in self.shapes(component).items()}
            save(self.file(component), self.tensors[component])

    def file(self, component):
        stem = "model" if component == "text_encoder" else "diffusion_pytorch_model"
        return self.checkpoint / component / (stem + ".safetensors")

    def shapes(self, component):
        """What the configuration calls for, without a file to read."""
        with mock.patch("wan_export.networks.Weights"):
            networks = Checkpoint(str(self.checkpoint)).networks("fp32", "fp32", [])
        network = networks["vae_decoder" if component == "vae" else component]
        return {name: tuple(p.shape) for name, p in network.module().named_parameters()}

    def run_exporter(self, *arguments):
        process = subprocess.run(
            [sys.executable, "-m", "wan_export", "--checkpoint", str(self.checkpoint), "--output",
             str(self.folder / "out"), *arguments],
            env={**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True,
            text=True)
        lines = [json.loads(line) for line in process.stdout.splitlines()]
        return process.returncode, lines, process.stderr.strip().splitlines()[-1:] or [""]

    def refusal(self):
        code, _, (sentence,) = self.run_exporter("--check")
        self.assertEqual(3, code)
        return sentence

    def change(self, component, change):
        tensors = dict(self.tensors[component])
        change(tensors)
        save(self.file(component), tensors)

    def test_writes_networks_with_the_weights_of_the_checkpoint(self):
        code, lines, _ = self.run_exporter()
        self.assertEqual(0, code)
        self.assertEqual(["text_encoder", "transformer", "vae_decoder"], sorted(lines[-1]["networks"]))
        model = onnx.load(str(self.folder / "out/transformer.onnx"))
        onnx.checker.check_model(model, full_check=True)
        self.assertEqual(["hidden_states", "timestep", "encoder_hidden_states"], [i.name for i in model.graph.input])
        stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        for name, values in self.tensors["transformer"].items():
            matrix = values.ndim == 2 and not numpy.array_equal(stored[name], values)
            numpy.testing.assert_array_equal(stored[name], values.T if matrix else values, name)

    def test_puts_large_weights_beside_the_graph(self):
        network = Checkpoint(str(self.checkpoint)).networks("fp32", "fp32", [])["transformer"]
        module = network.module()
        examples, dynamic, channels = network.examples(module)
        path = str(self.folder / "transformer.onnx")
        with mock.patch.object(onnx_writer, "_INSIDE_LIMIT", 0):
            files = onnx_writer.write(module, examples, network.kind.INPUTS, network.kind.OUTPUT, dynamic, channels,
                                      network.weights, path, lambda done, total: None)
        self.assertEqual({"transformer.onnx", "transformer.onnx.data"}, set(files))
        model = onnx.load(path)  # with the weights from outside
        stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        name = "blocks.0.ffn.net.0.proj.weight"
        numpy.testing.assert_array_equal(stored[name], self.tensors["transformer"][name].T)

    def test_resumes_where_an_interruption_left_it(self):
        self.run_exporter()
        (self.folder / "out/transformer.onnx.export.json").unlink()
        (self.folder / "out/transformer.onnx.part").write_bytes(b"half a network")
        code, lines, _ = self.run_exporter()
        states = {line["network"]: line["state"] for line in lines if line.get("state") in ("skipped", "done")}
        self.assertEqual((0, {"vae_decoder": "skipped", "text_encoder": "skipped", "transformer": "done"}),
                         (code, states))

    def test_exports_again_what_was_made_from_other_weights(self):
        self.run_exporter()
        self.change("text_encoder", lambda tensors: tensors.update(
            {"shared.weight": self.tensors["text_encoder"]["shared.weight"] + 1}))
        code, lines, _ = self.run_exporter()
        self.assertEqual(["text_encoder"], [line["network"] for line in lines if line.get("state") == "done"])

    def test_names_what_is_missing_too_much_and_of_the_wrong_shape(self):
        def spoil(tensors):
            del tensors["proj_out.bias"]
            tensors["scale_shift_table"] = numpy.zeros((1, 2, 5), "float32")
            tensors["blocks.0.attn2.add_k_proj.weight"] = numpy.zeros((2, 2), "float32")

        self.change("transformer", spoil)
        sentence = self.refusal()
        self.assertIn("proj_out.bias [16] is missing", sentence)
        self.assertIn("scale_shift_table is [1, 2, 5], not [1, 2, 24]", sentence)
        self.assertIn("blocks.0.attn2.add_k_proj.weight [2, 2] is not part of the network", sentence)

    def test_names_a_shard_that_was_not_downloaded(self):
        index = {"weight_map": {"shared.weight": "model-00001-of-00002.safetensors",
                                "encoder.final_layer_norm.weight": "model-00002-of-00002.safetensors"}}
        (self.checkpoint / "text_encoder/model.safetensors.index.json").write_text(json.dumps(index))
        self.file("text_encoder").rename(self.checkpoint / "text_encoder/model-00001-of-00002.safetensors")
        self.assertIn("lacks model-00002-of-00002.safetensors", self.refusal())

    def test_refuses_a_file_that_is_cut_short(self):
        whole = self.file("vae").read_bytes()
        self.file("vae").write_bytes(whole[:-10])
        self.assertIn("is cut short", self.refusal())

    def test_refuses_an_image_to_video_checkpoint(self):
        path = self.checkpoint / "transformer/config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "in_channels": 36}))
        self.assertIn("out_channels is 4", self.refusal())

    def test_reads_bfloat16_and_writes_it_back(self):
        values = numpy.array([1.0, -2.5, 3.140625], "float32")
        save(self.folder / "x.safetensors", {"x": (values.view("uint32") >> 16).astype("uint16")})
        read = Weights(str(self.folder), "x").float32("x")
        numpy.testing.assert_array_equal(values, read)
        bits = onnx_writer.convert(read, torch.bfloat16, "x")
        numpy.testing.assert_array_equal(values.view("uint32") >> 16, bits)

    def test_refuses_values_that_16_bit_floats_cannot_hold(self):
        with self.assertRaisesRegex(CheckpointError, "beyond 16-bit floats"):
            onnx_writer.convert(numpy.array([1e6], "float32"), torch.float16, "x")

    def test_decodes_a_later_frame_without_a_change_to_the_earlier_ones(self):
        decoder = video_decoder.from_config(Config(str(self.checkpoint / "vae/config.json")), torch.float32)
        for name, values in self.tensors["vae"].items():
            onnx_writer.assign(decoder, name, torch.from_numpy(0.3 * values))
        latent = torch.randn(1, 4, 3, 4, 4, generator=torch.Generator().manual_seed(3))
        with torch.no_grad():
            whole, first, one = decoder(latent), decoder(latent[:, :, :2]), decoder(latent[:, :, :1])
        self.assertEqual([9, 5, 1], [clip.shape[2] for clip in (whole, first, one)])
        torch.testing.assert_close(whole[:, :, :5], first)
        torch.testing.assert_close(first[:, :, :1], one)


if __name__ == "__main__":
    unittest.main()
