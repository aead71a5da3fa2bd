"""The world that `shapes` knows: what its clips can show, how they are drawn, and how people describe them.

A scene has four attributes (colour, subject, motion, background). `render` draws it, `describe` puts it into words in
English or Chinese. Everything is measured in units of the picture's height, so that one world serves every size.
"""
import hashlib
import math
import random
from dataclasses import dataclass

import numpy as np

COLOURS = {
    "red": (225, 35, 35), "orange": (245, 135, 20), "yellow": (250, 220, 30), "green": (25, 165, 50),
    "cyan": (30, 205, 215), "blue": (40, 70, 225), "purple": (130, 40, 190), "pink": (250, 110, 180),
}
SUBJECTS = ("ball", "box", "star", "triangle", "ring", "heart")
MOTIONS = ("right", "left", "up", "down", "grow")
# Sky at the top, sky at the horizon, ground at the horizon, ground at the bottom, height of the horizon.
BACKGROUNDS = {
    "meadow": ((185, 212, 232), (215, 230, 240), (122, 160, 92), (92, 134, 72), 0.45),
    "night": ((8, 10, 32), (24, 24, 58), (30, 30, 66), (40, 38, 78), 0.75),
    "sea": ((205, 222, 232), (222, 232, 236), (58, 108, 142), (34, 78, 112), 0.35),
    "desert": ((240, 218, 186), (246, 230, 204), (216, 182, 124), (192, 152, 98), 0.55),
    "snow": ((176, 188, 206), (200, 210, 224), (238, 242, 248), (250, 252, 255), 0.5),
    "studio": ((150, 150, 152), (172, 172, 174), (112, 112, 114), (132, 132, 134), 0.7),
}
ATTRIBUTES = {"colour": tuple(COLOURS), "subject": SUBJECTS, "motion": MOTIONS, "background": tuple(BACKGROUNDS)}


@dataclass(frozen=True)
class Scene:
    colour: str
    subject: str
    motion: str
    background: str

    def held_out(self):
        """One combination in ten never occurs in training; which ones is fixed by a hash, not by a seed."""
        name = f"{self.colour} {self.subject} {self.motion} {self.background}"
        return hashlib.sha256(name.encode()).digest()[0] < 26


def all_scenes():
    return [Scene(c, s, m, b) for c in COLOURS for s in SUBJECTS for m in MOTIONS for b in BACKGROUNDS]


TRAINING_SCENES = [s for s in all_scenes() if not s.held_out()]
HELD_OUT_SCENES = [s for s in all_scenes() if s.held_out()]


# --- drawing -----------------------------------------------------------------------------------------------------

def outline_distance(subject, x, y):
    """Signed distance (negative inside, about exact near the edge) to the outline of a subject of radius 1."""
    if subject == "ball":
        return np.hypot(x, y) - 1
    if subject == "box":
        return np.maximum(np.abs(x), np.abs(y)) - 0.85
    if subject == "ring":
        return np.abs(np.hypot(x, y) - 0.73) - 0.27
    if subject == "triangle":
        y = y - 0.12
        return np.maximum(y - 0.62, 0.8944 * np.abs(x) - 0.4472 * y - 0.4472 * 1.12)
    if subject == "star":
        x, y = x / 1.12, y / 1.12
        angle = np.abs((np.arctan2(x, -y) + math.pi / 5) % (2 * math.pi / 5) - math.pi / 5)
        radius = np.hypot(x, y)
        u, v = radius * np.cos(angle), radius * np.sin(angle)
        inner_u, inner_v = 0.46 * math.cos(math.pi / 5), 0.46 * math.sin(math.pi / 5)
        edge_u, edge_v = inner_u - 1.06, inner_v
        length = math.hypot(edge_u, edge_v)
        return ((u - 1.06) * edge_v - v * edge_u) / length
    if subject == "heart":
        x, y = np.abs(x), -(y - 0.08)
        lobe = np.hypot(x - 0.46, y - 0.42) - 0.54
        body = np.maximum(x * 0.7071 - (y + 0.95) * 0.7071 + 0.02, y - 0.42)
        inner = np.maximum(body, x - 0.99)
        return np.minimum(lobe, np.maximum(inner, 0.7071 * (x - y) - 0.7071 * 0.97))
    raise ValueError(subject)


def path(motion, u, rng, aspect):
    """Centre (x, y) and radius, in picture heights, for every u in [0, 1]."""
    radius = np.full_like(u, rng.uniform(0.22, 0.26))
    middle = aspect / 2
    across = 0.27 + rng.uniform(-0.03, 0.03)
    if motion in ("right", "left"):
        x = across + (aspect - 2 * across) * (u if motion == "right" else 1 - u)
        y = np.full_like(u, 0.52 + rng.uniform(-0.13, 0.13))
    elif motion in ("up", "down"):
        x = np.full_like(u, middle + rng.uniform(-0.3, 0.3))
        y = 0.26 + 0.49 * (u if motion == "down" else 1 - u)
    elif motion == "grow":
        x = np.full_like(u, middle + rng.uniform(-0.2, 0.2))
        y = np.full_like(u, 0.5 + rng.uniform(-0.05, 0.05))
        radius = 0.09 + 0.28 * u
    else:
        raise ValueError(motion)
    return x, y, radius


def draw_background(name, width, height, rng):
    """[height, width, 3] floats in 0..255. Its rows are nearly uniform: that is what the judge relies on."""
    sky_top, sky_low, ground_far, ground_near, horizon = BACKGROUNDS[name]
    horizon += rng.uniform(-0.03, 0.03)
    y = (np.arange(height)[:, None] + 0.5) / height
    x = (np.arange(width)[None, :] + 0.5) / height
    sky_part, ground_part = np.clip(y / horizon, 0, 1), np.clip((y - horizon) / (1 - horizon), 0, 1)
    sky = np.array(sky_top) + (np.array(sky_low, float) - sky_top) * sky_part[..., None]
    ground = np.array(ground_far) + (np.array(ground_near, float) - ground_far) * ground_part[..., None]
    is_ground = np.clip((y - horizon) * height + 0.5, 0, 1)[..., None]
    picture = np.repeat(sky * (1 - is_ground) + ground * is_ground, width, axis=1)
    phase = rng.uniform(0, 2 * math.pi)
    if name == "meadow":
        texture = 7 * np.sin(70 * x + 9 * np.sin(40 * y) + phase) * np.sin(55 * y + phase)
    elif name == "sea":
        texture = 12 * np.maximum(np.sin(14 * x + 60 * y + phase) * np.sin(60 * y), 0)
    elif name == "desert":
        texture = 7 * np.sin(9 * x + 45 * y + 2 * np.sin(5 * x + phase))
    elif name == "snow":
        texture = -5 * np.maximum(np.sin(11 * x + 20 * y + phase), 0)
    else:
        texture = np.zeros((height, width))
    picture += (texture * (is_ground[..., 0] * np.ones_like(texture)))[..., None]
    if name == "night":
        for star in range(11):
            cx, cy = (0.07 + 0.618034 * star) % 1 * width / height, (0.09 + 0.381966 * star) % 1 * 0.7 + rng.uniform(0, 0.02)
            glow = np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) * (64 / 1.3) ** 2))
            picture += glow[..., None] * np.array([120, 120, 105])
    return np.clip(picture, 0, 255)


def render(scene, width, height, frames, seed, part=slice(None)):
    """Draws a clip, or the `part` of its frames.

    Returns uint8 [frames, height, width, 3] and the subject's coverage, float32 in 0..1, [frames, height, width].
    """
    rng = random.Random(seed)
    background = draw_background(scene.background, width, height, rng) * rng.uniform(0.95, 1.03)
    colour = np.array(COLOURS[scene.colour], np.float32) * rng.uniform(0.93, 1.04)
    u = np.linspace(0, 1, frames)
    cx, cy, radius = (values[part] for values in path(scene.motion, u, rng, width / height))
    x = ((np.arange(width) + 0.5) / height)[None, None, :] - cx[:, None, None]
    y = ((np.arange(height) + 0.5) / height)[None, :, None] - cy[:, None, None]
    r = radius[:, None, None]
    distance = outline_distance(scene.subject, x / r, y / r) * r * height
    coverage = np.clip(0.5 - distance, 0, 1).astype(np.float32)
    border = np.clip(0.5 + distance + np.maximum(1.3, 0.09 * r * height), 0, 1)
    light = np.clip(1.0 - 0.16 * (x + y) / r, 0.75, 1.22)
    fill = np.clip(colour * light[..., None], 0, 255)
    fill = fill * (1 - 0.6 * border[..., None])
    picture = background * (1 - coverage[..., None]) + fill * coverage[..., None]
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8), coverage


# --- words -------------------------------------------------------------------------------------------------------

ENGLISH = {
    "red": ("red", "red", "scarlet", "crimson"), "orange": ("orange",), "yellow": ("yellow", "yellow", "lemon"),
    "green": ("green", "green", "emerald"), "cyan": ("cyan", "turquoise", "aqua"), "blue": ("blue", "blue", "azure"),
    "purple": ("purple", "violet"), "pink": ("pink", "rosy"),
    "ball": ("ball", "ball", "sphere", "disc"), "box": ("box", "cube", "square", "block"), "star": ("star",),
    "triangle": ("triangle", "triangle", "pyramid"), "ring": ("ring", "hoop", "doughnut"), "heart": ("heart",),
    "right": ("{v} from left to right", "{v} from left to right", "{v} to the right", "{v} from the left to the right",
              "{v} rightwards", "{v} towards the right", "{v} right"),
    "left": ("{v} from right to left", "{v} from right to left", "{v} to the left", "{v} from the right to the left",
             "{v} leftwards", "{v} towards the left", "{v} left"),
    "up": ("{v} up", "{v} upwards", "rises", "rising", "ascends", "climbs", "floats up", "{v} from the bottom to the top"),
    "down": ("{v} down", "{v} downwards", "falls", "falling", "descends", "sinks", "drops", "{v} from the top to the bottom"),
    "grow": ("grows", "growing", "gets bigger", "becomes larger", "expands", "grows bigger and bigger"),
    "meadow": ("a meadow", "a green meadow", "the grass", "green grass", "a grassy field", "the lawn"),
    "night": ("the night sky", "a starry sky", "a dark night sky", "a dark sky", "the night"),
    "sea": ("the sea", "the ocean", "the blue sea", "the blue ocean", "the water"),
    "desert": ("a desert", "the desert", "a yellow desert", "the sand", "sand dunes"),
    "snow": ("the snow", "white snow", "a snowy field", "a white snowfield", "snow"),
    "studio": ("a studio", "a grey studio", "a plain grey background", "a gray background", "an empty studio"),
}
VERBS = ("moves", "rolls", "slides", "glides", "flies", "travels", "goes", "drifts", "moving", "rolling", "sliding")
PREPOSITIONS = ("across", "over", "in", "on", "in front of", "above", "through", "against", "with")
ENGLISH_TEMPLATES = (
    "{a} {colour} {subject} {motion} {p} {background}", "{a} {colour} {subject} {motion} {p} {background}",
    "{p} {background}, {a} {colour} {subject} {motion}", "{p} {background} {a} {colour} {subject} {motion}",
    "{background}: {a} {colour} {subject} {motion}", "{background}, {a} {colour} {subject} {motion}",
    "{a} {subject} that is {colour} {motion} {p} {background}", "{a} {subject}, {colour}, {motion} {p} {background}",
    "{a} {colour} {subject} {p} {background} {motion}", "{p} {background} there is {a} {colour} {subject}, it {motion}",
    "{colour} {subject} {motion}, {background}", "{motion}: {a} {colour} {subject}, {p} {background}",
    "the background is {background}, the {subject} is {colour} and {motion}",
)
CHINESE = {
    "red": ("红色", "红色", "红", "鲜红色"), "orange": ("橙色", "橘色", "橙"), "yellow": ("黄色", "黄色", "黄", "金黄色"),
    "green": ("绿色", "绿色", "绿", "翠绿色"), "cyan": ("青色", "青绿色", "青"), "blue": ("蓝色", "蓝色", "蓝", "天蓝色"),
    "purple": ("紫色", "紫", "紫罗兰色"), "pink": ("粉色", "粉红色", "粉红"),
    "ball": ("球", "小球", "圆球", "皮球"), "box": ("方块", "盒子", "箱子", "正方形"), "star": ("星星", "五角星", "星形"),
    "triangle": ("三角形", "三角"), "ring": ("圆环", "环", "圈圈"), "heart": ("爱心", "心形", "心", "红心形状"),
    "right": ("从左向右{v}", "从左到右{v}", "从左往右{v}", "向右{v}", "往右{v}", "从左边{v}到右边"),
    "left": ("从右向左{v}", "从右到左{v}", "从右往左{v}", "向左{v}", "往左{v}", "从右边{v}到左边"),
    "up": ("向上{v}", "往上{v}", "上升", "升起", "从下往上{v}", "从下到上{v}", "升上去"),
    "down": ("向下{v}", "往下{v}", "下降", "落下", "从上往下{v}", "从上到下{v}", "掉下来"),
    "grow": ("变大", "越来越大", "逐渐变大", "慢慢长大", "不断放大"),
    "meadow": ("草地", "绿色的草地", "草原", "草坪", "绿草地"), "night": ("夜空", "星空", "夜晚的天空", "黑夜", "黑色的夜空"),
    "sea": ("大海", "海面", "海洋", "蓝色的大海", "海水"), "desert": ("沙漠", "沙丘", "黄色的沙漠", "沙地"),
    "snow": ("雪地", "白色的雪地", "雪原", "白雪"), "studio": ("摄影棚", "灰色的背景", "灰色背景", "工作室", "影棚"),
}
CHINESE_VERBS = ("移动", "滚动", "滑动", "飞", "飘", "移", "滚", "滑")
CHINESE_TEMPLATES = (
    "{one}{colour}的{subject}{motion}，{in_bg}", "{one}{colour}的{subject}{in_bg}{motion}", "{one}{colour}的{subject}{in_bg}{motion}",
    "{in_bg}，{one}{colour}的{subject}{motion}", "{in_bg}{one}{colour}的{subject}{motion}", "{in_bg}有{one}{colour}的{subject}{motion}",
    "{background}，{colour}{subject}{motion}", "{motion}的{colour}{subject}，背景是{background}", "{colour}{subject}{motion}，背景是{background}",
    "背景是{background}，{one}{colour}的{subject}正在{motion}", "{one}{subject}，{colour}，{motion}，{background}",
)
OPENINGS = {"en": ("a video of ", "an animation of ", "a clip of "), "zh": ("视频：", "动画：", "一段视频，")}
ADVERBS = {"en": ("slowly", "smoothly", "gently", "quickly", "steadily"), "zh": ("慢慢地", "缓缓地", "快速地", "轻轻地", "平稳地")}
SIZES = {"en": ("big", "large", "small", "little"), "zh": ("大", "小", "大大的")}
EXTRA_WORDS = {"en": ("the", "a", "an", "it", "is", "there", "and", "with", "while", "then", "background", "scene", "bright", "beautiful", "cartoon"),
               "zh": ("场景", "画面", "可爱的", "明亮的", "漂亮的", "卡通", "慢慢", "它", "着", "了", "上面", "下面", "里面", "中间")}
UNKNOWN = "\u241f"  # stands for a word outside the world; the tokenizer has no entry for it


def describe(scene, language, rng, omit=0.0, noise=0.0):
    """Puts a scene into words.

    Returns the prompt and the attributes it names; `omit` is the chance that the sentence leaves one attribute out,
    `noise` the chance of a word that the world does not know.
    """
    named = {"colour": scene.colour, "subject": scene.subject, "motion": scene.motion, "background": scene.background}
    if rng.random() < omit:
        del named[rng.choice(list(named))]
    return (_english if language == "en" else _chinese)(named, rng, noise), named


def _english(named, rng, noise):
    words = {key: rng.choice(ENGLISH[value]) for key, value in named.items()}
    if "motion" in words:
        words["motion"] = words["motion"].format(v=rng.choice(VERBS))
        if rng.random() < 0.2:
            adverb = rng.choice(ADVERBS["en"])
            words["motion"] = rng.choice((f"{adverb} {words['motion']}", f"{words['motion']} {adverb}"))
    if rng.random() < 0.12:
        words["colour"] = (rng.choice(SIZES["en"]) + " " + words.get("colour", "")).strip()
    first = words.get("colour") or words.get("subject", "object")
    article = rng.choice(("an" if first[0] in "aeiou" else "a", "an" if first[0] in "aeiou" else "a", "the", "one"))
    template = rng.choice(ENGLISH_TEMPLATES)
    if "background" not in words:
        template = rng.choice(("{a} {colour} {subject} {motion}", "{motion}: {a} {colour} {subject}"))
    sentence = template.format(a=article, p=rng.choice(PREPOSITIONS), colour=words.get("colour", ""), subject=words.get("subject", "object"),
                               motion=words.get("motion", ""), background=words.get("background", ""))
    sentence = " ".join(sentence.split()).replace(" ,", ",").strip(" ,:")
    if rng.random() < 0.1:
        sentence = rng.choice(OPENINGS["en"]) + sentence
    if rng.random() < noise:
        pieces = sentence.split(" ")
        pieces.insert(rng.randrange(len(pieces) + 1), UNKNOWN)
        sentence = " ".join(pieces)
    if rng.random() < 0.3:
        sentence = sentence[0].upper() + sentence[1:]
    return sentence + rng.choice(("", "", "."))


def _chinese(named, rng, noise):
    words = {key: rng.choice(CHINESE[value]) for key, value in named.items()}
    one = rng.choice(("一个", "一个", "一只", "这个", ""))
    if rng.random() < 0.12:
        one += rng.choice(SIZES["zh"])
    verb = rng.choice(CHINESE_VERBS)
    background = words.get("background", "")
    over = named.get("motion") in ("right", "left") and background and rng.random() < 0.3
    if "motion" in words:
        words["motion"] = words["motion"].format(v=verb)
        if over:
            side = ("左", "右") if named["motion"] == "right" else ("右", "左")
            words["motion"] = f"从{side[0]}{rng.choice('向到往')}{side[1]}{rng.choice(('滚', '滑', '飞', '飘', '移'))}过{background}"
        if rng.random() < 0.2:
            words["motion"] = rng.choice(ADVERBS["zh"]) + words["motion"]
    in_background = f"在{background}{rng.choice(('上', '上', '里', '中', '上面', '前', '上空', ''))}" if background else ""
    template = rng.choice(CHINESE_TEMPLATES)
    if over:
        template = rng.choice(("{one}{colour}的{subject}{motion}", "{colour}{subject}{motion}"))
    elif not background:
        template = rng.choice(("{one}{colour}的{subject}{motion}", "{colour}{subject}{motion}"))
    sentence = template.format(one=one, colour=words.get("colour", ""), subject=words.get("subject", "东西"), motion=words.get("motion", ""),
                               background=background, in_bg=in_background)
    if "colour" not in words:
        sentence = sentence.replace("的" + words.get("subject", "东西"), words.get("subject", "东西"))
    sentence = sentence.strip("，")
    if rng.random() < 0.1:
        sentence = rng.choice(OPENINGS["zh"]) + sentence
    if rng.random() < noise:
        place = rng.randrange(len(sentence) + 1)
        sentence = sentence[:place] + UNKNOWN * rng.choice((1, 2)) + sentence[place:]
    return sentence + rng.choice(("", "", "。"))


def known_words():
    """Every word that may stand in a prompt without a warning: English words, and Chinese words of any length."""
    english, chinese = set(), set()
    for phrases in list(ENGLISH.values()) + [VERBS, PREPOSITIONS, OPENINGS["en"], ADVERBS["en"], SIZES["en"], EXTRA_WORDS["en"], ENGLISH_TEMPLATES, ("object", "one")]:
        for phrase in phrases:
            english.update(w for w in "".join(c if c.isalpha() or c in "{}" else " " for c in phrase.lower()).split() if "{" not in w)
    english.update(("an", "of", "s"))
    for phrases in list(CHINESE.values()) + [CHINESE_VERBS, OPENINGS["zh"], ADVERBS["zh"], SIZES["zh"], EXTRA_WORDS["zh"]]:
        for phrase in phrases:
            for part in phrase.replace("{v}", " ").replace("：", " ").replace("，", " ").split():
                chinese.add(part)
    chinese.update(("一个", "一只", "这个", "在", "上", "里", "中", "上空", "前", "的", "有", "正在", "背景是", "背景", "是", "过", "从", "向", "到", "往",
                    "左", "右", "左边", "右边", "滚过", "滑过", "飞过", "飘过", "移过", "东西", "一段", "视频", "动画", "上面", "下", "下面", "地", "天空", "夜晚", "灰色", "白色", "黑色", "金色"))
    return sorted(english), sorted(chinese)
