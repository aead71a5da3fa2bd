"""The tokenizer of `shapes`: whole English words and single Chinese characters, as a BERT word-piece tokenizer reads them.

`write_tokenizer` writes the same rules as a Hugging Face `tokenizer.json`, which the executor reads.
"""
import json
import unicodedata

import torch

import world

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
PUNCTUATION = tuple(",.:;!?-'\"()，。：；！？、")


def entries():
    english, chinese = world.known_words()
    characters = sorted({character for word in chinese for character in word})
    return list(SPECIAL) + list(PUNCTUATION) + english + characters


def is_chinese(character):
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def is_punctuation(character):
    ascii_symbol = character.isascii() and not character.isalnum() and not character.isspace()
    return ascii_symbol or unicodedata.category(character).startswith("P")


class Tokenizer:
    def __init__(self, tokens):
        self.tokens = tokens
        self.index = {entry: i for i, entry in enumerate(entries())}

    def __call__(self, prompt):
        """Ids of [CLS] words [SEP], cut to the length."""
        prompt = "".join(c for c in unicodedata.normalize("NFD", prompt.lower()) if unicodedata.category(c) != "Mn")
        spaced = "".join(f" {c} " if is_chinese(c) or is_punctuation(c) else c for c in prompt)
        ids = [self.index.get(word, 1) for word in spaced.split()]
        return [2] + ids[:self.tokens - 2] + [3]

    def batch(self, prompts):
        """`(input_ids, attention_mask)`, int64 [prompts, tokens]."""
        ids, mask = torch.zeros(len(prompts), self.tokens, dtype=torch.int64), torch.zeros(len(prompts), self.tokens, dtype=torch.int64)
        for row, prompt in enumerate(prompts):
            line = self(prompt)
            ids[row, :len(line)] = torch.tensor(line)
            mask[row, :len(line)] = 1
        return ids, mask


def write_tokenizer(file):
    vocabulary = {entry: i for i, entry in enumerate(entries())}
    special = [{"id": i, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for i, name in enumerate(SPECIAL)]
    file.write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": True, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
                           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                                    {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
                           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
    }, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_vocabulary(file):
    english, chinese = world.known_words()
    file.write_text("\n".join(english + chinese) + "\n", encoding="utf-8")
