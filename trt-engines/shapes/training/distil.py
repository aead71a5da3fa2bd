"""Distils the modes `fast` and `preview` from the standard experts of a bundle; every stage goes on where it stopped.

    python3 distil.py CONFIG BUNDLE RUN paths [PART PARTS]       what the guided experts make, level by level, from noise to clip
    python3 distil.py CONFIG BUNDLE RUN transformer_fast         the student for high noise
    python3 distil.py CONFIG BUNDLE RUN transformer_fast_2       the student for low noise
    python3 distil.py CONFIG BUNDLE RUN transformer_preview      a small student, which the bundle does not use
    python3 distil.py CONFIG BUNDLE RUN pictures [PART PARTS]    what the decoder makes of the ends of those paths
    python3 distil.py CONFIG BUNDLE RUN vae_decoder_preview      the light decoder
    python3 distil.py CONFIG BUNDLE RUN export                   puts the students that RUN has into BUNDLE

The students learn the mean velocity between two noise levels of a path (progressive distillation, Salimans & Ho 2022, in one
stage and with the guidance inside, as Meng et al. 2023), which one Euler step follows. They learn it where their own steps take
them, so that they also learn to come back to the path (as DAgger does, Ross et al. 2011). They may begin while paths are being
made: new ones are taken up as they come.
"""
import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch

import export
import networks
import parity
import pipeline as reference
import train
import weights
import world


class Teacher:
    """The standard experts of a bundle, guidance and all, and the paths they take from noise to a clean latent."""

    FIRST_SEED = 10 ** 9  # beyond those of the evaluation

    def __init__(self, config, bundle, device):
        self.config, self.settings = config, config["paths"]
        self.pipeline = parity.load_bundle(config, bundle, networks.compute_type(), device)
        self.mode = {**config["modes"]["standard"], "steps": self.settings["teacherSteps"]}

    @torch.no_grad()
    def chunk(self, index):
        """The same clips for the same index: float16 latents `[clips, levels + 1, ...]`, the clean one last, and prompt embeddings."""
        count = self.settings["chunk"]
        rng = random.Random(f"paths {index}")
        full = (self.config["frames"] - 1) // 4 + 1
        frames = full if rng.random() < 0.88 else rng.randrange(3, full)
        prompts = [world.describe(rng.choice(world.TRAINING_SCENES), rng.choice(("en", "zh")), rng, omit=0.05, noise=0.03)[0] for _ in range(count)]
        noise = torch.cat([self.pipeline.noise(self.FIRST_SEED + index * count + clip, 4 * frames - 3) for clip in range(count)])
        positive, negative = self.pipeline.encode(prompts), self.pipeline.encode([""] * count)
        paths = [self.path(*part) for part in zip(*(whole.split(8) for whole in (noise, positive, negative)))]
        return torch.cat(paths).half().cpu().numpy(), positive.half().cpu().numpy()

    def path(self, noise, positive, negative):
        every, passed = self.mode["steps"] // self.settings["levels"], []
        clean = self.pipeline.denoise(noise, positive, negative, self.mode, seen=lambda step, latent: passed.append(latent) if step % every == 0 else None)
        return torch.stack((*passed, clean), dim=1)


def save(file, **arrays):
    """Writes a file that has its name only when it is whole."""
    temporary = file.with_name(f"unfinished-{file.name}")
    np.savez(temporary, **arrays)
    temporary.replace(file)


def make_paths(config, bundle, run, options):
    """Draws prompts and noise and keeps the teacher's path for each, a file for each chunk."""
    teacher, (part, parts), chunks = Teacher(config, bundle, options.device), options.part, config["paths"]["chunks"]
    for index in range(part, chunks, parts):
        file, begin = run / f"paths-{index:04}.npz", time.time()
        if not file.exists():
            latents, embeddings = teacher.chunk(index)
            save(file, latents=latents, embeddings=embeddings)
            print(json.dumps({"chunk": index, "of": chunks, "seconds": round(time.time() - begin, 1)}), flush=True)


class Paths:
    """The paths of a run, by their number of frames; looks for new ones from time to time."""

    def __init__(self, run, seconds=120):
        self.run, self.seconds, self.looked, self.files, self.chunks = run, seconds, 0.0, set(), {}

    def length(self, rng):
        """One of the lengths, in latent frames, as often as there are clips of it."""
        if time.time() - self.looked > self.seconds:
            self.look()
        return rng.choices(list(self.chunks), [len(chunks) for chunks in self.chunks.values()])[0]

    def draw(self, count, length, rng):
        """Clips of one length: latents `[count, levels + 1, ...]` and embeddings, both float32."""
        chunks = self.chunks[length]
        places = [(chunk, rng.randrange(len(chunk[0]))) for chunk in rng.choices(chunks, k=count)]
        return tuple(torch.from_numpy(np.stack([chunk[part][place] for chunk, place in places])).float() for part in (0, 1))

    def look(self):
        for file in sorted(set(self.run.glob("paths-*.npz")) - self.files):
            stored = np.load(file)
            self.chunks.setdefault(stored["latents"].shape[3], []).append((stored["latents"], stored["embeddings"]))
            self.files.add(file)
        if not self.files:
            raise SystemExit(f"{self.run} holds no paths-*.npz: run the stage 'paths' first")
        self.looked = time.time()


class Rollouts:
    """Clips of one length on their way over the student's noise levels, as many at each; whoever arrives makes room for a new one."""

    def __init__(self, paths, length, count, first, last, device, rng):
        self.paths, self.length, self.first, self.last, self.device, self.rng = paths, length, first, last, device, rng
        self.levels, self.embeddings = (part.to(device) for part in paths.draw(count, length, rng))
        self.at = first + torch.arange(count) % (last - first)
        self.latents = self.levels[torch.arange(count), self.at]

    def velocities(self, sigmas):
        """Those that lead to where the teacher's paths end: what strayed from a path comes back as the noise goes."""
        clips = torch.arange(len(self.at))
        here, there = (self.levels[clips, at] for at in (self.at, self.at + 1))
        now, then = (sigmas[at][:, None, None, None, None].to(self.device) for at in (self.at, self.at + 1))
        return (there - here) / (then - now) + (self.latents - here) / now

    def advance(self, latents):
        """Takes the latents that the student's steps led to."""
        self.latents, self.at = latents, self.at + 1
        arrived = (self.at == self.last).nonzero().flatten()
        if not len(arrived):
            return
        levels, embeddings = self.paths.draw(len(arrived), self.length, self.rng)
        self.levels[arrived], self.embeddings[arrived] = levels.to(self.device), embeddings.to(self.device)
        self.at[arrived] = self.first
        self.latents[arrived] = self.levels[arrived, self.first]


def load_beginning(student, name, settings, bundle, file, options):
    """The weights that a student begins with, if it has no state yet: its own in the bundle, or those the configuration names."""
    begin = name if options.resume else settings.get("begin")
    if begin and not file.exists():
        weights.load_weights(student, bundle / f"{begin}.onnx")


def distil_expert(config, bundle, run, options):
    name, device, rng = options.stage, options.device, random.Random()
    settings, student, file = config[name], networks.build_expert(config, name), run / f"{name}.pt"
    load_beginning(student, name, settings, bundle, file, options)
    trainer = train.Trainer({name: student}, file, options.minutes or settings["minutes"], settings["learningRate"], device, restart=options.restart)
    paths, rollouts, (first, last) = Paths(run), {}, settings["levels"]
    sampler = reference.EulerTrailing(config["paths"]["levels"], config["flowShift"])
    sigmas, times = sampler.sigmas.float(), sampler.timesteps
    while trainer.running():
        length = paths.length(rng)
        if length not in rollouts:
            rollouts[length] = Rollouts(paths, length, settings["batch"], first, last, device, rng)
        clips, at = rollouts[length], rollouts[length].at
        velocity = student(clips.latents, times[at].to(device), clips.embeddings).float()
        errors = (velocity - clips.velocities(sigmas)).pow(2).mean(dim=(1, 2, 3, 4))
        trainer.step(errors.mean(), **{f"level{level}": errors[at == level].mean() for level in range(first, last)}, files=len(paths.files))
        change = (sigmas[at + 1] - sigmas[at])[:, None, None, None, None].to(device)
        clips.advance(clips.latents + change * velocity.detach())
    trainer.save()


@torch.no_grad()
def pictures(config, bundle, run, options):
    """Decodes the clean end of each full-length path with the full decoder."""
    made, (part, parts) = parity.load_bundle(config, bundle, networks.compute_type(), options.device), options.part
    for source in sorted(run.glob("paths-*.npz"))[part:config["vae_decoder_preview"]["chunks"]:parts]:
        file = run / source.name.replace("paths", "pictures")
        latents = np.load(source)["latents"][:, -1]
        if file.exists() or latents.shape[2] != (config["frames"] - 1) // 4 + 1:
            continue
        frames = torch.cat([made.decode(few.float().to(options.device)) for few in torch.from_numpy(latents).split(4)])
        save(file, latents=latents, frames=frames.numpy())
        print(file.name, flush=True)


def distil_decoder(config, bundle, run, options):
    name, device, rng = options.stage, options.device, random.Random()
    settings, student, teacher = config[name], networks.build_students(config)[options.stage], parity.load_bundle(config, bundle)
    load_beginning(student, name, settings, bundle, run / f"{name}.pt", options)
    trainer = train.Trainer({name: student}, run / f"{name}.pt", options.minutes or settings["minutes"], settings["learningRate"], device, restart=options.restart)
    stored = [np.load(file) for file in sorted(run.glob("pictures-*.npz"))]
    if not stored:
        raise SystemExit(f"{run} holds no pictures-*.npz: run the stage 'pictures' first")
    latents, frames = (np.concatenate([part[key] for part in stored]) for key in ("latents", "frames"))
    while trainer.running():
        chosen = rng.sample(range(len(latents)), settings["batch"])
        wanted = torch.stack([train.to_tensor(frames[i]) for i in chosen]).to(device)
        latent = (torch.from_numpy(latents[chosen]).float() * teacher.deviation + teacher.mean).to(device)
        difference = student(latent.to(networks.compute_type())).float() - wanted
        psnr = (-10 * torch.log10((difference / 2).pow(2).mean(dim=(1, 2, 3, 4)))).mean()
        trainer.step(difference.abs().mean() + settings["squareWeight"] * difference.pow(2).mean(), psnr=psnr)
    trainer.save()


def export_students(config, bundle, run, options):
    students = {name: module for name, module in networks.build_students(config).items() if (run / f"{name}.pt").exists()}
    export.add_students(config, bundle, {name: train.load_average(module, run / f"{name}.pt", name) for name, module in students.items()})


STAGES = {"paths": make_paths, "transformer_fast": distil_expert, "transformer_fast_2": distil_expert, "transformer_preview": distil_expert,
          "pictures": pictures, "vae_decoder_preview": distil_decoder, "export": export_students}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("bundle", type=Path, help="the bundle whose mode standard is the teacher")
    parser.add_argument("run", type=Path, help="folder for paths and states")
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("part", type=int, nargs="*", default=(0, 1), help="paths, pictures: which part of how many")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="begin with the student's own weights in the bundle")
    parser.add_argument("--restart", action="store_true", help="start the clock and the learning rate anew from the saved weights")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.device = "cuda" if torch.cuda.is_available() else "cpu"
    options.run.mkdir(parents=True, exist_ok=True)
    STAGES[options.stage](json.loads(options.config.read_text()), options.bundle, options.run, options)


if __name__ == "__main__":
    main()
