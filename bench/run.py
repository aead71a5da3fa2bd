#!/usr/bin/env python3
"""Measures the executor beside PyTorch eager, in one run: `python3 bench/run.py [REPETITIONS]` from the repository's root.

Both make the same clip (prompt, seed, sampler, 50 steps) from the weights of `trt-engines/shapes` on the same cores. Needs
PyTorch and ONNX for Python (Debian: python3-torch, python3-onnx, libopenblas0-pthread), and a built project
(`mvn -f pom-central.xml test-compile`). Prints a table in Markdown; the medians of the repetitions.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "trt-engines" / "shapes"
PROMPT = "a red ball rolls from left to right across a green meadow"

TORCH = r"""
import json, sys, time
begin = time.time()
from pathlib import Path
import torch
sys.path.insert(0, sys.argv[1])
import parity
torch.set_num_threads(int(sys.argv[3]))
config = json.loads((Path(sys.argv[1]) / "config" / "cpu.json").read_text())
made = parity.load_bundle(config, Path(sys.argv[2]))
load = time.time() - begin
for _ in range(int(sys.argv[4])):
    marks = [time.time()]
    latent, positive, negative = made.noise(1, config["frames"]), made.encode([sys.argv[5]]), made.encode([""])
    marks.append(time.time())
    latent = made.denoise(latent, positive, negative, 50)
    marks.append(time.time())
    made.decode(latent)
    marks.append(time.time())
    text, denoise, decode = (b - a for a, b in zip(marks, marks[1:]))
    print(json.dumps({"load": load, "text": text, "denoise": denoise, "decode": decode, "total": marks[-1] - marks[0]}), flush=True)
"""


def peak(process):
    """Waits for a process; its peak memory in bytes."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{process.args} failed with {process.returncode}")
    return usage.ru_maxrss * 1024


def run_process():
    """One whole run of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.time()
        process = subprocess.Popen([ROOT / "bin" / "generate-video", "generate", "--prompt", PROMPT, "--seed", "1", "--output", folder, "--progress", "json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        first = None
        for line in process.stdout:
            event = json.loads(line)
            if first is None and event["stage"] == "denoise" and event["step"] == 1:
                first = time.time() - begin
        memory = peak(process)
        return {"wall": time.time() - begin, "firstStep": first, "memory": memory, **json.loads((Path(folder) / "clip.json").read_text())["timings"]}


def run_warm(repetitions):
    """Generations in one process, with the time inside the networks."""
    path = os.pathsep.join([str(ROOT / "target" / "test-classes"), str(ROOT / "target" / "classes"), *map(str, sorted((ROOT / "target" / "executor" / "lib").glob("*.jar")))])
    lines = subprocess.run(["java", "-XX:+UseSerialGC", "-cp", path, "io.jenkins.plugins.generatevideo.executor.bench.PipelineBenchmark", str(BUNDLE), str(repetitions + 1)],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines][1:]


def run_torch(repetitions, blas_threads):
    cores = len(os.sched_getaffinity(0))
    begin = time.time()
    process = subprocess.Popen([sys.executable, "-c", TORCH, str(BUNDLE / "training"), str(BUNDLE), str(cores), str(repetitions + 1), PROMPT], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "OPENBLAS_NUM_THREADS": str(blas_threads)})
    runs = [json.loads(line) for line in process.stdout]
    memory = peak(process)
    return runs[1:], memory, runs[0]["load"]


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    cores = len(os.sched_getaffinity(0))
    run_process()  # builds, and warms the file cache
    cold = [run_process() for _ in range(repetitions)]
    warm = run_warm(repetitions)
    # PyTorch with whichever number of BLAS threads serves it better here.
    torch_runs, torch_memory, torch_load = min((run_torch(repetitions, threads) for threads in sorted({1, cores})), key=lambda result: median(result[0], "total"))
    again = [run_process() for _ in range(repetitions)]
    cold += again
    print(f"{cores} cores, medians of {repetitions} (whole runs: {2 * repetitions})\n")
    print("| stage, seconds | executor | PyTorch eager | ratio |\n| --- | --- | --- | --- |")
    for label, key in (("text encoder", "text"), ("50 denoising steps", "denoise"), ("decoder", "decode")):
        ours, theirs = median(warm, key), median(torch_runs, key)
        print(f"| {label} | {ours:.3f} | {theirs:.3f} | {theirs / ours:.2f} |")
    print(f"| encoding and files | {median(warm, 'encode'):.3f} | not done | |")
    print(f"| generation, everything loaded | {median(warm, 'total'):.3f} | {median(torch_runs, 'total'):.3f} | {median(torch_runs, 'total') / median(warm, 'total'):.2f} |")
    whole = torch_load + median(torch_runs, "total")
    print(f"| whole process, start to clip | {median(cold, 'wall'):.3f} | {whole:.3f} (no video) | {whole / median(cold, 'wall'):.2f} |")
    print(f"| peak memory, MB | {median(cold, 'memory') / 1e6:.0f} | {torch_memory / 1e6:.0f} | {torch_memory / median(cold, 'memory'):.2f} |")
    outside = [(run["total"] - run["networks"] - run["encode"]) / run["total"] for run in warm]
    print(f"\nTime outside the networks and the encoder: {100 * statistics.median(outside):.1f} % of a generation.")
    print(f"Process start to the end of the first denoising step: {median(cold, 'firstStep'):.2f} s.")


if __name__ == "__main__":
    main()
