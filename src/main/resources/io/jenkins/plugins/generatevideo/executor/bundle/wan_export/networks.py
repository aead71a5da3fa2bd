"""Which networks a checkpoint in Diffusers layout holds, and how each is traced."""

import os

import torch

from . import text_encoder, transformer, video_decoder
from .checkpoint import CheckpointError, Config, Weights, read_json
from .layers import PRECISIONS


class Checkpoint:
    """A folder with model_index.json and a folder for each component."""

    def __init__(self, folder):
        self.folder = folder
        path = os.path.join(folder, "model_index.json")
        self.index = read_json(path)
        if self.index.get("_class_name") != "WanPipeline":
            raise CheckpointError(f"{path} is of a {self.index.get('_class_name')}: only text-to-video checkpoints "
                                  "(WanPipeline) can be imported.")
        self.experts = [name for name in ("transformer", "transformer_2") if self._has(name)]
        if not self.experts:
            raise CheckpointError(f"{path} names no transformer: give the folder of a whole checkpoint.")
        self.timestep_per_token = bool(self.index.get("expand_timesteps", False))

    def _has(self, name):
        return (self.index.get(name) or [None])[0] is not None

    def networks(self, precision, decoder_precision, skip):
        """name -> Network, but for those to skip, in the order in which they are exported: the small ones first."""
        kinds = {"vae_decoder": ("vae", video_decoder, decoder_precision),
                 "text_encoder": ("text_encoder", text_encoder, precision)}
        kinds.update({expert: (expert, transformer, precision) for expert in self.experts})
        return {name: Network(self, *kind) for name, kind in kinds.items() if name not in skip}


class Network:
    """One network of a checkpoint, checked against its configuration but not yet loaded."""

    def __init__(self, checkpoint, component, kind, precision):
        folder = os.path.join(checkpoint.folder, component)
        self.kind = kind
        self.precision = precision
        self.config = Config(os.path.join(folder, "config.json"))
        self.timestep_per_token = checkpoint.timestep_per_token
        self.weights = Weights(folder, kind.STEM)
        self.weights.check({name: tuple(parameter.shape) for name, parameter in self.module().named_parameters()},
                           kind.IGNORED, kind.RENAMED)

    def module(self):
        extra = (self.timestep_per_token,) if self.kind is transformer else ()
        return self.kind.from_config(self.config, PRECISIONS[self.precision], *extra)

    def parameters(self):
        return sum(parameter.numel() for parameter in self.module().parameters())

    def source(self):
        """What the network is made from, to see whether an earlier export still stands: a list of strings."""
        parts = [repr(sorted(self.config.values.items())), self.precision, str(self.timestep_per_token)]
        for path, header in self.weights.files:
            state = os.stat(path)
            parts += [os.path.basename(path), str(state.st_size), str(state.st_mtime_ns), header.decode("utf-8")]
        return parts

    def examples(self, module):
        """Inputs for the trace, which axes of inputs and output may have any extent, and the output's channels."""
        batch = {0: "batch"}
        space = {2: "frames", 3: "height", 4: "width"}
        if self.kind is text_encoder:
            axes = {0: "batch", 1: "tokens"}
            return ((torch.zeros(1, 4, dtype=torch.int64), torch.ones(1, 4, dtype=torch.int64)),
                    {"input_ids": axes, "attention_mask": axes, "text_embeddings": axes}, None)
        if self.kind is video_decoder:
            images = {0: "batch", 2: "image_frames", 3: "image_height", 4: "image_width"}
            channels = module.post_quant_conv.in_channels
            return (torch.zeros(1, channels, 2, 4, 6),), {"latent": {**batch, **space}, "images": images}, 3
        patch = module.patch
        extents = [2 * patch[0], 2 * patch[1], 3 * patch[2]]
        timestep = torch.full((1, 12) if self.timestep_per_token else (1,), 500.0)
        text_size = module.condition_embedder.text_embedder.linear_1.in_features
        return ((torch.zeros(1, module.channels, *extents), timestep, torch.zeros(1, 4, text_size)),
                {"hidden_states": {**batch, **space}, "denoised_latents": {**batch, **space},
                 "timestep": {0: "batch", 1: "patches"} if self.timestep_per_token else batch,
                 "encoder_hidden_states": {0: "batch", 1: "tokens"}}, module.channels)
