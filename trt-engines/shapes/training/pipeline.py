"""The generation pipeline in PyTorch: the reference that the executor's Java pipeline is compared with."""
import torch

import text as words


class UniPc:
    """UniPC of order 2 with B(h) = exp(h) - 1, on a flow prediction (Zhao et al. 2023); one pass through its time steps."""

    def __init__(self, steps, shift, device="cpu"):
        alphas = torch.linspace(1, 1 / 1000, steps + 1, dtype=torch.float64)
        sigmas = torch.flip(shift * (1.0 - alphas) / (1 + (shift - 1) * (1.0 - alphas)), dims=(0,))[:-1]
        self.timesteps = (sigmas * 1000).to(torch.int64).float().to(device)
        self.sigmas = torch.cat((sigmas, torch.zeros(1, dtype=torch.float64)))
        self.outputs, self.last_latent, self.order = [], None, 0

    def _log_snr(self, index):
        sigma = self.sigmas[index]
        return torch.log((1 - sigma) / sigma) if sigma > 0 else torch.tensor(float("inf"), dtype=torch.float64)

    def _multistep(self, latent, start, target, order, clean, newest=None):
        """From noise level `start` to `target` with the predictions so far; `newest`, at the target, makes it the corrector."""
        sigma_t, sigma_s = self.sigmas[target], self.sigmas[start]
        h = self._log_snr(target) - self._log_snr(start)
        growth = torch.expm1(-h)
        ratios, differences = [], []
        for back in range(1, order):
            ratio = (self._log_snr(start - back) - self._log_snr(start)) / h
            ratios.append(ratio)
            differences.append((self.outputs[-1 - back] - clean) / float(ratio))
        ratios.append(torch.tensor(1.0, dtype=torch.float64))
        rows, values = [], []
        phi, factorial = growth / -h - 1, 1.0
        for i in range(1, order + 1):
            rows.append(torch.stack([r ** (i - 1) for r in ratios]))
            values.append(phi * factorial / growth)
            factorial *= i + 1
            phi = phi / -h - 1 / factorial
        rows, values = torch.stack(rows), torch.stack(values)
        result = float(sigma_t / sigma_s) * latent - float((1 - sigma_t) * growth) * clean
        if newest is not None:
            weights = torch.linalg.solve(rows, values) if order > 1 else torch.tensor([0.5], dtype=torch.float64)
            residual = float(weights[-1]) * (newest - clean)
        else:
            weights = torch.tensor([0.5], dtype=torch.float64)
            residual = 0.0
        for weight, difference in zip(weights, differences):
            residual = residual + float(weight) * difference
        return result - float((1 - sigma_t) * growth) * residual

    def step(self, index, velocity, latent):
        clean = latent - float(self.sigmas[index]) * velocity
        if index > 0 and self.last_latent is not None:
            latent = self._multistep(self.last_latent, index - 1, index, self.order, self.outputs[-1], newest=clean)
        self.outputs = (self.outputs + [clean])[-2:]
        self.order = min(2, len(self.timesteps) - index, index + 1)
        self.last_latent = latent
        if self.sigmas[index + 1] == 0:
            return clean
        return self._multistep(latent, index, index + 1, self.order, clean)


class EulerTrailing(UniPc):
    """The Euler rule on UniPC's noise levels, for students that predict the mean velocity from one level to the next."""

    def step(self, index, velocity, latent):
        self.last_latent = latent
        return latent + float(self.sigmas[index + 1] - self.sigmas[index]) * velocity


SAMPLERS = {"unipc": UniPc, "euler-trailing": EulerTrailing}
STANDARD = {"sampler": "unipc", "steps": 50}


class Pipeline:
    """Text-to-video with the networks of one run; `dtype` is what the networks compute in.

    A `mode` is one of `bundle.json`: sampler, steps, and where they differ guidance and networks. Step caching is the executor's alone.
    """

    def __init__(self, config, modules, mean, deviation, dtype=torch.float32, device="cpu"):
        self.config, self.dtype, self.device = config, dtype, device
        self.modules = {name: module.to(device).to(dtype).eval() for name, module in modules.items()}
        self.mean, self.deviation = mean.to(device)[:, None, None, None], deviation.to(device)[:, None, None, None]
        self.tokenizer = words.Tokenizer(config["text"]["tokens"])

    @torch.no_grad()
    def encode(self, prompts):
        ids, mask = (t.to(self.device) for t in self.tokenizer.batch(prompts))
        return self.modules["text_encoder"](ids, mask).float() * mask[..., None]

    def noise(self, seed, frames):
        """`torch.randn` of the latent's shape with this seed, on the CPU, so that it is the same everywhere."""
        channels = self.config["autoencoder"]["channels"]
        shape = (1, channels, (frames - 1) // 4 + 1, self.config["height"] // 8, self.config["width"] // 8)
        return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(self.device)

    def network(self, mode, name):
        return self.modules[mode.get("networks", {}).get(name, name)]

    @torch.no_grad()
    def denoise(self, latent, positive, negative, mode, seen=None):
        """`latent [batch, ...]`, embeddings `[batch, tokens, width]`; returns the clean latent, normalised.

        `seen(index, latent)` gets the latent at each noise level, corrected where the sampler corrects.
        """
        guidance = mode.get("guidance", self.config["guidance"])
        sampler = SAMPLERS[mode["sampler"]](mode["steps"], self.config["flowShift"])
        both = torch.cat((positive, negative))
        for index, timestep in enumerate(sampler.timesteps.tolist()):
            expert = 0 if timestep >= self.config["boundary"] * 1000 else 1
            network, scale = self.network(mode, "transformer" if expert == 0 else "transformer_2"), guidance[expert]
            batch, texts = (latent, positive) if scale == 1 else (torch.cat((latent, latent)), both)
            velocity = network(batch, torch.full((len(batch),), timestep, device=self.device), texts).float()
            if scale != 1:
                with_prompt, without = velocity.chunk(2)
                velocity = without + scale * (with_prompt - without)
            latent = sampler.step(index, velocity, latent)
            if seen is not None:
                seen(index, sampler.last_latent)
        return latent

    @torch.no_grad()
    def decode(self, latent, mode=STANDARD):
        """Frames uint8 `[batch, frames, height, width, 3]`."""
        images = self.network(mode, "vae_decoder")((latent * self.deviation + self.mean).to(self.dtype)).float()
        return ((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 4, 1).cpu()

    def generate(self, prompts, seeds, mode=STANDARD, frames=None):
        latent = torch.cat([self.noise(seed, frames or self.config["frames"]) for seed in seeds])
        positive, negative = self.encode(prompts), self.encode([""] * len(prompts))
        return self.decode(self.denoise(latent, positive, negative, mode), mode)


def load(config, run, dtype=torch.float32, device="cpu"):
    """The pipeline of a training run, with the moving averages of its weights."""
    import train

    modules = train.load_run(config, run)
    del modules["vae_encoder"]
    _, _, mean, deviation = train.load_latents(run)
    return Pipeline(config, modules, mean, deviation, dtype, device)
