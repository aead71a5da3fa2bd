"""Tests of the distillation of shapes; they need PyTorch and onnx: python3 -m unittest discover src/test/python

What the shipped students make is tested in Java, frame by frame against the training code's pipeline (PyTorchParityTest).
"""

import json
import pathlib
import random
import sys
import tempfile
import types
import unittest
from unittest import mock

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUNDLE = ROOT / "trt-engines" / "shapes"
sys.path.insert(0, str(BUNDLE / "training"))

import distil  # noqa: E402
import export  # noqa: E402
import networks  # noqa: E402
import pipeline  # noqa: E402
import train  # noqa: E402
import weights  # noqa: E402

CONFIG = json.loads((BUNDLE / "training" / "config" / "cpu.json").read_text())
LATENT = (16, 4, 8, 12)


class Sampling(unittest.TestCase):
    def test_the_levels_of_few_steps_are_among_those_of_more(self):
        few, many = pipeline.EulerTrailing(8, 4.0).sigmas, pipeline.UniPc(16, 4.0).sigmas
        self.assertTrue(torch.allclose(few[:-1], many[:-1:2], atol=1e-9))

    def test_following_mean_velocities_leads_to_the_end_of_the_path(self):
        path, sampler = torch.randn(9, *LATENT), pipeline.EulerTrailing(8, 4.0)
        latent = path[0]
        for index in range(8):
            change = float(sampler.sigmas[index + 1] - sampler.sigmas[index])
            latent = sampler.step(index, (path[index + 1] - path[index]) / change, latent)
        self.assertTrue(torch.allclose(latent, path[8], atol=1e-4))


class Paths(unittest.TestCase):
    def setUp(self):
        self.run = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def add(self, name, frames):
        distil.save(self.run / name, latents=numpy.full((3, 9, 16, frames, 8, 12), 7, numpy.float16), embeddings=numpy.zeros((3, 40, 128), numpy.float16))

    def test_draws_clips_of_one_length(self):
        self.add("paths-0000.npz", 7)
        self.add("paths-0001.npz", 3)
        paths, rng = distil.Paths(self.run), random.Random(1)
        seen = {paths.draw(4, paths.length(rng), rng)[0].shape[3] for _ in range(40)}
        self.assertEqual(seen, {3, 7})

    def test_takes_up_paths_that_come_later(self):
        self.add("paths-0000.npz", 7)
        paths = distil.Paths(self.run, seconds=0)
        paths.length(random.Random(1))
        self.add("paths-0001.npz", 7)
        paths.length(random.Random(1))
        self.assertEqual(len(paths.files), 2)

    def test_says_what_to_do_where_there_are_none(self):
        with self.assertRaisesRegex(SystemExit, "run the stage 'paths' first"):
            distil.Paths(self.run).length(random.Random(1))


class Rollouts(unittest.TestCase):
    def setUp(self):
        run = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        rng = numpy.random.default_rng(1)
        distil.save(run / "paths-0000.npz", latents=rng.normal(size=(4, 9, 16, 3, 8, 12)).astype(numpy.float16), embeddings=numpy.zeros((4, 40, 128), numpy.float16))
        paths, draw = distil.Paths(run), random.Random(1)
        self.sigmas = pipeline.EulerTrailing(8, 4.0).sigmas.float()
        self.rollouts = distil.Rollouts(paths, paths.length(draw), 8, 4, 8, "cpu", draw)

    def change(self):
        at = self.rollouts.at
        return (self.sigmas[at + 1] - self.sigmas[at])[:, None, None, None, None]

    def test_without_drift_the_wanted_velocity_leads_along_the_path(self):
        clips = torch.arange(8)
        wanted = self.rollouts.levels[clips, self.rollouts.at + 1].clone()
        reached = self.rollouts.latents + self.change() * self.rollouts.velocities(self.sigmas)
        self.assertTrue(torch.allclose(reached, wanted, atol=1e-4))

    def test_what_strayed_is_led_back_to_the_paths_end(self):
        ends, strayed = self.rollouts.levels[:, 8].clone(), self.rollouts.at == 4
        self.rollouts.latents[strayed] += 1
        for level in range(4, 8):
            self.assertTrue((self.rollouts.at[strayed] == level).all())
            reached = self.rollouts.latents + self.change() * self.rollouts.velocities(self.sigmas)
            if level < 7:
                self.rollouts.advance(reached)
        self.assertTrue(torch.allclose(reached[strayed], ends[strayed], atol=1e-3))

    def test_whoever_arrives_makes_room_for_a_new_clip_at_the_first_level(self):
        before = self.rollouts.at.clone()
        self.rollouts.advance(self.rollouts.latents + 1)
        self.assertEqual(self.rollouts.at.tolist(), [4 if at == 7 else at + 1 for at in before.tolist()])
        fresh = self.rollouts.at == 4
        self.assertTrue(torch.equal(self.rollouts.latents[fresh], self.rollouts.levels[fresh, 4]))


class Training(unittest.TestCase):
    def test_a_student_learns_and_goes_on_from_its_state(self):
        run = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        rng = numpy.random.default_rng(1)
        distil.save(run / "paths-0000.npz", latents=rng.normal(size=(4, 9, 16, 3, 8, 12)).astype(numpy.float16), embeddings=numpy.zeros((4, 40, 128), numpy.float16))
        options = types.SimpleNamespace(stage="transformer_preview", device="cpu", minutes=1, restart=False, resume=False)
        for limit in (2, 5):
            with mock.patch.object(train.Trainer, "running", lambda trainer, limit=limit: trainer.steps < limit):
                distil.distil_expert(CONFIG, BUNDLE, run, options)
        state = torch.load(run / "transformer_preview.pt")
        self.assertEqual(state["steps"], 5)
        self.assertGreater(state["average"]["transformer_preview"]["head.weight"].abs().max(), 0)


class LightDecoder(unittest.TestCase):
    def test_makes_one_picture_of_the_first_latent_frame_and_four_of_each_other(self):
        decoder = networks.build_students(CONFIG)["vae_decoder_preview"]
        with torch.no_grad():
            self.assertEqual(decoder(torch.randn(2, *LATENT)).shape, (2, 3, 13, 64, 96))

    def test_does_less_than_a_sixth_of_the_full_decoders_work(self):
        def work(module):
            total = 0

            def count(layer, inputs, output):
                nonlocal total
                total += output.numel() * layer.weight[0].numel()

            for layer in module.modules():
                if isinstance(layer, (torch.nn.Conv2d, torch.nn.Conv3d)):
                    layer.register_forward_hook(count)
            with torch.no_grad():
                module(torch.randn(1, *LATENT))
            return total

        self.assertLess(work(networks.build_students(CONFIG)["vae_decoder_preview"]), work(networks.build(CONFIG)["vae_decoder"]) / 6)


class Exporting(unittest.TestCase):
    def test_eight_bits_come_back_within_half_a_step_of_each_output_channel(self):
        student = networks.build_students(CONFIG)["transformer_preview"]
        for parameter in student.parameters():
            torch.nn.init.normal_(parameter)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "student.onnx"
            export.export(student, "student", *export.example_inputs(CONFIG)["transformer"], file, eight_bits=True)
            self.assertLess(file.stat().st_size, 1.4 * sum(p.numel() for p in student.parameters()))
            again = weights.load_weights(networks.build_students(CONFIG)["transformer_preview"], file)
        before, after = student.head.weight.detach(), again.head.weight.detach()
        self.assertTrue(((before - after).abs().amax(1) <= before.abs().amax(1) / 127 * 0.51).all())

    def test_a_mode_gets_into_the_bundle_only_with_all_its_networks(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(export, "export"), mock.patch.object(export, "digests", return_value={}):
            bundle = pathlib.Path(folder)
            manifest = json.loads((BUNDLE / "bundle.json").read_text())
            for name in ("transformer_fast", "transformer_fast_2", "transformer_preview", "vae_decoder_preview"):
                manifest["networks"].pop(name, None)
            manifest["modes"] = {"standard": {**manifest["modes"]["standard"], "kept": True}}
            (bundle / "bundle.json").write_text(json.dumps(manifest))
            export.add_students(CONFIG, bundle, {name: student for name, student in networks.build_students(CONFIG).items() if name != "vae_decoder_preview"})
            written = json.loads((bundle / "bundle.json").read_text())
        self.assertEqual(set(written["modes"]), {"standard", "cached", "fast"})
        self.assertTrue(written["modes"]["standard"]["kept"])
        self.assertNotIn("transformer_preview", written["networks"])


if __name__ == "__main__":
    unittest.main()
