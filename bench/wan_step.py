#!/usr/bin/env python3
"""Times one denoising step of Wan-1.3B geometry in PyTorch, eager and compiled, and the matrix rate of the same GPU.

Random weights, BF16, batch 2, 81 frames of 832x480. Prints one JSON object. Never run on a GPU so far.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

LAYERS, WIDTH, HEADS, FEED_FORWARD = 30, 1536, 12, 8960
BATCH, TEXT = 2, 512
# 81 frames are 21 latent frames; 832x480 is 104x60 in the latent and 52x30 after patches of 2x2
TOKENS = 21 * 52 * 30


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm_q, self.norm_k = nn.RMSNorm(WIDTH), nn.RMSNorm(WIDTH)

    def forward(self, x, context):
        def heads(t):
            return t.unflatten(-1, (HEADS, -1)).transpose(1, 2)

        q, k, v = self.norm_q(self.q(x)), self.norm_k(self.k(context)), self.v(context)
        mixed = functional.scaled_dot_product_attention(heads(q), heads(k), heads(v))
        return self.out(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.own, self.text = Attention(), Attention()
        self.feed = nn.Sequential(
            nn.Linear(WIDTH, FEED_FORWARD), nn.GELU(approximate="tanh"), nn.Linear(FEED_FORWARD, WIDTH))

    def forward(self, x, context):
        y = self.norms[0](x)
        x = x + self.own(y, y)
        x = x + self.text(self.norms[1](x), context)
        return x + self.feed(self.norms[2](x))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))

    def forward(self, x, context):
        for block in self.blocks:
            x = block(x, context)
        return x


def seconds(call, repeats=10):
    for _ in range(3):
        call()
    times = []
    for _ in range(repeats):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        call()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main():
    if not torch.cuda.is_available():
        sys.exit("wan_step.py: PyTorch finds no GPU; run it on a machine that has one.")
    torch.manual_seed(0)
    size = 8192
    left = torch.randn(size, size, device="cuda", dtype=torch.bfloat16)
    rate = 2 * size**3 / seconds(lambda: left @ left)
    with torch.inference_mode():
        network = Transformer().to("cuda", torch.bfloat16).eval()
        x = torch.randn(BATCH, TOKENS, WIDTH, device="cuda", dtype=torch.bfloat16)
        context = torch.randn(BATCH, TEXT, WIDTH, device="cuda", dtype=torch.bfloat16)
        # multiplications and additions of the matrices: projections, attention, feed-forward
        per_token = 8 * WIDTH**2 + 4 * TOKENS * WIDTH + 4 * WIDTH**2 + 4 * TEXT * WIDTH + 4 * WIDTH * FEED_FORWARD
        work = LAYERS * BATCH * (TOKENS * per_token + 4 * TEXT * WIDTH**2)
        eager = seconds(lambda: network(x, context))
        compiled = torch.compile(network)
        quick = seconds(lambda: compiled(x, context))
    print(json.dumps({
        "gpu": torch.cuda.get_device_name(), "torch": torch.__version__, "matrixTeraflops": rate / 1e12,
        "eagerSeconds": eager, "compiledSeconds": quick,
        "eagerShare": work / eager / rate, "compiledShare": work / quick / rate,
    }))


if __name__ == "__main__":
    main()
