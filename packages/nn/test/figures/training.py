"""Training: two small networks, two recipes, 30 steps from given weights over given batches.

Every run is repeated in float64, and in float64 from weights moved by half a unit in their last float32 place. How far
the three are apart says what accuracy a test may ask of another float32 implementation.
"""

import torch
from torch import nn

from figure import generator, normal, uniform
from layers import polynomial
from optimisers import snake

SEED = 63  # of 240 tried, the one whose weights float32 rounding moves least; its losses fall, too
STEPS, BATCH, INPUTS, HIDDEN, CLASSES, DEGREE = 30, 16, 12, 8, 5, 3


class Polynomial(nn.Module):
    def __init__(self, inputs, outputs, degree):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, degree + 1))

    def forward(self, x):
        return polynomial(x, self.weight)


class Sequential(nn.Module):
    """Names its parameters as Polygrad does: layers.<index>.<field>."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def linear_network():
    return Sequential(nn.Linear(INPUTS, HIDDEN), nn.ReLU(), nn.LayerNorm(HIDDEN), nn.Linear(HIDDEN, CLASSES))


def polynomial_network():
    return Sequential(Polynomial(INPUTS, HIDDEN, DEGREE), nn.LayerNorm(HIDDEN), Polynomial(HIDDEN, CLASSES, DEGREE))


# name: (network, a description of its layers, the bounds of its initial weights)
NETWORKS = {
    "LINEAR": (
        linear_network,
        ["Linear(12, 8)", "ReLU", "LayerNorm(8)", "Linear(8, 5)"],
        {"layers.0.weight": 0.29, "layers.0.bias": 0.29, "layers.3.weight": 0.35, "layers.3.bias": 0.35},
    ),
    "POLY": (
        polynomial_network,
        ["Polynomial(12, 8, degree 3)", "LayerNorm(8)", "Polynomial(8, 5, degree 3)"],
        {"layers.0.weight": 0.3, "layers.2.weight": 0.1},
    ),
}

RECIPES = {
    "Adam": {"optimiser": "Adam", "options": {"lr": 0.01}},
    "AdamW, one cycle, clipped": {
        "optimiser": "AdamW",
        "options": {"lr": 0.01, "weightDecay": 0.1},
        "oneCycle": {"maxLr": 0.05, "totalSteps": STEPS},
        "clipGradNorm": {"maxNorm": 1.0},
    },
}

# These come after all others, so that the random numbers of those stay what they were.
LATER_RECIPES = {
    "RMSprop": {"optimiser": "RMSprop", "options": {"lr": 0.002}},
    "RMSprop, centered, momentum, weight decay": {
        "optimiser": "RMSprop",
        "options": {"lr": 0.002, "alpha": 0.9, "momentum": 0.5, "centered": True, "weightDecay": 0.01},
    },
}


def make_batches():
    """Inputs uniform in [0, 1]; the label is the largest of five random linear scores: something to learn."""
    inputs = uniform(0, 1, STEPS, BATCH, INPUTS)
    scores = (inputs - 0.5).double() @ normal(INPUTS, CLASSES).double()
    return inputs, scores.argmax(-1)


def initial_state(build, bounds):
    """Uniform weights within the given bounds, in order; LayerNorm starts with weight 1 and bias 0, its default."""
    state = {name: value.detach() for name, value in build().state_dict().items()}
    for name, bound in bounds.items():
        state[name] = uniform(-bound, bound, *state[name].shape)
    return state


def make_optimiser(recipe, parameters):
    options = recipe["options"]
    if recipe["optimiser"] == "RMSprop":
        return torch.optim.RMSprop(parameters, foreach=False, **snake(options))
    if recipe["optimiser"] == "Adam":
        return torch.optim.Adam(parameters, lr=options["lr"], foreach=False)
    return torch.optim.AdamW(parameters, lr=options["lr"], weight_decay=options["weightDecay"], foreach=False)


def train(build, recipe, state, inputs, labels, dtype):
    network = build().to(dtype)
    network.load_state_dict({name: value.to(dtype) for name, value in state.items()})
    optimiser = make_optimiser(recipe, network.parameters())
    schedule = None
    if "oneCycle" in recipe:
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, recipe["oneCycle"]["maxLr"], recipe["oneCycle"]["totalSteps"], cycle_momentum=False
        )
    losses, rates, norms = [], [], []
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(network(inputs[step].to(dtype)), labels[step])
        loss.backward()
        if "clipGradNorm" in recipe:
            norms.append(nn.utils.clip_grad_norm_(network.parameters(), recipe["clipGradNorm"]["maxNorm"]))
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if schedule is not None and step + 1 < STEPS:
            schedule.step()
        losses.append(loss.detach())
    final = {name: value.detach().clone() for name, value in network.state_dict().items()}
    return {"losses": torch.stack(losses), "rates": rates, "norms": norms, "final": final}


def nudge(state):
    """Every weight moved by up to half a unit in its last float32 place (24 bits)."""
    moved = {}
    for name, value in state.items():
        exact = value.double()
        moved[name] = exact * (1 + uniform(-1, 1, *exact.shape).double() * 2.0**-24)
    return moved


def apart(run, exact):
    """The largest relative differences: of a loss, of a final weight, and of a final weight relative to the largest
    of its tensor."""

    def relative(a, b, scale):
        return ((a.double() - b).abs() / scale).max().item()

    pairs = [(run["final"][name], value) for name, value in exact["final"].items()]
    return {
        "loss": relative(run["losses"], exact["losses"], exact["losses"].abs()),
        "weight": max(relative(a, b, b.abs()) for a, b in pairs),
        "weightToLargest": max(relative(a, b, b.abs().max()) for a, b in pairs),
    }


def worst(differences):
    return {key: float(f"{max(item[key] for item in differences):.2g}") for key in differences[0]}


def case(network, recipe_name, state, inputs, labels):
    build, layers, _ = NETWORKS[network]
    recipe = {**RECIPES, **LATER_RECIPES}[recipe_name]
    single = train(build, recipe, state, inputs, labels, torch.float32)
    exact = train(build, recipe, state, inputs, labels, torch.float64)
    nudged = [train(build, recipe, nudge(state), inputs, labels, torch.float64) for _ in range(4)]
    result = {
        "name": f"{network}, {recipe_name}",
        "network": network,
        "layers": layers,
        **recipe,
        "initialState": state,
        "learningRates": single["rates"],
        "losses": single["losses"],
        "finalState": single["final"],
        "float64Losses": exact["losses"],
        "float32Deviation": worst([apart(single, exact)]),
        "nudgedDeviation": worst([apart(run, exact) for run in nudged]),
    }
    if single["norms"]:
        result["gradientNorms"] = torch.stack(single["norms"])
    return result


def figures(seed=SEED):
    generator.seed(seed)
    inputs, labels = make_batches()
    runs, states = [], {}
    for network, (build, _, bounds) in NETWORKS.items():
        states[network] = initial_state(build, bounds)
        runs += [case(network, recipe, states[network], inputs, labels) for recipe in RECIPES]
    runs += [case(network, recipe, states[network], inputs, labels) for network in NETWORKS for recipe in LATER_RECIPES]
    return {
        "about": "Training by PyTorch, float32: step k feeds `inputs[k]` and `labels[k]`, cross entropy, mean."
        " `losses[k]` is the loss before step k's update, `gradientNorms[k]` the norm before clipping.",
        "pytorch": torch.__version__,
        "inputs": inputs,
        "labels": labels,
        "runs": runs,
    }
