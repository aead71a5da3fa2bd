"""The denoiser of Wan 2.1 and 2.2 for text-to-video (Wan team, 2025: "Wan: Open and Advanced Large-Scale Video
Generative Models"): a diffusion transformer over patches of the latent, with rotary positions in three axes, attention
to the text, and a modulation by the time step that every block shares but for a learnt table."""

import math

import torch
from torch import nn

from .layers import LayerNorm, RootMeanSquareNorm, attention, linear, parameter

STEM = "diffusion_pytorch_model"
IGNORED = ()
RENAMED = {}
INPUTS = ("hidden_states", "timestep", "encoder_hidden_states")
OUTPUT = "denoised_latents"


def from_config(config, dtype, timestep_per_token):
    config.require("qk_norm", ["rms_norm_across_heads"], "rms_norm_across_heads")
    for key in ("image_dim", "added_kv_proj_dim", "pos_embed_seq_len"):
        config.require(key, [None], None)
    channels = config.whole("in_channels", 16)
    # An image-to-video network takes the image's latent as further channels and returns fewer than it was given.
    config.require("out_channels", [channels, None], channels)
    return WanTransformer(
        patch=config.items("patch_size", int, [1, 2, 2]),
        heads=config.whole("num_attention_heads", 40),
        head_size=config.whole("attention_head_dim", 128),
        channels=channels,
        text_size=config.whole("text_dim", 4096),
        frequency_size=config.whole("freq_dim", 256),
        feed_forward_size=config.whole("ffn_dim", 13824),
        layers=config.whole("num_layers", 40),
        cross_norm=config.require("cross_attn_norm", [True, False], True),
        epsilon=config.number("eps", 1e-6),
        longest=config.whole("rope_max_seq_len", 1024),
        timestep_per_token=timestep_per_token,
        dtype=dtype,
    )


class WanTransformer(nn.Module):
    """hidden_states [batch, channels, frames, height, width], timestep [batch] or [batch, tokens],
    encoder_hidden_states [batch, text tokens, text size] -> the prediction, in hidden_states' shape."""

    def __init__(self, patch, heads, head_size, channels, text_size, frequency_size, feed_forward_size, layers,
                 cross_norm, epsilon, longest, timestep_per_token, dtype):
        super().__init__()
        width = heads * head_size
        self.patch = patch
        self.width = width
        self.channels = channels
        self.timestep_per_token = timestep_per_token
        self.dtype = dtype
        self.patch_embedding = nn.Conv3d(channels, width, patch, patch, device="meta", dtype=dtype)
        self.condition_embedder = ConditionEmbedder(width, frequency_size, text_size, dtype)
        self.rotary = RotaryPositions(head_size, longest, dtype)
        self.blocks = nn.ModuleList(
            Block(width, heads, feed_forward_size, cross_norm, epsilon, dtype) for _ in range(layers))
        self.norm_out = LayerNorm(width, epsilon, affine=False)
        self.scale_shift_table = parameter(1, 2, width)
        self.proj_out = linear(width, channels * math.prod(patch), dtype)

    def activations(self):
        """Numbers that live at once for each token, in the widest place of a block whose attention is fused: the
        residual stream and its normalised copy, and either query, key, value and result or the feed-forward's inside;
        with a time step for each token also its modulation, twice, in 32 bits."""
        inside = max(4 * self.width, self.blocks[0].ffn.net[2].in_features + self.width)
        modulation = 24 * self.width if self.timestep_per_token else 0
        return 2 * self.width + inside + modulation

    def forward(self, hidden_states, timestep, encoder_hidden_states):
        batch = hidden_states.shape[0]
        frames, height, width = (hidden_states.shape[2 + axis] // self.patch[axis] for axis in range(3))
        x = self.patch_embedding(hidden_states.to(self.dtype)).flatten(2).transpose(1, 2)
        # A time step for the whole clip is one for a single token that every token shares by broadcasting.
        if not self.timestep_per_token:
            timestep = timestep.unsqueeze(1)
        time, modulation, text = self.condition_embedder(timestep, encoder_hidden_states.to(self.dtype))
        rotation = self.rotary(frames, height, width)
        for block in self.blocks:
            x = block(x, text, modulation, rotation)
        shift_and_scale = self.scale_shift_table.unsqueeze(1) + time.unsqueeze(2)
        x = self.norm_out(x) * (1 + shift_and_scale[:, :, 1]) + shift_and_scale[:, :, 0]
        x = self.proj_out(x.to(self.dtype))
        x = x.reshape(batch, frames, height, width, *self.patch, self.channels)
        x = x.permute(0, 7, 1, 4, 2, 5, 3, 6)
        return x.reshape(batch, self.channels, frames * self.patch[0], height * self.patch[1],
                         width * self.patch[2]).float()


class ConditionEmbedder(nn.Module):
    """Embeds the time step (in 32 bits) and projects the text to the transformer's width."""

    def __init__(self, width, frequency_size, text_size, dtype):
        super().__init__()
        self.width = width
        self.time_embedder = TwoLayers(frequency_size, width, nn.functional.silu, torch.float32)
        self.time_proj = linear(width, 6 * width, dtype)
        self.text_embedder = TwoLayers(text_size, width, gelu, dtype)
        half = frequency_size // 2
        self.frequencies = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float32) / half)

    def forward(self, timestep, text):
        angles = timestep.float().unsqueeze(-1) * self.frequencies
        time = self.time_embedder(torch.cat((torch.cos(angles), torch.sin(angles)), -1))
        projected = self.time_proj(nn.functional.silu(time).to(text.dtype))
        modulation = projected.float().reshape(time.shape[0], -1, 6, self.width)
        return time, modulation, self.text_embedder(text)


class TwoLayers(nn.Module):
    def __init__(self, inputs, outputs, activation, dtype):
        super().__init__()
        self.linear_1 = linear(inputs, outputs, dtype)
        self.activation = activation
        self.linear_2 = linear(outputs, outputs, dtype)

    def forward(self, x):
        return self.linear_2(self.activation(self.linear_1(x)))


def gelu(x):
    return nn.functional.gelu(x, approximate="tanh")


class RotaryPositions(nn.Module):
    """Rotary positions (Su et al., 2021) with the head's pairs shared out over time, height and width."""

    def __init__(self, head_size, longest, dtype):
        super().__init__()
        space = 2 * (head_size // 6)
        tables = []
        for size in (head_size - 2 * space, space, space):
            exponents = torch.arange(0, size, 2, dtype=torch.float64) / size
            tables.append(torch.arange(longest, dtype=torch.float64)[:, None] / 10000.0 ** exponents[None, :])
        self.cosines = [table.cos().to(dtype) for table in tables]
        self.sines = [table.sin().to(dtype) for table in tables]

    def forward(self, frames, height, width):
        """cosines and sines [1, tokens, 1, head size / 2]"""
        return tuple(self._grid(tables, frames, height, width) for tables in (self.cosines, self.sines))

    @staticmethod
    def _grid(tables, frames, height, width):
        time = tables[0][:frames].reshape(frames, 1, 1, -1).expand(frames, height, width, -1)
        rows = tables[1][:height].reshape(1, height, 1, -1).expand(frames, height, width, -1)
        columns = tables[2][:width].reshape(1, 1, width, -1).expand(frames, height, width, -1)
        half = sum(table.shape[1] for table in tables)
        return torch.cat((time, rows, columns), -1).reshape(1, -1, 1, half)


class Block(nn.Module):
    def __init__(self, width, heads, feed_forward_size, cross_norm, epsilon, dtype):
        super().__init__()
        self.norm1 = LayerNorm(width, epsilon, affine=False)
        self.attn1 = Attention(width, heads, epsilon, dtype)
        self.norm2 = LayerNorm(width, epsilon, affine=True) if cross_norm else None
        self.attn2 = Attention(width, heads, epsilon, dtype)
        self.norm3 = LayerNorm(width, epsilon, affine=False)
        self.ffn = FeedForward(width, feed_forward_size, dtype)
        self.scale_shift_table = parameter(1, 6, width)

    def forward(self, x, text, modulation, rotation):
        modulation = self.scale_shift_table.unsqueeze(1) + modulation
        shift, scale, gate, ffn_shift, ffn_scale, ffn_gate = (modulation[:, :, index] for index in range(6))
        normal = (self.norm1(x) * (1 + scale) + shift).to(x.dtype)
        x = (x.float() + self.attn1(normal, normal, rotation).float() * gate).to(x.dtype)
        normal = x if self.norm2 is None else self.norm2(x).to(x.dtype)
        x = x + self.attn2(normal, text, None)
        normal = (self.norm3(x) * (1 + ffn_scale) + ffn_shift).to(x.dtype)
        return (x.float() + self.ffn(normal).float() * ffn_gate).to(x.dtype)


class FeedForward(nn.Module):
    def __init__(self, width, inner, dtype):
        super().__init__()
        # The names and places of Diffusers: a projection with its activation, a dropout, a projection.
        self.net = nn.ModuleList((nn.ModuleDict({"proj": linear(width, inner, dtype)}), nn.Identity(),
                                  linear(inner, width, dtype)))

    def forward(self, x):
        return self.net[2](gelu(self.net[0]["proj"](x)))


class Attention(nn.Module):
    """Self-attention with rotary positions, or attention to the text without."""

    def __init__(self, width, heads, epsilon, dtype):
        super().__init__()
        self.heads = heads
        self.head_size = width // heads
        self.to_q = linear(width, width, dtype)
        self.to_k = linear(width, width, dtype)
        self.to_v = linear(width, width, dtype)
        self.to_out = nn.ModuleList((linear(width, width, dtype),))
        self.norm_q = RootMeanSquareNorm(width, epsilon)
        self.norm_k = RootMeanSquareNorm(width, epsilon)

    def forward(self, x, context, rotation):
        query = self._split(self.norm_q(self.to_q(x)))
        key = self._split(self.norm_k(self.to_k(context)))
        value = self._split(self.to_v(context))
        if rotation is not None:
            query = self._rotate(query, *rotation)
            key = self._rotate(key, *rotation)
        query = query * self.head_size ** -0.5
        result = attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2))
        result = result.transpose(1, 2).reshape(x.shape[0], -1, self.heads * self.head_size)
        return self.to_out[0](result)

    def _split(self, x):
        return x.reshape(x.shape[0], -1, self.heads, self.head_size)

    def _rotate(self, x, cosines, sines):
        """Turns every pair of neighbouring numbers by its token's angle."""
        pairs = x.reshape(x.shape[0], -1, self.heads, self.head_size // 2, 2)
        first, second = pairs[..., 0], pairs[..., 1]
        turned = torch.stack((first * cosines - second * sines, first * sines + second * cosines), -1)
        return turned.reshape(x.shape[0], -1, self.heads, self.head_size)
