"""The four networks of the Wan family in miniature: text encoder, diffusion transformer, causal video autoencoder.

Latents are `[batch, channels, frames, height, width]`, as everywhere in this project.
"""
import functools
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn


class _RmsNormalise(torch.autograd.Function):
    """`rms_normalise` with its backward pass in four operations instead of the nine that autograd would run."""

    @staticmethod
    def forward(context, x, dim):
        inverse = torch.rsqrt((x * x).mean(dim, keepdim=True) + 1e-6)
        y = x * inverse
        context.save_for_backward(y, inverse)
        context.dim = dim
        return y

    @staticmethod
    def backward(context, gradient):
        y, inverse = context.saved_tensors
        return torch.addcmul(gradient, y, (gradient * y).mean(context.dim, keepdim=True), value=-1) * inverse, None


def rms_normalise(x, dim=-1, gained=False):
    """x / rms(x) over one axis (Zhang & Sennrich 2019, without their gain)."""
    if torch.is_grad_enabled():
        return _RmsNormalise.apply(x, dim)
    y = x / torch.sqrt(x.pow(2).mean(dim, keepdim=True) + 1e-6)
    # with a gain ONNX Runtime makes one operation of it
    return y * torch.ones(int(x.shape[-1])) if gained and torch.onnx.is_in_onnx_export() else y


class RMSNorm(nn.Module):
    """x / rms(x) * weight over the last axis."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return rms_normalise(x) * self.weight


class _SquaredRelu(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        x = F.relu(x)
        context.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        return (gradient * x).mul_(2)


def squared_relu(x):
    """max(x, 0)^2 (So et al. 2021): as good as GELU and several times cheaper on a CPU."""
    return _SquaredRelu.apply(x) if torch.is_grad_enabled() else F.relu(x) ** 2


def attend(q, k, v, bias=None):
    """Scaled dot-product attention over `[batch, heads, tokens, width]`; written out so that every exporter knows it."""
    scores = torch.matmul(q * int(q.shape[-1]) ** -0.5, k.transpose(-1, -2))
    if bias is not None:
        scores = scores + bias.to(scores.dtype)
    return torch.matmul(torch.softmax(scores, dim=-1), v)


class _Rearrange(torch.autograd.Function):
    """reshape, permute, reshape; in an exported graph with shapes that are constants (0 keeps an axis), whatever the batch."""

    @staticmethod
    def forward(context, x, before, order, after):
        x = x.reshape([x.shape[axis] if extent == 0 else extent for axis, extent in enumerate(before)]) if before else x
        x = x.permute(order) if order else x
        return x.reshape([x.shape[axis] if extent == 0 else extent for axis, extent in enumerate(after)]) if after else x

    @staticmethod
    def symbolic(graph, x, before, order, after):
        x = graph.op("Reshape", x, graph.op("Constant", value_t=torch.tensor(before))) if before else x
        x = graph.op("Transpose", x, perm_i=order) if order else x
        return graph.op("Reshape", x, graph.op("Constant", value_t=torch.tensor(after))) if after else x


def rearrange(x, before, order, after):
    return (_Rearrange.apply if torch.onnx.is_in_onnx_export() else functools.partial(_Rearrange.forward, None))(x, before, order, after)


def split_heads(x, heads):
    """`[batch, tokens, width] -> [batch, heads, tokens, width / heads]`."""
    return rearrange(x, [0, 0, heads, -1], [0, 2, 1, 3], None)


def split_rotated_heads(x, heads, width):
    """Like `split_heads`, but each head takes its share of the first and of the second half, which were rotated against each other."""
    return rearrange(x, [0, 0, 2, heads, -1], [0, 3, 1, 2, 4], [0, 0, -1, width // heads])


def join_heads(x):
    """The inverse of `split_heads`."""
    return rearrange(x, None, [0, 2, 1, 3], [0, 0, -1])


@functools.lru_cache
def compute_type():
    """What networks compute in: bfloat16 where GPU or processor has units for it, else single precision, which is much faster there."""
    if torch.cuda.is_available():
        return torch.bfloat16
    processor = Path("/proc/cpuinfo")
    flags = processor.read_text() if processor.exists() else ""
    return torch.bfloat16 if "amx_bf16" in flags or "avx512_bf16" in flags else torch.float32


# --- text encoder (umT5: relative positions in every layer, RMS norms, gated feed-forward) -------------------------

class TextLayer(nn.Module):
    def __init__(self, width, heads, hidden, buckets):
        super().__init__()
        self.width, self.heads = width, heads
        self.norm1, self.norm2 = RMSNorm(width), RMSNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.gate, self.up = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)
        self.positions = nn.Embedding(buckets, heads)

    def forward(self, x, mask_bias, distances):
        q, k, v = (split_heads(part, self.heads) for part in self.qkv(self.norm1(x)).split(self.width, dim=-1))
        bias = self.positions(distances).permute(2, 0, 1)[None] + mask_bias
        x = x + self.out(join_heads(attend(q, k, v, bias)))
        y = self.norm2(x)
        return x + self.down(F.gelu(self.gate(y)) * self.up(y))


class TextEncoder(nn.Module):
    """`(input_ids, attention_mask) [batch, tokens] -> text_embeddings [batch, tokens, width]`."""

    def __init__(self, vocabulary, width, layers, heads, tokens):
        super().__init__()
        self.tokens = tokens
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=0.5)
        self.layers = nn.ModuleList(TextLayer(width, heads, 2 * width, 2 * tokens) for _ in range(layers))
        self.norm = RMSNorm(width)

    def forward(self, input_ids, attention_mask):
        place = torch.arange(input_ids.shape[1], device=input_ids.device)
        distances = (place[None, :] - place[:, None]).clamp(-self.tokens, self.tokens - 1) + self.tokens
        mask_bias = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -1e4
        x = self.embedding(input_ids)
        for layer in self.layers:
            x = layer(x, mask_bias, distances)
        return self.norm(x)


# --- diffusion transformer -----------------------------------------------------------------------------------------

# The longest clip that a transformer's table of rotary positions is made for, in latent frames.
LONGEST = 16


def rotary_angles(frames, height, width, head_width):
    """Angles `[frames, height * width, head_width / 2]` of 3D rotary positions: a share of the channels for each axis."""
    pairs = head_width // 2
    shares = (pairs - 2 * (pairs // 3), pairs // 3, pairs // 3)
    grids = []
    for axis, (extent, share) in enumerate(zip((frames, height, width), shares)):
        frequency = 1.0 / (100.0 ** (torch.arange(share, dtype=torch.float32) / share))
        angle = torch.arange(extent, dtype=torch.float32)[:, None] * frequency[None, :]
        shape = [1, 1, 1, share]
        shape[axis] = extent
        grids.append(angle.reshape(shape).expand(frames, height, width, share))
    return torch.cat(grids, dim=-1).reshape(frames, height * width, pairs)


def _rotate(x, cosine, sine):
    first, second = x.split(x.shape[-1] // 2, dim=-1)
    return x * cosine + torch.cat((second, first), dim=-1) * sine


class _Rotate(torch.autograd.Function):
    """A rotation's gradient is the rotation back."""

    @staticmethod
    def forward(context, x, cosine, sine):
        context.save_for_backward(cosine, sine)
        return _rotate(x, cosine, sine)

    @staticmethod
    def backward(context, gradient):
        cosine, sine = context.saved_tensors
        return _rotate(gradient, cosine, -sine), None, None


def rotate(x, cosine, sine):
    """Turns the first half of the channels against the second by the token's angles, `[tokens, channels]`; the first half of `sine` is negative."""
    return _Rotate.apply(x, cosine, sine) if torch.is_grad_enabled() else _rotate(x, cosine, sine)


class TransformerBlock(nn.Module):
    """Self-attention, cross-attention to the text, feed-forward; modulated by the time step as in Wan."""

    def __init__(self, width, heads, hidden):
        super().__init__()
        self.width, self.heads = width, heads
        self.modulation = nn.Parameter(torch.randn(1, 6, width) / width ** 0.5)
        self.norm = RMSNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm_q, self.norm_k = RMSNorm(width), RMSNorm(width)
        self.cross_q, self.cross_kv, self.cross_out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.cross_norm_q, self.cross_norm_k = RMSNorm(width), RMSNorm(width)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, text, time, cosine, sine):
        shift1, scale1, gate1, shift2, scale2, gate2 = (self.modulation + time).split(1, dim=1)
        q, k, v = self.qkv(torch.addcmul(shift1, rms_normalise(x, gained=True), 1 + scale1)).split(self.width, dim=-1)
        q, k = rotate(self.norm_q(q), cosine, sine), rotate(self.norm_k(k), cosine, sine)
        y = attend(split_rotated_heads(q, self.heads, self.width), split_rotated_heads(k, self.heads, self.width), split_heads(v, self.heads))
        x = torch.addcmul(x, self.out(join_heads(y)), gate1)
        q = split_heads(self.cross_norm_q(self.cross_q(self.norm(x))), self.heads)
        k, v = self.cross_kv(text).split(self.width, dim=-1)
        y = attend(q, split_heads(self.cross_norm_k(k), self.heads), split_heads(v, self.heads))
        x = x + self.cross_out(join_heads(y))
        y = self.up(torch.addcmul(shift2, rms_normalise(x, gained=True), 1 + scale2))
        return torch.addcmul(x, self.down(squared_relu(y)), gate2)


class Transformer(nn.Module):
    """One denoising expert: `(hidden_states, timestep [batch], encoder_hidden_states) -> denoised_latents`, the flow's velocity."""

    def __init__(self, channels, width, layers, heads, hidden, text_width, grid):
        super().__init__()
        self.width, self.heads = width, heads
        self.patch = nn.Linear(channels * 4, width)
        self.place = nn.Parameter(torch.randn(grid[0] * grid[1], width) * 0.02)  # rotary positions know no absolute place
        self.text = nn.Sequential(nn.Linear(text_width, width), nn.GELU(), nn.Linear(width, width))
        self.time = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.time_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        self.blocks = nn.ModuleList(TransformerBlock(width, heads, hidden) for _ in range(layers))
        self.modulation = nn.Parameter(torch.randn(1, 2, width) / width ** 0.5)
        self.grid = grid
        angles = rotary_angles(LONGEST, *grid, width // heads).repeat(1, 1, heads)
        self.register_buffer("cosine", torch.cos(angles), persistent=False)
        self.register_buffer("sine", torch.sin(angles), persistent=False)
        self.head = nn.Linear(width, channels * 4)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, hidden_states, timestep, encoder_hidden_states):
        dtype = self.head.weight.dtype
        channels, (rows, columns) = self.patch.in_features // 4, self.grid
        frames, cells = hidden_states.shape[2], rows * columns
        x = rearrange(hidden_states.to(dtype), [0, 0, -1, rows, 2, columns, 2], [0, 2, 3, 5, 1, 4, 6], [0, -1, cells, channels * 4])
        x = rearrange(self.patch(x) + self.place, None, None, [0, -1, self.width])
        cosine, sine = (table[:frames].flatten(0, 1).to(dtype) for table in (self.cosine, self.sine))
        cosine, sine = torch.cat((cosine, cosine), dim=-1), torch.cat((-sine, sine), dim=-1)
        frequency = torch.exp(torch.arange(128, dtype=torch.float32, device=x.device) * (-math.log(10000.0) / 128))
        angle = timestep.to(torch.float32)[:, None] * frequency[None, :]
        time = self.time(torch.cat((torch.cos(angle), torch.sin(angle)), dim=-1).to(dtype))
        modulation = self.time_modulation(time).reshape(-1, 6, self.width)
        text = self.text(encoder_hidden_states.to(dtype))
        for block in self.blocks:
            x = block(x, text, modulation, cosine, sine)
        shift, scale = (self.modulation + time[:, None]).split(1, dim=1)
        x = self.head(torch.addcmul(shift, rms_normalise(x, gained=True), 1 + scale))
        return rearrange(x, [0, -1, rows, columns, channels, 2, 2], [0, 4, 1, 2, 5, 3, 6], [0, 0, -1, rows * 2, columns * 2])


# --- causal video autoencoder (8x in space, 4x in time, the first frame alone) -------------------------------------

class CausalConv3d(nn.Conv3d):
    """A convolution that looks only back in time: two frames of padding in front, none behind."""

    def __init__(self, inputs, outputs, kernel=(3, 3, 3), stride=(1, 1, 1)):
        super().__init__(inputs, outputs, kernel, stride, padding=(0, kernel[1] // 2, kernel[2] // 2))

    def forward(self, x):
        back = self.kernel_size[0] - 1
        if back:
            x = torch.cat((x[:, :, :1],) * back + (x,), dim=2)
        return super().forward(x)


class ChannelNorm(nn.Module):
    """RMS norm over the channels of each position, so that no frame sees another."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1, channels, 1, 1, 1))

    def forward(self, x):
        return rms_normalise(x, 1) * self.weight


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = ChannelNorm(channels), ChannelNorm(channels)
        self.conv1, self.conv2 = CausalConv3d(channels, channels), CausalConv3d(channels, channels)

    def forward(self, x):
        y = self.conv1(F.gelu(self.norm1(x)))
        return x + self.conv2(F.gelu(self.norm2(y)))


class Upsample(nn.Module):
    """Twice the size in space and time. The first frame stands alone: n frames become 2n - 1."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.time = CausalConv3d(inputs, 2 * inputs, (3, 1, 1))
        self.space = nn.Conv3d(inputs, outputs, (1, 3, 3), padding=(0, 1, 1))

    def forward(self, x):
        batch, channels, frames, height, width = x.shape
        x = self.time(x).reshape(batch, 2, channels, frames, height, width).permute(0, 2, 3, 1, 4, 5)
        x = x.reshape(batch, channels, 2 * frames, height, width)[:, :, 1:]
        return self.space(F.interpolate(x, scale_factor=(1.0, 2.0, 2.0), mode="nearest"))


class VideoEncoder(nn.Module):
    """`video [batch, 3, 4n+1, height, width]` in [-1, 1] to mean and log variance of the latent, twice the channels."""

    def __init__(self, latent, widths):
        super().__init__()
        low, middle, high = widths
        self.layers = nn.Sequential(
            CausalConv3d(12, high), ResidualBlock(high), CausalConv3d(high, middle, stride=(2, 2, 2)), ResidualBlock(middle),
            CausalConv3d(middle, low, stride=(2, 2, 2)), ResidualBlock(low), ResidualBlock(low),
            ChannelNorm(low), nn.GELU(), CausalConv3d(low, 2 * latent))
        nn.init.constant_(self.layers[-1].bias[latent:], -6.0)  # begin with little noise, else nothing is learnt for long

    def forward(self, video):
        batch, channels, frames, height, width = video.shape
        x = video.reshape(batch, channels, frames, height // 2, 2, width // 2, 2).permute(0, 1, 4, 6, 2, 3, 5)
        return self.layers(x.reshape(batch, channels * 4, frames, height // 2, width // 2))


class VideoDecoder(nn.Module):
    """`latent [batch, channels, n+1, h, w] -> images [batch, 3, 4n+1, 8h, 8w]`, about in [-1, 1]."""

    def __init__(self, latent, widths):
        super().__init__()
        low, middle, high = widths
        self.layers = nn.Sequential(
            CausalConv3d(latent, low), ResidualBlock(low), ResidualBlock(low), Upsample(low, middle),
            ResidualBlock(middle), ResidualBlock(middle), Upsample(middle, high), ResidualBlock(high),
            ChannelNorm(high), nn.GELU(), CausalConv3d(high, 12))

    def forward(self, latent):
        x = self.layers(latent)
        batch, _, frames, height, width = x.shape
        x = x.reshape(batch, 3, 2, 2, frames, height, width).permute(0, 1, 4, 5, 2, 6, 3)
        return x.reshape(batch, 3, frames, 2 * height, 2 * width)


# --- light decoder ---------------------------------------------------------------------------------------------------

class PlaneBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(channels, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


class LightDecoder(nn.Module):
    """The same ports as `VideoDecoder` at an eighth of its work: plane convolutions, one latent frame a plane.

    A plane sees its neighbours in time twice, as further channels; its four pictures are channels too until the last layer. Of the
    first plane, whose frame stands alone, only the last picture counts.
    """

    def __init__(self, latent, widths):
        super().__init__()
        low, middle, high = widths
        self.enter, self.early = nn.Conv2d(3 * latent, low, 3, padding=1), PlaneBlock(low)
        self.mix, self.late = nn.Conv2d(3 * low, low, 1), PlaneBlock(low)
        self.raise1, self.middle = nn.Conv2d(low, 4 * middle, 1), nn.Sequential(PlaneBlock(middle), PlaneBlock(middle))
        self.raise2, self.high = nn.Conv2d(middle, 4 * high, 1), PlaneBlock(high)
        self.leave = nn.Conv2d(high, 4 * 3 * 4, 3, padding=1)

    @staticmethod
    def with_neighbours(x, batch):
        """`[batch * frames, channels, ...]`: the frame before, the frame, the frame after, as channels; the ends are repeated."""
        x = x.reshape(batch, -1, *x.shape[1:])
        before, after = torch.cat((x[:, :1], x[:, :-1]), dim=1), torch.cat((x[:, 1:], x[:, -1:]), dim=1)
        return torch.cat((before, x, after), dim=2).flatten(0, 1)

    def forward(self, latent):
        batch, channels, frames, height, width = latent.shape
        x = latent.permute(0, 2, 1, 3, 4).reshape(-1, channels, height, width)
        x = self.early(self.enter(self.with_neighbours(x, batch)))
        x = self.late(self.mix(self.with_neighbours(F.relu(x), batch)))
        x = self.middle(F.pixel_shuffle(self.raise1(F.relu(x)), 2))
        x = self.high(F.pixel_shuffle(self.raise2(F.relu(x)), 2))
        x = F.pixel_shuffle(self.leave(F.relu(x)), 2)
        x = x.reshape(batch, -1, 3, 8 * height, 8 * width)[:, 3:]
        return x.permute(0, 2, 1, 3, 4)


def build_expert(config, name):
    """A denoiser with the dimensions that the configuration has under this name, freshly initialised."""
    sizes, grid = config[name], (config["height"] // 16, config["width"] // 16)
    return Transformer(config["autoencoder"]["channels"], sizes["width"], sizes["layers"], sizes["heads"], sizes["hidden"], config["text"]["width"], grid)


def build_students(config):
    """The networks that only the modes `fast` and `preview` use, freshly initialised."""
    experts = {name: build_expert(config, name) for name in ("transformer_fast", "transformer_fast_2", "transformer_preview")}
    return {**experts, "vae_decoder_preview": LightDecoder(config["autoencoder"]["channels"], config["vae_decoder_preview"]["widths"])}


def build(config):
    """The networks of the mode `standard` and the encoder, freshly initialised."""
    text, auto = config["text"], config["autoencoder"]

    return {
        "text_encoder": TextEncoder(text["vocabulary"], text["width"], text["layers"], text["heads"], text["tokens"]),
        "transformer": build_expert(config, "transformer"), "transformer_2": build_expert(config, "transformer"),
        "vae_encoder": VideoEncoder(auto["channels"], auto["widths"]), "vae_decoder": VideoDecoder(auto["channels"], auto["widths"]),
    }
