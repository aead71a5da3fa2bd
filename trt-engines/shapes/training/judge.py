"""Looks at the frames of a clip and says what it sees, from pixels alone; it knows neither prompt nor network.

The backgrounds' rows are nearly uniform, so the median of a row over the whole clip is the background even where the
subject never leaves; what differs from it is the subject.
"""
import math

import numpy as np
from PIL import Image

import world

SHAPE_SIDE = 32


def lightness_chroma(rgb):
    """CIE L*a*b* of sRGB in 0..255."""
    linear = np.asarray(rgb, np.float64) / 255
    linear = np.where(linear > 0.04045, ((linear + 0.055) / 1.055) ** 2.4, linear / 12.92)
    xyz = linear @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack((116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])), -1)


def largest_component(mask):
    """The largest 4-connected part of a mask, by merging runs of rows."""
    labels, parents = np.zeros(mask.shape, np.int32), [0]

    def root(i):
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    previous = []
    for row, line in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))))
        current = []
        for begin, end in zip(edges[::2], edges[1::2]):
            touching = {root(label) for b, e, label in previous if b < end and e > begin}
            label = min(touching) if touching else len(parents)
            if not touching:
                parents.append(label)
            for other in touching:
                parents[other] = label
            labels[row, begin:end] = label
            current.append((begin, end, label))
        previous = current
    if len(parents) == 1:
        return mask
    resolved = np.array([root(i) for i in range(len(parents))])[labels]
    counts = np.bincount(resolved.ravel())
    counts[0] = 0
    return resolved == counts.argmax()


def segment(clip):
    """The background's rows `[height, 3]` and the subject's mask in each frame `[frames, height, width]`."""
    rows = np.median(clip.transpose(1, 0, 2, 3).reshape(clip.shape[1], -1, 3), axis=1)
    distance = np.linalg.norm(lightness_chroma(clip) - lightness_chroma(rows)[None, :, None], axis=-1)
    return rows, np.stack([largest_component(frame > 24) for frame in distance])


def template(subject):
    y, x = np.mgrid[0:120, 0:120]
    mask = world.outline_distance(subject, (x - 59.5) / 50, (y - 59.5) / 50) < 0
    return normalised(mask)


def normalised(mask):
    """The mask's bounding box, centred in a square and scaled to a fixed side, as floats."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = mask[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    side = max(box.shape)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - box.shape[0]) // 2, (side - box.shape[1]) // 2
    square[top:top + box.shape[0], left:left + box.shape[1]] = box * 255
    return np.asarray(Image.fromarray(square).resize((SHAPE_SIDE, SHAPE_SIDE), Image.BILINEAR), np.float64) / 255


TEMPLATES = {subject: template(subject) for subject in world.SUBJECTS}


def subject_of(masks):
    """The outline that overlaps best, over the frames where the subject is whole."""
    scores = {subject: 0.0 for subject in TEMPLATES}
    frames = 0
    for mask in masks:
        border = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
        if mask.sum() < 60 or border:
            continue
        shape = normalised(mask)
        frames += 1
        for subject, wanted in TEMPLATES.items():
            scores[subject] += np.minimum(shape, wanted).sum() / np.maximum(shape, wanted).sum()
    return max(scores, key=scores.get) if frames else None


def colour_of(clip, masks):
    inside = np.concatenate([frame[mask] for frame, mask in zip(clip, masks)])
    if len(inside) < 100:
        return None
    tones = lightness_chroma(inside)
    chroma = np.hypot(tones[:, 1], tones[:, 2])
    strong = tones[chroma >= np.percentile(chroma, 50)]  # the dark border and the soft edge say little of the colour
    middle = np.median(strong, axis=0)
    palette = {name: lightness_chroma(np.array(rgb)) for name, rgb in world.COLOURS.items()}
    return min(palette, key=lambda name: np.linalg.norm((palette[name] - middle) * (0.6, 1, 1)))


def background_of(rows):
    """The background whose rows are nearest, whatever the height of its horizon."""
    height = len(rows)
    seen = lightness_chroma(rows)
    best, nearest = None, math.inf
    for name, (sky_top, sky_low, far, near, horizon) in world.BACKGROUNDS.items():
        for shift in (-0.05, -0.02, 0.0, 0.02, 0.05):
            y = (np.arange(height) + 0.5) / height
            edge = horizon + shift
            sky = np.array(sky_top) + np.subtract(sky_low, sky_top) * np.clip(y / edge, 0, 1)[:, None]
            ground = np.array(far) + np.subtract(near, far) * np.clip((y - edge) / (1 - edge), 0, 1)[:, None]
            expected = np.where((y < edge)[:, None], sky, ground)
            error = np.linalg.norm(seen - lightness_chroma(expected), axis=-1).mean()
            if error < nearest:
                best, nearest = name, error
    return best


def motion_of(masks):
    """Direction and kind of the motion, from the track of the mask's middle and its area."""
    height = masks.shape[1]
    track, areas = [], []
    for mask in masks:
        if mask.sum() >= 12:
            ys, xs = np.nonzero(mask)
            track.append(((xs.min() + xs.max()) / 2 / height, (ys.min() + ys.max()) / 2 / height))
            areas.append(mask.sum())
    if len(track) < 0.6 * len(masks):
        return None
    track, areas = np.array(track), np.array(areas, float)
    third = max(1, len(track) // 5)
    moved = track[-third:].mean(0) - track[:third].mean(0)
    span = track.max(0) - track.min(0)
    steps = np.linalg.norm(np.diff(track, axis=0), axis=1)
    if steps.max() > 0.35:  # a jump: no motion of this world does that
        return None
    growth = areas[-third:].mean() / areas[:third].mean()
    if growth > 2.5 and span.max() < 0.3:
        return "grow"
    if max(abs(moved)) < 0.15:
        return None
    if abs(moved[0]) > 1.5 * abs(moved[1]):
        return "right" if moved[0] > 0 else "left"
    if abs(moved[1]) > 1.5 * abs(moved[0]):
        return "down" if moved[1] > 0 else "up"
    return None


def look(clip):
    """What a clip, uint8 [frames, height, width, 3], shows: colour, subject, motion, background; None for what cannot be told."""
    rows, masks = segment(clip)
    return {"colour": colour_of(clip, masks), "subject": subject_of(masks), "motion": motion_of(masks), "background": background_of(rows)}
