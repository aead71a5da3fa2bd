"""python3 -m wan_export --checkpoint FOLDER --output FOLDER: exports what is not exported yet.

Standard output carries one JSON object a line: {"network", "state": "checked"|"skipped"|"exporting"|"done", "done",
"total"}, at the end {"complete": true, ...}. The last line on standard error says in one sentence what went wrong.
Exit codes are the executor's: 0 done, 2 wrong arguments, 3 the checkpoint cannot be used, 4 this machine cannot run the
exporter, 5 the export failed, 130 cancelled.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys

from . import VERSION

RECORD = ".export.json"


def main(arguments):
    parser = argparse.ArgumentParser("wan_export", description="Exports a Wan checkpoint's networks to ONNX.")
    parser.add_argument("--checkpoint", help="folder with model_index.json, in Diffusers layout")
    parser.add_argument("--output", help="folder for the ONNX files")
    parser.add_argument("--precision", choices=("fp32", "fp16", "bf16"), default="fp32",
                        help="of the text encoder and the transformers")
    parser.add_argument("--decoder-precision", choices=("fp32", "fp16", "bf16"), default="fp32")
    parser.add_argument("--skip", nargs="*", default=[], metavar="NETWORK", help="networks taken from elsewhere")
    parser.add_argument("--suffix", default="", help="added to the name of each network")
    parser.add_argument("--check", action="store_true", help="only check the checkpoint")
    parser.add_argument("--probe", action="store_true", help="only say whether this Python can export")
    options = parser.parse_args(arguments)
    versions = probe()
    if options.probe:
        say(versions)
        return
    if not options.checkpoint or not (options.output or options.check):
        parser.error("--checkpoint and --output are needed")
    export(options)


def probe():
    """The versions of what the exporter needs."""
    try:
        import numpy
        import onnx
        import torch
    except ImportError as problem:
        raise Unsuitable(f"{sys.executable} cannot import {problem.name}: install PyTorch, onnx and NumPy for it, or "
                         "name another Python that has them.") from None
    # Threads of several libraries beside one another are slower than one, and exporting is bound by the disk.
    torch.set_num_threads(1)
    return {"python": sys.version.split()[0], "torch": torch.__version__, "onnx": onnx.__version__,
            "numpy": numpy.__version__, "exporter": VERSION}


def export(options):
    import torch

    from .networks import Checkpoint

    # Older PyTorch cannot compute with 16-bit floats on a CPU, which the trace does.
    if "fp16" in (options.precision, options.decoder_precision) and int(torch.__version__.split(".")[0]) < 2:
        raise Unsuitable(f"PyTorch {torch.__version__} cannot export to 16-bit floats: install PyTorch 2.1 or newer, "
                         "or import with bf16 or fp32.")
    checkpoint = Checkpoint(options.checkpoint)
    networks = checkpoint.networks(options.precision, options.decoder_precision, options.skip)
    for name, network in networks.items():
        say({"network": name, "state": "checked", "parameters": network.parameters()})
    if options.check:
        return
    os.makedirs(options.output, exist_ok=True)
    records = {}
    for name, network in networks.items():
        name += options.suffix
        records[name] = export_network(name, network, options.output)
    say({"complete": True, "networks": records})


def export_network(name, network, output):
    from . import onnx_writer

    path = os.path.join(output, name + ".onnx")
    source = hashlib.sha256("\n".join([VERSION, *network.source()]).encode()).hexdigest()
    record = earlier(path, source)
    if record:
        say({"network": name, "state": "skipped"})
        return record
    module = network.module()
    needed = sum(parameter.numel() * parameter.element_size() for parameter in module.parameters())
    free = shutil.disk_usage(output).free
    if free < needed * 1.02:
        raise Unsuitable(f"{output} has {free / 1e9:.1f} GB free, but {name} needs {needed / 1e9:.1f} GB: "
                         "make room or choose another folder.")
    say({"network": name, "state": "exporting", "done": 0, "total": needed})
    reported = [0]

    def progress(done, total):
        if done - reported[0] >= total / 20 or done == total:
            reported[0] = done
            say({"network": name, "state": "exporting", "done": done, "total": total})

    examples, dynamic, channels = network.examples(module)
    files = onnx_writer.write(module, examples, network.kind.INPUTS, network.kind.OUTPUT, dynamic, channels,
                              network.weights, path, progress)
    record = {"source": source, "parameters": network.parameters(),
              "activations": module.activations(), "precision": network.precision, "files": files}
    with open(path + RECORD + ".part", "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
    os.replace(path + RECORD + ".part", path + RECORD)
    say({"network": name, "state": "done"})
    return record


def earlier(path, source):
    """The record of an export that is whole and was made from the same source; None if there is none."""
    try:
        with open(path + RECORD, encoding="utf-8") as file:
            record = json.load(file)
        folder = os.path.dirname(path)
        whole = all(os.path.getsize(os.path.join(folder, name)) == entry["bytes"]
                    for name, entry in record["files"].items())
    except (OSError, ValueError, KeyError):
        return None
    return record if whole and record.get("source") == source else None


class Unsuitable(Exception):
    """This machine cannot run the exporter: one sentence."""


def say(line):
    print(json.dumps(line), flush=True)


def run():
    try:
        main(sys.argv[1:])
        return 0
    except Unsuitable as problem:
        return fail(4, problem)
    except KeyboardInterrupt:
        return fail(130, "The export was cancelled; start it again to resume.")
    except Exception as problem:
        if type(problem).__name__ == "CheckpointError":  # its module may need NumPy, which may be missing
            return fail(3, problem)
        import traceback
        traceback.print_exc()
        return fail(5, f"The export failed: {str(problem).rstrip('.')}.")


def fail(code, problem):
    print(problem, file=sys.stderr, flush=True)
    return code


sys.exit(run())
