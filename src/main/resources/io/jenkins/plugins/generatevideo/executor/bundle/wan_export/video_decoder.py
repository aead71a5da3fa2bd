"""The decoder of the causal video autoencoders of Wan 2.1 (8x8 pixels) and Wan 2.2 TI2V (16x16 pixels).

The reference decodes one latent frame after another and hands each convolution the last two frames it saw. Here the
whole sequence goes through at once, which gives the same numbers: a causal convolution over the sequence, padded with
two frames of zeros before the first, sees for every frame what the reference's cache would have held. Only the
temporal upsampling treats the first frame otherwise (see TemporalUpsampling).
"""

import torch
from torch import nn

from .checkpoint import CheckpointError
from .layers import attention, parameter

STEM = "diffusion_pytorch_model"
# Text-to-video only decodes.
IGNORED = ("encoder.", "quant_conv.")
RENAMED = {}
INPUTS = ("latent",)
OUTPUT = "images"


def from_config(config, dtype):
    if config.values.get("attn_scales"):
        raise CheckpointError(f"{config.path}: attn_scales is not empty, which this exporter does not know.")
    multipliers = config.items("dim_mult", int, [1, 2, 4, 4])
    downsampling = config.items("temperal_downsample", bool, [False, True, True])
    if len(downsampling) != len(multipliers) - 1:
        raise CheckpointError(f"{config.path}: temperal_downsample must have one entry less than dim_mult.")
    patch = config.values.get("patch_size") or 1
    # Published configurations give the channels with the patch's pixels counted in (12 for a patch of 2x2) or not (3).
    config.require("out_channels", [3, 3 * patch * patch], 3)
    base = config.values.get("decoder_base_dim") or config.whole("base_dim", 96)
    return WanVideoDecoder(
        base=base,
        channels=config.whole("z_dim", 16),
        multipliers=multipliers,
        residual_blocks=config.whole("num_res_blocks", 2),
        upsampling=downsampling[::-1],
        residual=config.require("is_residual", [True, False], False),
        patch=patch,
        dtype=dtype,
    )


class WanVideoDecoder(nn.Module):
    """latent [batch, channels, frames, height, width] -> images [batch, 3, 4 * frames - 3, ...] in [-1, 1]"""

    def __init__(self, base, channels, multipliers, residual_blocks, upsampling, residual, patch, dtype):
        super().__init__()
        self.dtype = dtype
        self.patch = patch
        self.post_quant_conv = causal(channels, channels, 1, dtype)
        self.decoder = Decoder(base, channels, multipliers, residual_blocks, upsampling, residual, 3 * patch * patch,
                               dtype)

    def activations(self):
        """Numbers that live at once for each pixel of each frame, at the widest place at full resolution: a block's
        input and output, each with a copy, or the last enlargement's."""
        first = self.decoder.up_blocks[-1].resnets[0].conv1
        block = 2 * (first.in_channels + first.out_channels)
        before = self.decoder.up_blocks[-2]
        enlargement = [*getattr(before, "upsamplers", ())] or [before.upsampler]
        convolution = enlargement[0].resample[1]
        shortcut = before.outputs if isinstance(before, ResidualUpBlock) else 0
        enlarged = convolution.in_channels + convolution.out_channels + shortcut
        return max(block, enlarged) // (self.patch * self.patch)

    def forward(self, latent):
        x = self.decoder(self.post_quant_conv(latent.to(self.dtype)))
        if self.patch > 1:
            x = self._unpatch(x)
        return x.float().clamp(-1.0, 1.0)

    def _unpatch(self, x):
        batch, _, frames, height, width = x.shape
        x = x.transpose(1, 2).reshape(-1, 3, self.patch, self.patch, height, width)
        x = x.permute(0, 1, 4, 3, 5, 2)  # the channel counts columns of the patch first, then rows
        x = x.reshape(batch, -1, 3, height * self.patch, width * self.patch)
        return x.transpose(1, 2)


class Decoder(nn.Module):
    def __init__(self, base, channels, multipliers, residual_blocks, upsampling, residual, image_channels, dtype):
        super().__init__()
        sizes = [base * multiplier for multiplier in [multipliers[-1]] + multipliers[::-1]]
        self.conv_in = causal(channels, sizes[0], 3, dtype)
        self.mid_block = MiddleBlock(sizes[0], dtype)
        blocks = []
        for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            last = index == len(multipliers) - 1
            temporal = not last and upsampling[index]
            if residual:
                blocks.append(ResidualUpBlock(inputs, outputs, residual_blocks, not last, temporal, dtype))
            else:
                # The upsampling before this block has already halved the channels.
                inputs = inputs if index == 0 else inputs // 2
                blocks.append(UpBlock(inputs, outputs, residual_blocks, not last, temporal, dtype))
        self.up_blocks = nn.ModuleList(blocks)
        self.norm_out = ChannelNorm(sizes[-1], 3)
        self.conv_out = causal(sizes[-1], image_channels, 3, dtype)

    def forward(self, x):
        x = self.mid_block(self.conv_in(x))
        for block in self.up_blocks:
            x = block(x)
        return self.conv_out(nn.functional.silu(self.norm_out(x)))


def causal(inputs, outputs, size, dtype):
    return CausalConvolution(inputs, outputs, (size, size, size), dtype)


class CausalConvolution(nn.Conv3d):
    """A convolution over [batch, channels, frames, height, width] that sees no later frame."""

    def __init__(self, inputs, outputs, size, dtype):
        super().__init__(inputs, outputs, size, padding=(0, size[1] // 2, size[2] // 2), device="meta", dtype=dtype)

    def forward(self, x):
        past = self.kernel_size[0] - 1
        return super().forward(nn.functional.pad(x, (0, 0, 0, 0, past, 0)) if past else x)


class ChannelNorm(nn.Module):
    """x / |x| * sqrt(channels) * gamma over the channels (axis 1), in 32 bits."""

    def __init__(self, channels, axes):
        super().__init__()
        self.gamma = parameter(channels, *([1] * axes))
        self.channels = channels

    def forward(self, x):
        wide = x.float()
        length = (wide * wide).sum(1, keepdim=True).sqrt().clamp(min=1e-12)
        return (wide / length * (self.gamma * self.channels ** 0.5)).to(x.dtype)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, dtype):
        super().__init__()
        self.norm1 = ChannelNorm(inputs, 3)
        self.conv1 = causal(inputs, outputs, 3, dtype)
        self.norm2 = ChannelNorm(outputs, 3)
        self.conv2 = causal(outputs, outputs, 3, dtype)
        self.conv_shortcut = causal(inputs, outputs, 1, dtype) if inputs != outputs else None

    def forward(self, x):
        shortcut = x if self.conv_shortcut is None else self.conv_shortcut(x)
        x = self.conv1(nn.functional.silu(self.norm1(x)))
        return self.conv2(nn.functional.silu(self.norm2(x))) + shortcut


class MiddleBlock(nn.Module):
    def __init__(self, channels, dtype):
        super().__init__()
        self.resnets = nn.ModuleList(ResidualBlock(channels, channels, dtype) for _ in range(2))
        self.attentions = nn.ModuleList((FrameAttention(channels, dtype),))

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class FrameAttention(nn.Module):
    """Attention of one head over the places of each frame by itself."""

    def __init__(self, channels, dtype):
        super().__init__()
        self.channels = channels
        self.norm = ChannelNorm(channels, 2)
        self.to_qkv = nn.Conv2d(channels, 3 * channels, 1, device="meta", dtype=dtype)
        self.proj = nn.Conv2d(channels, channels, 1, device="meta", dtype=dtype)

    def forward(self, x):
        frames = to_frames(x)
        places = self.to_qkv(self.norm(frames)).flatten(2).transpose(1, 2).unsqueeze(1)
        query, key, value = places.split(self.channels, -1)
        result = attention(query * self.channels ** -0.5, key, value).squeeze(1).transpose(1, 2)
        result = self.proj(result.reshape(frames.shape))
        return x + to_clip(result, x.shape[0])


def to_frames(x):
    """[batch, channels, frames, height, width] -> [batch * frames, channels, height, width]"""
    return x.transpose(1, 2).reshape(-1, x.shape[1], x.shape[3], x.shape[4])


def to_clip(frames, batch):
    """[batch * frames, channels, height, width] -> [batch, channels, frames, height, width]"""
    channels, height, width = frames.shape[1:]
    return frames.reshape(batch, -1, channels, height, width).transpose(1, 2)


class Upsampling(nn.Module):
    """Doubles height and width, and the frames too where it is temporal."""

    def __init__(self, channels, outputs, temporal, dtype):
        super().__init__()
        # The convolution stands second, after the enlargement, which has no weights.
        self.resample = nn.ModuleList((
            nn.Upsample(scale_factor=2.0, mode="nearest"),
            nn.Conv2d(channels, outputs, 3, padding=1, device="meta", dtype=dtype),
        ))
        self.time_conv = CausalConvolution(channels, 2 * channels, (3, 1, 1), dtype) if temporal else None
        self.channels = channels

    def forward(self, x):
        if self.time_conv is not None:
            x = self._double_frames(x)
        enlarge, convolution = self.resample
        return to_clip(convolution(enlarge(to_frames(x))), x.shape[0])

    def _double_frames(self, x):
        """n frames -> 2n - 1: the first stays one frame and takes no part in the convolution over time, which
        sees zeros in its place; every later frame becomes two. One frame alone is no special case."""
        batch, _, frames, height, width = x.shape
        later = (torch.arange(frames, device=x.device) > 0).to(x.dtype).reshape(1, 1, -1, 1, 1)
        doubled = self.time_conv(x * later)
        doubled = doubled.reshape(batch, 2, self.channels, -1, height, width).permute(0, 2, 3, 1, 4, 5)
        doubled = doubled.reshape(batch, self.channels, -1, height, width)[:, :, 1:]
        first = (torch.arange(2 * frames - 1, device=x.device) == 0).reshape(1, 1, -1, 1, 1)
        return torch.where(first, x[:, :, :1], doubled)


class UpBlock(nn.Module):
    """Wan 2.1: residual blocks, then an enlargement that halves the channels."""

    def __init__(self, inputs, outputs, residual_blocks, enlarges, temporal, dtype):
        super().__init__()
        self.resnets = nn.ModuleList(
            ResidualBlock(inputs if index == 0 else outputs, outputs, dtype) for index in range(residual_blocks + 1))
        self.upsamplers = nn.ModuleList(
            [Upsampling(outputs, outputs // 2, temporal, dtype)] if enlarges else [])

    def forward(self, x):
        for block in (*self.resnets, *self.upsamplers):
            x = block(x)
        return x


class ResidualUpBlock(nn.Module):
    """Wan 2.2 TI2V: residual blocks and an enlargement, around which the input goes by repetition."""

    def __init__(self, inputs, outputs, residual_blocks, enlarges, temporal, dtype):
        super().__init__()
        self.resnets = nn.ModuleList(
            ResidualBlock(inputs if index == 0 else outputs, outputs, dtype) for index in range(residual_blocks + 1))
        self.upsampler = Upsampling(outputs, outputs, temporal, dtype) if enlarges else None
        self.outputs = outputs
        self.frames_factor = 2 if temporal else 1
        factor = self.frames_factor * 4
        if outputs * factor % inputs:
            raise CheckpointError(f"A block of {inputs} channels cannot be repeated to {outputs} channels.")
        self.repeats = outputs * factor // inputs

    def forward(self, x):
        shortcut = x
        for block in self.resnets:
            x = block(x)
        if self.upsampler is None:
            return x
        return self.upsampler(x) + self._repeat(shortcut)

    def _repeat(self, x):
        """Every channel several times over, shared out to the new frames, rows and columns of the output's channels;
        of the first frame's copies only the last is kept, since it stays one frame."""
        batch, channels, _, height, width = x.shape
        frames = to_frames(x).unsqueeze(2).expand(-1, -1, self.repeats, -1, -1)
        frames = frames.reshape(-1, channels * self.repeats, height, width)
        frames = nn.functional.pixel_shuffle(frames, 2)
        frames = frames.reshape(batch, -1, self.outputs, self.frames_factor, 2 * height, 2 * width)
        frames = frames.permute(0, 2, 1, 3, 4, 5).reshape(batch, self.outputs, -1, 2 * height, 2 * width)
        return frames[:, :, self.frames_factor - 1:]
