#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train the small Llama of configs/models/addition and write it as a Hugging Face directory.

The task is the addition of two numbers from 0 to 99, one character a token. Needs Debian's
python3-torch and nothing else. The same seed on the same machine gives the same bytes.
"""

import argparse
import json
import math
import pathlib
import random
import struct
import time

import torch
import torch.nn.functional as F

VOCAB = [str(digit) for digit in range(10)] + ["+", "=", "\n"]
IDS = {char: index for index, char in enumerate(VOCAB)}
EOS = IDS["\n"]

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "bos_token_id": None,
    "eos_token_id": EOS,
    "head_dim": 16,
    "hidden_act": "silu",
    "hidden_size": 128,
    "initializer_range": 0.05,
    "intermediate_size": 344,
    "max_position_embeddings": 32,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 8,
    "num_hidden_layers": 4,
    "num_key_value_heads": 4,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "torch_dtype": "float16",
    "use_cache": True,
    "vocab_size": len(VOCAB),
}

GOLDEN_PROMPTS = ["47+85=", "9+3=", "99+99="]


# --- the task ---------------------------------------------------------------------------------


def split_problems(seed, held_out_share):
    """All problems as (training, held out). a+b and b+a are always on the same side."""
    pairs = [(a, b) for a in range(100) for b in range(a, 100)]
    random.Random(seed).shuffle(pairs)
    cut = round(len(pairs) * held_out_share)

    def both_orders(chosen):
        return [p for a, b in chosen for p in ([(a, b), (b, a)] if a != b else [(a, b)])]

    return both_orders(pairs[cut:]), both_orders(pairs[:cut])


def encode(text):
    return [IDS[char] for char in text]


def make_batch(problems):
    """Token rows, padded at the right, and targets that are -100 outside the answer."""
    rows, targets = [], []
    for a, b in problems:
        prompt, answer = encode(f"{a}+{b}="), encode(f"{a + b}\n")
        rows.append(prompt + answer[:-1])
        targets.append([-100] * (len(prompt) - 1) + answer)
    width = max(map(len, rows))
    pad = [row + [EOS] * (width - len(row)) for row in rows]
    pad_targets = [row + [-100] * (width - len(row)) for row in targets]
    return torch.tensor(pad), torch.tensor(pad_targets)


# --- the model: weights in a dictionary by their Hugging Face names ----------------------------


def weight_shapes():
    c = CONFIG
    hidden, ffn = c["hidden_size"], c["intermediate_size"]
    q = c["num_attention_heads"] * c["head_dim"]
    kv = c["num_key_value_heads"] * c["head_dim"]
    shapes = {"model.embed_tokens.weight": (c["vocab_size"], hidden)}
    for layer in range(c["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        shapes[at + "input_layernorm.weight"] = (hidden,)
        shapes[at + "self_attn.q_proj.weight"] = (q, hidden)
        shapes[at + "self_attn.k_proj.weight"] = (kv, hidden)
        shapes[at + "self_attn.v_proj.weight"] = (kv, hidden)
        shapes[at + "self_attn.o_proj.weight"] = (hidden, q)
        shapes[at + "post_attention_layernorm.weight"] = (hidden,)
        shapes[at + "mlp.gate_proj.weight"] = (ffn, hidden)
        shapes[at + "mlp.up_proj.weight"] = (ffn, hidden)
        shapes[at + "mlp.down_proj.weight"] = (hidden, ffn)
    shapes["model.norm.weight"] = (hidden,)
    shapes["lm_head.weight"] = (c["vocab_size"], hidden)
    return shapes


def initial_weights():
    weights = {}
    for name, shape in weight_shapes().items():
        if len(shape) == 1:
            weights[name] = torch.ones(shape)
        else:
            weights[name] = torch.randn(shape) * CONFIG["initializer_range"]
    return weights


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + CONFIG["rms_norm_eps"]) * weight


def rope_tables(length):
    dim = CONFIG["head_dim"]
    frequency = CONFIG["rope_theta"] ** (-torch.arange(0, dim, 2).float() / dim)
    angle = torch.arange(length).float()[:, None] * frequency[None, :]
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    low, high = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-high, low], dim=-1) * sin


def attention(weights, at, x, cos, sin, mask):
    batch, length, _ = x.shape
    dim = CONFIG["head_dim"]

    def heads(name):
        y = x @ weights[at + f"self_attn.{name}_proj.weight"].T
        return y.view(batch, length, -1, dim).transpose(1, 2)

    q = rotate(heads("q"), cos, sin)
    k = rotate(heads("k"), cos, sin)
    group = CONFIG["num_attention_heads"] // CONFIG["num_key_value_heads"]
    k = k.repeat_interleave(group, dim=1)
    v = heads("v").repeat_interleave(group, dim=1)
    score = (q @ k.transpose(2, 3) / math.sqrt(dim)).masked_fill(mask, float("-inf"))
    mixed = (score.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, -1)
    return mixed @ weights[at + "self_attn.o_proj.weight"].T


def forward(weights, tokens):
    """Logits of every position: [batch, length, vocab]."""
    length = tokens.shape[1]
    cos, sin = rope_tables(length)
    mask = torch.ones(length, length, dtype=torch.bool).triu(1)
    x = weights["model.embed_tokens.weight"][tokens]
    for layer in range(CONFIG["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        x = x + attention(
            weights, at, rms_norm(x, weights[at + "input_layernorm.weight"]), cos, sin, mask)
        y = rms_norm(x, weights[at + "post_attention_layernorm.weight"])
        gate = F.silu(y @ weights[at + "mlp.gate_proj.weight"].T)
        up = y @ weights[at + "mlp.up_proj.weight"].T
        x = x + (gate * up) @ weights[at + "mlp.down_proj.weight"].T
    return rms_norm(x, weights["model.norm.weight"]) @ weights["lm_head.weight"].T


def count_right(weights, problems):
    """Problems whose whole answer, end of line included, is what greedy decoding gives."""
    right = 0
    with torch.no_grad():
        for start in range(0, len(problems), 500):
            tokens, targets = make_batch(problems[start:start + 500])
            choice = forward(weights, tokens).argmax(-1)
            right += int(((choice == targets) | (targets == -100)).all(dim=1).sum())
    return right


# --- training ---------------------------------------------------------------------------------


def learning_rate(step, steps, peak):
    warmup = min(100, steps)
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def train(training, held_out, args):
    weights = initial_weights()
    for value in weights.values():
        value.requires_grad_(True)
    matrices = [w for w in weights.values() if w.dim() == 2]
    vectors = [w for w in weights.values() if w.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": args.weight_decay},
         {"params": vectors, "weight_decay": 0.0}], lr=args.rate, betas=(0.9, 0.98))
    order = random.Random(args.seed + 1)
    start = time.monotonic()
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, args.steps, args.rate)
        tokens, targets = make_batch(order.sample(training, args.batch))
        logits = forward(weights, tokens)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
        optimizer.step()
        if step % 250 == 0 or step == args.steps - 1:
            sample = held_out[:500]
            print(f"step {step} loss {loss.item():.5f} held out {count_right(weights, sample)}"
                  f"/{len(sample)} after {time.monotonic() - start:.0f} s", flush=True)
    return {name: value.detach() for name, value in weights.items()}


# --- files ------------------------------------------------------------------------------------


def write_safetensors(path, weights):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, value in weights.items():
        raw = value.half().contiguous().numpy().astype("<f2").tobytes()
        header[name] = {"dtype": "F16", "shape": list(value.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_tokenizer(path):
    write_json(path, {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": None, "pre_tokenizer": None, "post_processor": None,
        "decoder": {"type": "Fuse"},
        "model": {"type": "BPE", "dropout": None, "unk_token": None,
                  "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "vocab": IDS, "merges": []},
    })


def write_golden(path, weights):
    cases = []
    with torch.no_grad():
        for prompt in GOLDEN_PROMPTS:
            ids = encode(prompt)
            logits = forward(weights, torch.tensor([ids]))[0]
            rows = [[float(f"{value:.7g}") for value in row] for row in logits.tolist()]
            cases.append({"prompt": prompt, "tokens": ids, "logits": rows})
    lines = []
    for case in cases:
        rows = ",\n      ".join(json.dumps(row) for row in case["logits"])
        lines.append('  {"prompt": %s, "tokens": %s,\n    "logits": [\n      %s]}' % (
            json.dumps(case["prompt"]), json.dumps(case["tokens"]), rows))
    path.write_text('{"cases": [\n' + ",\n".join(lines) + "\n]}\n")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=root / "configs/models/addition")
    parser.add_argument("--golden", type=pathlib.Path,
                        default=root / "testbench/golden/addition_logits.json")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--weight-decay", type=float, default=0.1)
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(args.seed)
    training, held_out = split_problems(args.seed, 0.2)
    weights = train(training, held_out, args)
    rounded = {name: value.half().float() for name, value in weights.items()}
    print(f"fp16 weights, fp32 arithmetic: held out {count_right(rounded, held_out)}"
          f"/{len(held_out)}, training {count_right(rounded, training)}/{len(training)}")

    args.out.mkdir(parents=True, exist_ok=True)
    write_json(args.out / "config.json", CONFIG)
    write_tokenizer(args.out / "tokenizer.json")
    write_safetensors(args.out / "model.safetensors", weights)
    lines = [f"{a}+{b}={a + b}\n" for a, b in held_out]
    (args.out / "heldout.txt").write_text("".join(lines))
    write_golden(args.golden, rounded)


if __name__ == "__main__":
    main()
