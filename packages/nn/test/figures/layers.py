"""Layers: output, and gradients of the input and of every parameter."""

import torch
from torch.nn import functional as F

from figure import differentiate, normal


def linear(input, weight, bias=None):
    return F.linear(input, weight, bias)


def powers(input, degree):
    """[..., i] -> [..., i, degree + 1]: 1, x, x^2, ..."""
    return torch.stack([input**d for d in range(degree + 1)], -1)


def polynomial(input, weight):
    """out[b, o] = sum over i, d of weight[o, i, d] * input[b, i]^d"""
    return torch.einsum("bid,oid->bo", powers(input, weight.shape[-1] - 1), weight)


def elementwise_polynomial(input, weight):
    """out[b, i] = sum over d of weight[i, d] * input[b, i]^d"""
    return (powers(input, weight.shape[-1] - 1) * weight).sum(-1)


def case(name, layer, options, function, input, **parameters):
    output, cotangent, gradients, float32_deviation = differentiate(function, {"input": input, **parameters})
    grad_input = {"gradInput": gradients.pop("input")} if "input" in gradients else {}
    return {
        "name": name,
        "layer": layer,
        "options": options,
        "parameters": parameters,
        "input": input,
        "output": output,
        "gradOutput": cotangent,
        **grad_input,
        "gradParameters": gradients,
        "float32Deviation": float32_deviation,
    }


def linear_cases():
    for input_shape in ([4, 5], [2, 4, 5]):
        for bias in (True, False):
            parameters = {"weight": normal(3, 5)}
            if bias:
                parameters["bias"] = normal(3)
            name = f"Linear, {len(input_shape)}-D input, {'with' if bias else 'without'} bias"
            options = {"inFeatures": 5, "outFeatures": 3, "bias": bias}
            yield case(name, "Linear", options, linear, normal(*input_shape), **parameters)


def layer_norm_cases():
    # One row of each input has a variance below eps, so that eps is seen; one is far from zero.
    for name, input_shape, shape in (
        ("LayerNorm over the last axis", [4, 6], [6]),
        ("LayerNorm over the last axis, 3-D input", [2, 3, 6], [6]),
        ("LayerNorm over two axes", [3, 4, 5], [4, 5]),
    ):
        input = normal(*input_shape) * 2
        input[0] *= 1e-3
        input[1] += 5

        def layer_norm(input, weight, bias):
            return F.layer_norm(input, shape, weight, bias, 1e-5)

        weight, bias = 1 + 0.5 * normal(*shape), normal(*shape)
        options = {"normalizedShape": shape, "eps": 1e-5}
        yield case(name, "LayerNorm", options, layer_norm, input, weight=weight, bias=bias)


def polynomial_cases():
    for degree in (1, 2, 3, 5):
        input = normal(4, 6)
        input[0, :3] = torch.tensor([0.0, 1.0, -1.0])
        options = {"inFeatures": 6, "outFeatures": 3, "degree": degree}
        weight = normal(3, 6, degree + 1)
        yield case(f"Polynomial, degree {degree}", "Polynomial", options, polynomial, input, weight=weight)
    for degree in (1, 3):
        input = normal(4, 6)
        input[0, :3] = torch.tensor([0.0, 1.0, -1.0])
        options = {"inFeatures": 6, "outFeatures": 6, "degree": degree, "elementwise": True}
        name = f"Polynomial, elementwise, degree {degree}"
        weight = normal(6, degree + 1)
        yield case(name, "Polynomial", options, elementwise_polynomial, input, weight=weight)


def activation_cases():
    # Exact zeros, the ordinary range, and both saturated ends.
    input = torch.cat([normal(17) * 2, torch.tensor([0.0, 0.0, 1e-4, -1e-4, 20.0, -20.0, 100.0])]).reshape(4, 6)
    yield case("ReLU", "ReLU", {}, torch.relu, input)
    yield case("GELU, exact (erf)", "GELU", {}, F.gelu, input)
    yield case("Tanh", "Tanh", {}, torch.tanh, input)
    yield case("Sigmoid", "Sigmoid", {}, torch.sigmoid, input)


def softmax_cases():
    input = normal(4, 6) * 3
    input[1] = torch.tensor([100.0, -100.0, 99.0, 0.0, -99.0, 100.0])
    for axis in (-1, 0):
        name = f"over axis {axis}"
        yield case(f"softmax {name}", "softmax", {"axis": axis}, lambda input: input.softmax(axis), input)
        yield case(f"logSoftmax {name}", "logSoftmax", {"axis": axis}, lambda input: input.log_softmax(axis), input)


def smooth_activation_cases():
    ends = torch.tensor([0.0, 0.0, 1e-4, -1e-4, 20.0, -20.0, 100.0, -100.0, 1e4, -1e4])
    input = torch.cat([normal(14) * 2, ends]).reshape(4, 6)
    yield case("SiLU", "SiLU", {}, F.silu, input)
    yield case("Softplus", "Softplus", {}, F.softplus, input)
    for alpha in (1.0, 0.5):
        yield case(f"ELU, alpha {alpha}", "ELU", {"alpha": alpha}, lambda input: F.elu(input, alpha), input)
    for slope in (0.01, 0.3):

        def leaky(input):
            return F.leaky_relu(input, slope)

        yield case(f"LeakyReLU, slope {slope}", "LeakyReLU", {"negativeSlope": slope}, leaky, input)


def embedding_cases():
    # Indices twice and never, in one and in two axes.
    for indices in ([3, 0, 3, 3, 1], [[4, 1], [1, 0], [4, 4]]):
        input = torch.tensor(indices)
        options = {"numEmbeddings": 5, "embeddingDim": 3}
        name = f"Embedding, {input.dim()}-D indices"

        def embedding(input, weight):
            return F.embedding(input, weight)

        yield case(name, "Embedding", options, embedding, input, weight=normal(5, 3))


def chebyshev(input, degree):
    """T_k(t) = cos(k acos t), as ChebyKAN computes it."""
    return torch.cos(torch.arange(degree + 1, dtype=input.dtype) * torch.acos(input).unsqueeze(-1))


def legendre(input, degree):
    x = input
    all = (x**0, x, (3 * x**2 - 1) / 2, (5 * x**3 - 3 * x) / 2, (35 * x**4 - 30 * x**2 + 3) / 8)
    return torch.stack(all[: degree + 1], -1)


def hermite(input, degree):
    """The probabilists' polynomials over sqrt(k!)."""
    x = input
    all = (x**0, x, (x**2 - 1) / 2**0.5, (x**3 - 3 * x) / 6**0.5, (x**4 - 6 * x**2 + 3) / 24**0.5)
    return torch.stack(all[: degree + 1], -1)


def basis_cases():
    for basis, squash, degree in (
        (chebyshev, "tanh", 3),
        (chebyshev, "tanh", 6),
        (legendre, "none", 4),
        (legendre, "tanh", 3),
        (hermite, "none", 4),
        (hermite, "tanh", 2),
        (powers, "tanh", 3),
    ):
        for elementwise in (False, True):

            def layer(input, weight):
                values = basis(torch.tanh(input) if squash == "tanh" else input, degree)
                return (values * weight).sum(-1) if elementwise else torch.einsum("bid,oid->bo", values, weight)

            input = normal(4, 6) / 2  # so that fourth degrees do not outgrow their sum
            input[0, :2] = 0
            name = "monomial" if basis is powers else basis.__name__
            options = {"inFeatures": 6, "outFeatures": 6 if elementwise else 3, "degree": degree}
            options |= {"basis": name, "squash": squash, "elementwise": elementwise}
            weight = normal(6, degree + 1) if elementwise else normal(3, 6, degree + 1)
            title = f"Polynomial, {name}, squash {squash}, degree {degree}{', elementwise' if elementwise else ''}"
            yield case(title, "Polynomial", options, layer, input, weight=weight)


def figures():
    flatten = case("Flatten", "Flatten", {}, lambda input: input.flatten(1), normal(2, 3, 4))
    return {
        "about": "Layers by PyTorch: output for `input`, and gradients for the cotangent `gradOutput`.",
        "pytorch": torch.__version__,
        "cases": [
            *linear_cases(),
            *layer_norm_cases(),
            *polynomial_cases(),
            *activation_cases(),
            flatten,
            *softmax_cases(),
            *smooth_activation_cases(),
            *embedding_cases(),
            *basis_cases(),
        ],
    }
