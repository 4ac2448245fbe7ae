/** The one idea of each chapter, with which it opens. */
export const openings: Readonly<Record<string, string>> = {
  tensor: `A tensor is a flat array, and strides with which to walk it. An element lies at the sum of index times stride, so a transpose,
a slice or a broadcast copies nothing.

The rest of the chapter is about walking fast. A loop is written once, over an arithmetic that may be numbers or SIMD lanes. From it
come WebAssembly and a twin in plain TypeScript, and both give the same bits.`,
  autograd: `Each result remembers the operation that it came from, and the inputs. One walk over this record, from results to inputs,
applies the chain rule: each operation is handed the gradient of its result, and returns the gradients of its inputs.

So one rule for each input is all that an operation needs. Rules compute with variables, too, so a gradient can be differentiated
like anything else.`,
  nn: `A layer is a class whose fields hold its parameters. They are found by looking through the fields; nothing is registered.

An optimiser is a formula for one number: its new value, given the old one and the gradient. The formula becomes a kernel that
updates all numbers of a parameter in place.`,
  data: `A dataset answers one question: what are the samples with these indices? A loader draws the indices from a seed. So which
samples a network sees, and in which order, follows from the seed alone.`,
  formats: `A network is numbers with names. As safetensors, other programs can read it. As a formula or as source code, people
can: a network of polynomials is itself a polynomial.`,
  parallel: `A batch is cut into shards, always the same ones, and their gradients are added up in the order of the shards. How many
workers share the shards does not matter: one worker and eight add the same numbers in the same order, and reach the same bits.`,
  sweep: `A run is plain values: which function, and with which options. Its result follows from them, the code and the data, so a hash
of all these is the name of the result. What has been computed under that name, here or on another machine, need not be computed again.`,
  polygrad: `The first four packages in one import.`,
};
