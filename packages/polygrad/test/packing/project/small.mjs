// A small program that uses methods: a bundler must not drop the code that installs them.
import { grad, tensor } from "polygrad";

console.log(
  grad((x) => x.mul(x).sum())(tensor([1, 2]).add(1))
    .value.toArray()
    .join(" "),
);
