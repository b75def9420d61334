"""The tutorial's study in PyTorch, on the processor: what a run costs there.

Twenty clients with two label shards each train 784-256-128-10 on MNIST, by
FedAvg and by gossip on a ring, each update clipped and, at a finite epsilon,
blurred. It is written as the tutorial and torchvision's own examples are: a
DataLoader for each client over a Subset of torchvision's MNIST, ToTensor for
every image, state dicts that are averaged. It uses every core
that PyTorch can, and is tuned in no way, nor slowed. Settings, rounds, evaluations and
the shards are those of "grapevine run -preset tutorial -data mnist28";
the streams of random numbers are PyTorch's own, so results agree in kind, not
in bits.

The digits are the four official files, from the folder that --data names.
Needs Debian's python3-torch and python3-torchvision. "make bench-full-pytorch"
runs it; --runs 1 carries out the first of the ten runs alone.
"""

import argparse
import copy
import gzip
import math
import os
import pathlib
import random
import shutil
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

CLIENTS, ASKED, EXCHANGES, ROUNDS = 20, 10, 10, 20
RATE, MOMENTUM, BATCH, CLIP, DELTA, SEED = 0.06, 0.9, 64, 2.0, 1e-5, 7

# numpy's permutation of 40 shards for seed 7: two to a client.
SHARDS = [
    4, 0, 28, 20, 30, 10, 12, 32, 19, 9, 14, 22, 27, 38, 3, 24, 39, 26, 13, 17,
    18, 36, 35, 37, 8, 7, 1, 33, 15, 29, 6, 16, 23, 25, 5, 2, 31, 34, 21, 11,
]

RUNS = [(method, epsilon) for epsilon in (math.inf, 8, 4, 2, 1) for method in ("fedavg", "gossip")]


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        return self.layers(x)


def digits(folder, scratch):
    """Both sets, after unpacking the official files to where torchvision looks."""
    raw = pathlib.Path(scratch, "MNIST", "raw")
    raw.mkdir(parents=True, exist_ok=True)
    for packed in sorted(pathlib.Path(folder).glob("*-ubyte.gz")):
        with gzip.open(packed) as source, open(raw / packed.stem, "wb") as target:
            shutil.copyfileobj(source, target)
    return [datasets.MNIST(scratch, train=train, transform=transforms.ToTensor()) for train in (True, False)]


def partition(train):
    """Each client's examples: sorted by label, cut into 40 shards, two each."""
    order = torch.argsort(train.targets, stable=True)
    shards = order.chunk(len(SHARDS))
    return [Subset(train, torch.cat([shards[s] for s in SHARDS[2 * c:2 * c + 2]]).tolist()) for c in range(CLIENTS)]


def train_client(state, loader, epsilon):
    """One local epoch; returns the clipped, blurred update as a state dict."""
    model = MLP()
    model.load_state_dict(state)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    for x, y in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    update = {k: v - state[k] for k, v in model.state_dict().items()}
    norm = torch.sqrt(sum((v ** 2).sum() for v in update.values())).item()
    factor = min(1.0, CLIP / (norm + 1e-12))
    sigma = 0.0 if math.isinf(epsilon) else CLIP * math.sqrt(2 * math.log(1.25 / DELTA)) / epsilon
    for k, v in update.items():
        v.mul_(factor)
        if sigma:
            v.add_(torch.randn_like(v), alpha=sigma)
    return update


@torch.no_grad()
def evaluate(state, loader):
    model = MLP()
    model.load_state_dict(state)
    model.eval()
    loss = correct = count = 0
    for x, y in loader:
        z = model(x)
        loss += nn.functional.cross_entropy(z, y, reduction="sum").item()
        correct += (z.argmax(1) == y).sum().item()
        count += len(y)
    return loss / count, correct / count


def fedavg(loaders, test, epsilon):
    state = MLP().state_dict()
    _, accuracy = evaluate(state, test)
    for _ in range(ROUNDS):
        updates = [train_client(state, loaders[c], epsilon) for c in sorted(random.sample(range(CLIENTS), ASKED))]
        state = {k: v + sum(u[k] for u in updates) / ASKED for k, v in state.items()}
        _, accuracy = evaluate(state, test)
    return accuracy


def gossip(loaders, test, epsilon):
    states = [copy.deepcopy(MLP().state_dict()) for _ in range(CLIENTS)]
    ring = [(c, (c + 1) % CLIENTS) for c in range(CLIENTS)]
    scores = [evaluate(s, test) for s in states]
    for _ in range(ROUNDS):
        for c in range(CLIENTS):
            update = train_client(states[c], loaders[c], epsilon)
            states[c] = {k: v + update[k] for k, v in states[c].items()}
        for a, b in random.choices(ring, k=EXCHANGES):
            mean = {k: (v + states[b][k]) / 2 for k, v in states[a].items()}
            states[a], states[b] = mean, copy.deepcopy(mean)
        scores = [evaluate(s, test) for s in states]
    return sum(accuracy for _, accuracy in scores) / CLIENTS


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", required=True, help="folder of the four official files, *-ubyte.gz")
    arguments.add_argument("--scratch", default="build/peers/mnist", help="folder for the unpacked files")
    arguments.add_argument("--runs", type=int, default=len(RUNS), choices=range(1, len(RUNS) + 1), metavar="1..10",
                           help="carry out the first so many of the ten runs")
    arguments.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of PyTorch's kernels; all cores")
    options = arguments.parse_args()

    torch.set_num_threads(options.threads)
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    began = time.perf_counter()
    train, test_set = digits(options.data, options.scratch)
    loaders = [DataLoader(part, batch_size=BATCH, shuffle=True) for part in partition(train)]
    test = DataLoader(test_set, batch_size=1000)
    for method, epsilon in RUNS[:options.runs]:
        random.seed(SEED)
        torch.manual_seed(SEED)
        start = time.perf_counter()
        accuracy = {"fedavg": fedavg, "gossip": gossip}[method](loaders, test, epsilon)
        print(f"{method} epsilon {epsilon:g}: {time.perf_counter() - start:.1f} s, accuracy {accuracy:.4f}", flush=True)
    print(f"{options.runs} of {len(RUNS)} runs: {time.perf_counter() - began:.1f} s, data included", flush=True)


if __name__ == "__main__":
    main()
