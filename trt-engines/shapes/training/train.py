"""Trains the networks of `shapes`, one stage at a time; every stage saves its state and goes on from it.

    python3 train.py CONFIG RUN resume --from BUNDLE   (only to go on from shipped weights)
    python3 train.py CONFIG RUN autoencoder
    python3 train.py CONFIG RUN text
    python3 train.py CONFIG RUN latents [PART PARTS]
    python3 train.py CONFIG RUN transformer      (the high-noise expert)
    python3 train.py CONFIG RUN transformer_2    (the low-noise expert)

`--minutes M` overrides the configuration's time for a stage, `--threads N` the threads of this process. The two experts
do not wait for each other: on two cores they train side by side, one thread each.
"""
import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import muon
import networks
import text as words
import world


class Trainer:
    """Muon on float32 master weights with networks in `networks.compute_type()`, a moving average, warm-up and cosine decay by the clock."""

    def __init__(self, modules, file, minutes, learning_rate, device, average=0.998, restart=False):
        self.modules, self.file, self.seconds, self.learning_rate, self.average = modules, Path(file), minutes * 60, learning_rate, average
        self.parameters = [p for m in modules.values() for p in m.parameters()]
        self.elapsed, self.steps = 0.0, 0
        state = torch.load(self.file, map_location="cpu") if self.file.exists() else None
        if state is not None:
            for name, module in modules.items():
                if name in state["weights"]:  # a bundle has no use for the text encoder's head, and so does not keep it
                    module.load_state_dict(state["weights"][name])
        for module in modules.values():
            module.to(device)
        self.master = [p.detach().clone().float() for p in self.parameters]
        self.mean = [p.clone() for p in self.master]
        self.optimiser = muon.Muon(self.master, learning_rate)
        if state is not None:
            self.elapsed, self.steps = (0.0 if restart else state["elapsed"]), state["steps"]
            if "optimiser" in state:
                self.optimiser.load_state_dict(state["optimiser"])
            known = {name: state["average"].get(name, {}) for name in modules}
            for mean, (name, key) in zip(self.mean, ((name, key) for name, module in modules.items() for key, _ in module.named_parameters())):
                if key in known[name]:
                    mean.copy_(known[name][key])
        for module in modules.values():
            module.to(networks.compute_type())
        self.last = self.saved = self.said = time.time()
        self.losses = []

    def running(self):
        return self.elapsed < self.seconds

    def step(self, loss, **extra):
        loss.backward()
        for master, parameter in zip(self.master, self.parameters):
            master.grad = parameter.grad.float()
            parameter.grad = None
        norm = torch.nn.utils.clip_grad_norm_(self.master, 1.0)
        progress = min(self.elapsed / self.seconds, 1.0)
        rate = self.learning_rate * min(1.0, (self.steps + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        if torch.isfinite(norm):
            self.optimiser.step()
        average = min(self.average, (self.steps + 1) / (self.steps + 10))
        with torch.no_grad():
            for master, mean, parameter in zip(self.master, self.mean, self.parameters):
                mean.lerp_(master, 1 - average)
                parameter.copy_(master)
        self.steps += 1
        now = time.time()
        self.elapsed += now - self.last
        self.last = now
        self.losses.append({"loss": float(loss.detach()), **{k: float(v) for k, v in extra.items()}})
        if now - self.said > 30:
            summary = {k: round(sum(entry[k] for entry in self.losses) / len(self.losses), 5) for k in self.losses[0]}
            print(json.dumps({"step": self.steps, "minutes": round(self.elapsed / 60, 1), "rate": round(rate, 6), **summary}), flush=True)
            self.said, self.losses = now, []
        if now - self.saved > 90:
            self.save()

    def save(self):
        def pack(values):
            values, packed = iter(values), {}
            for name, module in self.modules.items():
                packed[name] = {key: next(values).cpu().clone() for key, _ in module.named_parameters()}
            return packed

        temporary = self.file.with_suffix(".new")
        torch.save({"weights": pack(self.master), "average": pack(self.mean), "optimiser": self.optimiser.state_dict(),
                    "elapsed": self.elapsed, "steps": self.steps}, temporary)
        temporary.replace(self.file)
        self.saved = time.time()


def load_average(module, file, name):
    """The moving average of a trained network, in float32, ready for use."""
    module.load_state_dict(torch.load(file, map_location="cpu")["average"][name])
    return module.eval()


STATES = {"vae_encoder": "autoencoder.pt", "vae_decoder": "autoencoder.pt", "text_encoder": "text.pt", "transformer": "transformer.pt", "transformer_2": "transformer_2.pt"}


def load_run(config, run):
    """All networks of a run, with the moving averages of their weights."""
    return {name: load_average(module, run / STATES[name], name) for name, module in networks.build(config).items()}


def resume_from_bundle(config, run, options):
    """Writes the states of all stages from a bundle's weights, so that each can go on where the bundle ends."""
    import weights

    files = {}
    for name, module in networks.build(config).items():
        folder = options.bundle / "training" if name == "vae_encoder" else options.bundle
        weights.load_weights(module, folder / f"{name}.onnx")
        files.setdefault(STATES[name], {})[name] = {key: p.detach() for key, p in module.named_parameters()}
    for file, networks_of_file in files.items():
        if (run / file).exists():
            raise SystemExit(f"{run / file} is there already: name an empty folder to begin from a bundle")
        torch.save({"weights": networks_of_file, "average": networks_of_file, "elapsed": 0.0, "steps": 0}, run / file)


def to_tensor(video):
    """uint8 [frames, height, width, 3] to float [3, frames, height, width] in [-1, 1]."""
    return torch.from_numpy(video).permute(3, 0, 1, 2).float() / 127.5 - 1


def train_autoencoder(config, run, options):
    settings, built = config["autoencoder"], networks.build(config)
    trainer = Trainer({k: built[k] for k in ("vae_encoder", "vae_decoder")}, run / "autoencoder.pt", options.minutes or settings["minutes"],
                      settings["learningRate"], options.device, average=0.995, restart=options.restart)
    encoder, decoder = built["vae_encoder"], built["vae_decoder"]
    rng = random.Random()
    while trainer.running():
        videos, masks = [], []
        for _ in range(settings["batch"]):
            frames = 9 if trainer.elapsed < 0.6 * trainer.seconds else settings["cropFrames"]
            first = rng.randrange(config["frames"] - frames + 1)
            video, mask = world.render(rng.choice(world.TRAINING_SCENES), config["width"], config["height"], config["frames"], rng.random(), slice(first, first + frames))
            videos.append(to_tensor(video))
            masks.append(torch.from_numpy(mask)[None])
        video, mask = torch.stack(videos).to(options.device), torch.stack(masks).to(options.device)
        mask = F.max_pool3d(mask, (1, 5, 5), 1, (0, 2, 2))
        mean, logarithm = encoder(video.to(networks.compute_type())).float().chunk(2, dim=1)
        logarithm = logarithm.clamp(-20, 5)
        latent = mean + torch.randn_like(mean) * torch.exp(0.5 * logarithm)
        error = (decoder(latent.to(networks.compute_type())).float() - video).abs()
        reconstruction = (error * (1 + settings["subjectWeight"] * mask)).mean()
        divergence = 0.5 * (mean.pow(2) + logarithm.exp() - 1 - logarithm).mean()
        with torch.no_grad():
            psnr = (-10 * torch.log10((error / 2).pow(2).mean(dim=(1, 2, 3, 4)))).mean()
        trainer.step(reconstruction + settings["klWeight"] * divergence, reconstruction=reconstruction, kl=divergence, psnr=psnr)
    trainer.save()


def train_text(config, run, options):
    settings = config["text"]
    tokenizer = words.Tokenizer(settings["tokens"])
    encoder = networks.build(config)["text_encoder"]
    sizes = {name: len(values) + 1 for name, values in world.ATTRIBUTES.items()}
    head = torch.nn.Linear(settings["width"], sum(sizes.values()))
    trainer = Trainer({"text_encoder": encoder, "head": head}, run / "text.pt", options.minutes or settings["minutes"], settings["learningRate"], options.device,
                      restart=options.restart)
    rng = random.Random()
    while trainer.running():
        prompts, targets = [], []
        for _ in range(settings["batch"]):
            prompt, named = world.describe(rng.choice(world.TRAINING_SCENES), rng.choice(("en", "zh")), rng, omit=0.15, noise=0.1)
            prompts.append(prompt)
            targets.append([world.ATTRIBUTES[a].index(named[a]) if a in named else len(world.ATTRIBUTES[a]) for a in sizes])
        ids, mask = (t.to(options.device) for t in tokenizer.batch(prompts))
        targets = torch.tensor(targets, device=options.device)
        scores = head(encoder(ids, mask)).float()
        loss, right = 0.0, {}
        for index, part in enumerate(scores.split(list(sizes.values()), dim=-1)):
            wanted = targets[:, index, None].expand(-1, part.shape[1])
            chosen = mask.bool()
            loss = loss + F.cross_entropy(part[chosen], wanted[chosen])
            right[list(sizes)[index]] = (part.argmax(-1)[chosen] == wanted[chosen]).float().mean()
        trainer.step(loss, **right)
    trainer.save()


@torch.no_grad()
def encode_latents(config, run, options):
    """Draws training clips and keeps the means of their latents, with the scene of each."""
    encoder = load_average(networks.build(config)["vae_encoder"], run / "autoencoder.pt", "vae_encoder").to(networks.compute_type()).to(options.device)
    part, parts = options.part
    count = config["latents"]["clips"] // parts
    rng = random.Random(1000 + part)
    latents, scenes, said = [], [], time.time()
    while len(scenes) < count:
        chosen = [rng.choice(world.TRAINING_SCENES) for _ in range(2)]
        videos = [to_tensor(world.render(s, config["width"], config["height"], config["frames"], rng.random())[0]) for s in chosen]
        mean = encoder(torch.stack(videos).to(options.device).to(networks.compute_type())).float().chunk(2, dim=1)[0]
        latents.append(mean.half().cpu().numpy())
        scenes += [(s.colour, s.subject, s.motion, s.background) for s in chosen]
        if time.time() - said > 30:
            said = time.time()
            print(json.dumps({"clips": len(scenes), "of": count}), flush=True)
    np.savez(run / f"latents-{part}.npz", latents=np.concatenate(latents), scenes=np.array(scenes))


def load_latents(run):
    """All encoded clips `[clips, channels, frames, height, width]` in float16, their scenes, and each channel's mean and deviation."""
    files = sorted(run.glob("latents-*.npz"))
    if not files:
        raise SystemExit(f"{run} holds no latents-*.npz: run the stage 'latents' first")
    parts = [np.load(file) for file in files]
    latents = torch.from_numpy(np.concatenate([p["latents"] for p in parts]))
    scenes = [world.Scene(*map(str, s)) for p in parts for s in p["scenes"]]
    sample = latents[:2000].float()
    return latents, scenes, sample.mean(dim=(0, 2, 3, 4)), sample.std(dim=(0, 2, 3, 4))


def draw_noise_levels(count, high, config, rng, device):
    """Noise levels (1 is pure noise) with the density that the shifted sampling schedule has, within one expert's range."""
    shift, boundary = config["flowShift"], config["boundary"]
    split = boundary / (shift - (shift - 1) * boundary)
    low, top = (split, 1.0) if high else (0.0, split)
    u = low + (top - low) * ((torch.arange(count) + rng.random()) / count)[torch.randperm(count)]
    return (shift * u / (1 + (shift - 1) * u)).to(device)


def train_expert(config, run, options):
    high = options.stage == "transformer"
    settings = config["transformer"]
    latents, scenes, mean, deviation = load_latents(run)
    mean, deviation = mean[:, None, None, None], deviation[:, None, None, None]
    encoder = load_average(networks.build(config)["text_encoder"], run / "text.pt", "text_encoder").to(options.device)
    tokenizer = words.Tokenizer(config["text"]["tokens"])
    expert = networks.build(config)[options.stage]
    file = run / f"{options.stage}.pt"
    trainer = Trainer({options.stage: expert}, file, options.minutes or settings["minutes"], settings["learningRate"], options.device, restart=options.restart)
    rng = random.Random()
    full = latents.shape[2]
    while trainer.running():
        chosen = [rng.randrange(len(scenes)) for _ in range(settings["batch"])]
        frames = full if rng.random() < 0.85 else rng.randrange(3, full)
        clean = ((latents[chosen][:, :, :frames].float() - mean) / deviation).to(options.device)
        prompts = ["" if rng.random() < config["promptDropout"] else world.describe(scenes[i], rng.choice(("en", "zh")), rng, omit=0.08, noise=0.05)[0] for i in chosen]
        ids, mask = (t.to(options.device) for t in tokenizer.batch(prompts))
        with torch.no_grad():
            embeddings = encoder(ids, mask) * mask[..., None]
        level = draw_noise_levels(len(chosen), high, config, rng, options.device)
        noise = torch.randn_like(clean)
        spread = level[:, None, None, None, None]
        velocity = expert((1 - spread) * clean + spread * noise, level * 1000, embeddings)
        trainer.step((velocity.float() - (noise - clean)).pow(2).mean())
    trainer.save()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("run", type=Path, help="folder for states and latents")
    parser.add_argument("stage", choices=("resume", "autoencoder", "text", "latents", "transformer", "transformer_2"))
    parser.add_argument("part", type=int, nargs="*", default=(0, 1), help="latents: which part of how many")
    parser.add_argument("--from", dest="bundle", type=Path, help="resume: the bundle whose weights to go on from")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--restart", action="store_true", help="start the clock and the learning rate anew from the saved weights")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.device = "cuda" if torch.cuda.is_available() else "cpu"
    options.run.mkdir(parents=True, exist_ok=True)
    config = json.loads(options.config.read_text())
    {"resume": resume_from_bundle, "autoencoder": train_autoencoder, "text": train_text, "latents": encode_latents}.get(options.stage, train_expert)(config, options.run, options)


if __name__ == "__main__":
    main()
