"""Reads one component of a checkpoint: its config.json and its safetensors files, memory-mapped."""

import json
import os

import numpy

# Storage types of the safetensors format that a weight may have; bfloat16 has no NumPy type and is kept as its bits.
_TYPES = {"F64": numpy.float64, "F32": numpy.float32, "F16": numpy.float16, "BF16": numpy.uint16}
_HEADER_LIMIT = 100_000_000


class CheckpointError(Exception):
    """What is wrong with a checkpoint: one sentence that says what, where, and what to do."""


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise CheckpointError(f"{path} is missing: give the folder of a whole checkpoint in Diffusers "
                              "layout.") from None
    except (OSError, ValueError) as problem:
        raise CheckpointError(f"{path} cannot be read as JSON ({problem}): download it again.") from None


class Config:
    """A component's config.json; every value that is asked for is checked."""

    def __init__(self, path):
        self.path = path
        self.values = read_json(path)

    def whole(self, key, default=None):
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise CheckpointError(f"{self.path}: {key} must be a whole number of 1 or more, not {value!r}.")
        return value

    def number(self, key, default):
        value = self.values.get(key, default)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise CheckpointError(f"{self.path}: {key} must be a number, not {value!r}.")
        return float(value)

    def items(self, key, kind, default):
        value = self.values.get(key, default)
        if not isinstance(value, list) or not value or not all(isinstance(item, kind) for item in value):
            raise CheckpointError(f"{self.path}: {key} must be a list, not {value!r}.")
        return value

    def require(self, key, allowed, default):
        """Refuses a setting that would change the network into one that this exporter does not know."""
        value = self.values.get(key, default)
        if value not in allowed:
            raise CheckpointError(
                f"{self.path}: {key} is {value!r}, which this exporter does not know; it knows "
                + " and ".join(repr(item) for item in allowed) + "."
            )
        return value


class Weights:
    """The tensors of one component, found in one safetensors file or in the shards that an index names."""

    def __init__(self, folder, stem):
        self.folder = folder
        self._where = {}  # name -> (file, type, shape, first byte, last byte + 1)
        self.files = []
        single = os.path.join(folder, stem + ".safetensors")
        index = single + ".index.json"
        if os.path.isfile(single):
            self._read_header(single)
        elif os.path.isfile(index):
            self._read_shards(index)
        else:
            hint = "give the folder of a checkpoint in Diffusers layout with its safetensors files"
            raise CheckpointError(f"{single} is missing, and so is its index: {hint}.")

    def _read_shards(self, index):
        shards = sorted(set(read_json(index).get("weight_map", {}).values()))
        missing = [shard for shard in shards if not os.path.isfile(os.path.join(self.folder, shard))]
        if missing or not shards:
            names = ", ".join(missing) or "every shard"
            raise CheckpointError(f"{self.folder} lacks {names}, which {os.path.basename(index)} names: "
                                  "finish the download.")
        for shard in shards:
            self._read_header(os.path.join(self.folder, shard))

    def _read_header(self, path):
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > min(_HEADER_LIMIT, size - 8):
                raise CheckpointError(f"{path} is no safetensors file or is cut short: download it again.")
            text = file.read(length)
        try:
            header = json.loads(text)
        except ValueError:
            raise CheckpointError(f"{path} has a damaged header: download it again.") from None
        self.files.append((path, text))
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            kind, shape = entry["dtype"], tuple(entry["shape"])
            first, last = (8 + length + offset for offset in entry["data_offsets"])
            if kind not in _TYPES:
                raise CheckpointError(f"{path}: {name} is stored as {kind}; this exporter reads {', '.join(_TYPES)}: "
                                      "take the checkpoint that is not quantised.")
            elements = int(numpy.prod(shape, dtype=numpy.int64))
            if last - first != elements * numpy.dtype(_TYPES[kind]).itemsize:
                raise CheckpointError(f"{path}: {name} takes {last - first} bytes, which its shape {list(shape)} "
                                      "does not need: download the file again.")
            if last > size:
                raise CheckpointError(f"{path} is cut short: {name} ends at byte {last}, the file at {size}: "
                                      "finish the download.")
            self._where[name] = (path, kind, shape, first, last)

    def __contains__(self, name):
        return name in self._where

    def names(self):
        return self._where.keys()

    def shape(self, name):
        return self._where[name][2]

    def stored(self, name):
        """One tensor's storage type and its numbers as the file holds them, memory-mapped."""
        path, kind, shape, first, last = self._where[name]
        raw = numpy.memmap(path, numpy.uint8, "r", first, last - first) if last > first else numpy.empty(0, numpy.uint8)
        return kind, raw.view(_TYPES[kind]).reshape(shape)

    def float32(self, name):
        """One tensor as 32-bit floats; the file's own numbers where it holds those, a converted copy otherwise."""
        kind, values = self.stored(name)
        if kind == "BF16":
            return (values.astype(numpy.uint32) << 16).view(numpy.float32)
        return numpy.asarray(values, numpy.float32)

    def check(self, expected, ignored, renamed):
        """Compares the tensors with what the configuration calls for.

        expected: name -> shape; ignored: prefixes of tensors that no text-to-video run uses; renamed: expected name ->
        another name under which checkpoints hold the same tensor.
        """
        for name, other in renamed.items():
            if name not in self._where and other in self._where:
                self._where[name] = self._where.pop(other)
        problems = []
        for name, shape in expected.items():
            if name not in self._where:
                problems.append(f"{name} {list(shape)} is missing")
            elif self.shape(name) != tuple(shape):
                problems.append(f"{name} is {list(self.shape(name))}, not {list(shape)}")
        for name in self._where:
            if name not in expected and name not in renamed.values() and not name.startswith(tuple(ignored)):
                problems.append(f"{name} {list(self.shape(name))} is not part of the network")
        if problems:
            more = f", and {len(problems) - 5} more" if len(problems) > 5 else ""
            raise CheckpointError(f"The tensors in {self.folder} do not fit its config.json: "
                                  f"{'; '.join(problems[:5])}{more}.")
