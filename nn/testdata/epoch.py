"""Makes epoch.json: one epoch of SGD in PyTorch, for TestEpochAgainstPyTorch.

    python3 nn/testdata/epoch.py > nn/testdata/epoch.json     (made with PyTorch 1.13.1)

Weights, examples and the order of batches are simple sequences, so that both
sides make them alike; the file holds the parameters after the epoch, in this
project's order (each layer's weights, inputs by outputs, then its biases).
"""
import json

import torch

torch.set_num_threads(1)
widths, examples, batch = [12, 9, 7, 10], 50, 16


def sequence(n, at):  # a linear congruential generator, in [0, 1)
    out = []
    for _ in range(n):
        at = (1103515245 * at + 12345) % 2**31
        out.append((at >> 16) / 2**15)
    return out


pixels = [int(16 * v) for v in sequence(examples * widths[0], 1)]
labels = [int(10 * v) for v in sequence(examples, 2)]
x = torch.tensor(pixels, dtype=torch.float32).reshape(examples, -1) / 15
y = torch.tensor(labels)
layers = []
for i in range(3):
    linear = torch.nn.Linear(widths[i], widths[i + 1])
    values = [v - 0.5 for v in sequence((widths[i] + 1) * widths[i + 1], 10 + i)]
    n = widths[i] * widths[i + 1]
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(values[:n]).reshape(widths[i], widths[i + 1]).T)
        linear.bias.copy_(torch.tensor(values[n:]))
    layers += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
optimizer = torch.optim.SGD(model.parameters(), lr=0.06, momentum=0.9, weight_decay=0.001)
total = 0.0
for first in range(0, examples, batch):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(x[first:first + batch]), y[first:first + batch])
    total += loss.item() * len(x[first:first + batch])
    loss.backward()
    optimizer.step()
parameters = []
for layer in model:
    if isinstance(layer, torch.nn.Linear):
        parameters += layer.weight.T.reshape(-1).tolist() + layer.bias.tolist()
print(json.dumps({"torch": torch.__version__, "loss": total / examples, "parameters": parameters}))
